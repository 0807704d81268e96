import {
  App,
  type AppProps,
  CrossStackReferences,
  PropertyInjectors,
  ReferenceStrength,
  Tags,
  Validations,
} from 'aws-cdk-lib/core';
import { RulePack } from './checks/rule-pack.ts';
import { codeVersion } from './config/code-version.ts';
import { loadSettings } from './config/load.ts';
import type { Settings } from './config/settings.ts';
import { networkZones } from './config/zones.ts';
import { leaveOutGaps } from './emulator-gaps.ts';
import { keepFunctionLogs } from './function-logs.ts';
import { secureDefaults } from './secure-defaults.ts';
import { BatchStack } from './stacks/batch.ts';
import { KeyStack } from './stacks/key.ts';
import { NetworkStack, needsNetwork } from './stacks/network.ts';
import { BiStack } from './stacks/bi.ts';
import { DataStack } from './stacks/data.ts';
import { MonitoringStack } from './stacks/monitoring.ts';
import { StreamingStack } from './stacks/streaming.ts';

/** The app of one stage and its stacks. */
export interface Pipeline {
  readonly app: App;
  readonly settings: Settings;
  readonly data: DataStack;
  readonly streaming: StreamingStack;
  readonly batch: BatchStack;
  /** where there are alarms */
  readonly monitoring: MonitoringStack | undefined;
  /** where QuickSight is wanted */
  readonly bi: BiStack | undefined;
}

/**
 * @param props of the app; its context carries the settings, see {@link loadSettings}
 * @throws SettingsError
 */
export function createPipeline(props: AppProps = {}): Pipeline {
  const app = new App({ analyticsReporting: false, ...props });
  const settings = loadSettings(app.node.getAllContext());
  // Zones are named by the settings: the library would ask the account for them, and a synth needs no account.
  app.node.setContext(
    `availability-zones:account=${settings.account}:region=${settings.region}`,
    networkZones(settings),
  );
  CrossStackReferences.of(app).consume(
    settings.crossStackReferences === 'strong' ? ReferenceStrength.STRONG : ReferenceStrength.WEAK,
  );
  Validations.of(app).addPlugins(new RulePack());
  keepFunctionLogs(app);
  if (settings.emulator) leaveOutGaps(app);
  Tags.of(app).add('project', 'credit-risk-pipeline');
  Tags.of(app).add('stage', settings.stage);

  const env = { account: settings.account, region: settings.region };
  const stack = (name: string) => `credit-risk-${settings.stage}-${name}`;
  const shared = { env, settings, codeVersion: codeVersion() };
  const key = settings.ownKeys
    ? new KeyStack(app, stack('key'), { env, settings, description: 'What encrypts all that is kept' }).key
    : undefined;
  for (const injector of secureDefaults(settings, key)) PropertyInjectors.of(app).add(injector);
  const network = needsNetwork(settings)
    ? new NetworkStack(app, stack('network'), { ...shared, description: 'Where the databases are' }).network
    : undefined;
  const data = new DataStack(app, stack('data'), {
    ...shared,
    network,
    key,
    description: 'What is kept: streams, log, tables, databases',
  });
  const streaming = new StreamingStack(app, stack('streaming'), {
    ...shared,
    data,
    network,
    description: 'What follows the streams: log and decisions',
  });
  const batch = new BatchStack(app, stack('batch'), {
    ...shared,
    data,
    network,
    description: 'From the log to the warehouse',
  });
  const monitoring = settings.alarms
    ? new MonitoringStack(app, stack('monitoring'), {
        env,
        settings,
        data,
        streaming,
        batch,
        description: 'Who is told when something is wrong',
      })
    : undefined;
  const bi =
    settings.quicksight && network !== undefined
      ? new BiStack(app, stack('bi'), {
          env,
          settings,
          network,
          data,
          batch,
          description: 'Reports in QuickSight',
        })
      : undefined;
  return { app, settings, data, streaming, batch, monitoring, bi };
}
