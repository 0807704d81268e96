import { App, type AppProps, CrossStackReferences, PropertyInjectors, ReferenceStrength, Tags } from 'aws-cdk-lib/core';
import { codeVersion } from './config/code-version.ts';
import { loadSettings } from './config/load.ts';
import type { Settings } from './config/settings.ts';
import { secureDefaults } from './secure-defaults.ts';
import { BatchStack } from './stacks/batch.ts';
import { DataStack } from './stacks/data.ts';
import { StreamingStack } from './stacks/streaming.ts';

/** The app of one stage and its stacks. */
export interface Pipeline {
  readonly app: App;
  readonly settings: Settings;
  readonly data: DataStack;
  readonly streaming: StreamingStack;
  readonly batch: BatchStack;
}

/**
 * @param props of the app; its context carries the settings, see {@link loadSettings}
 * @throws SettingsError
 */
export function createPipeline(props: AppProps = {}): Pipeline {
  const app = new App({ analyticsReporting: false, ...props });
  const settings = loadSettings(app.node.getAllContext());
  for (const injector of secureDefaults(settings)) PropertyInjectors.of(app).add(injector);
  CrossStackReferences.of(app).consume(
    settings.crossStackReferences === 'strong' ? ReferenceStrength.STRONG : ReferenceStrength.WEAK,
  );
  Tags.of(app).add('project', 'credit-risk-pipeline');
  Tags.of(app).add('stage', settings.stage);

  const env = { account: settings.account, region: settings.region };
  const stack = (name: string) => `credit-risk-${settings.stage}-${name}`;
  const shared = { env, settings, codeVersion: codeVersion() };
  const data = new DataStack(app, stack('data'), { ...shared, description: 'What is kept: streams, log, tables' });
  const streaming = new StreamingStack(app, stack('streaming'), {
    ...shared,
    data,
    description: 'What follows the streams: log and decisions',
  });
  const batch = new BatchStack(app, stack('batch'), { ...shared, data, description: 'From the log to the warehouse' });
  return { app, settings, data, streaming, batch };
}
