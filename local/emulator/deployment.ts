import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { OPTIONAL_OUTPUTS, type OutputKey, OUTPUTS } from '../../core/contract/outputs.ts';
import { runCdk } from '../assembly/cdk.ts';
import { synthesise } from '../assembly/synth.ts';
import { readAssembly } from '../assembly/template.ts';
import { LocalError } from '../errors.ts';
import { REPO_ROOT } from '../process/node-binary.ts';
import { type Clients, CREDENTIALS, createClients } from '../stack/clients.ts';
import { emulatorEnvironment } from './endpoint.ts';
import { EMULATED } from './ministack.ts';

export type Outputs = Readonly<Partial<Record<OutputKey, string>>>;

export interface DeploymentOptions {
  /** of the emulator */
  readonly endpoint: string;
  /** of the app, beside the stage @default what the local stage says */
  readonly settings?: Readonly<Record<string, string>>;
  /** hears what is being done */
  readonly onProgress?: (line: string) => void;
  /** hears every line of the CDK's command line */
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The app's own templates of the local stage, less what emulators do not know. Synthesised once into a directory, so
 * that what is deployed, destroyed and looked up is the same, and functions are bundled once.
 */
export const emulatedAssembly = ({ settings, onProgress, signal }: DeploymentOptions): Promise<string> =>
  synthesise({
    settings: { ...settings, emulator: 'true' },
    onSynth: () => onProgress?.('synthesising the app for the stage local, bundles included'),
    signal,
  });

/**
 * Bootstraps the emulated account and deploys every stack; the deployment itself migrates the warehouse and publishes the
 * policy that the settings name.
 *
 * @returns the outputs of the stacks
 * @throws LocalError when something is not there or the deployment fails, with the end of what the CDK said
 */
export async function deploy(options: DeploymentOptions): Promise<Outputs> {
  const assembly = await emulatedAssembly(options);
  options.onProgress?.(`bootstrapping account ${EMULATED.account} in ${EMULATED.region}`);
  await cdk(['bootstrap', `aws://${EMULATED.account}/${EMULATED.region}`, '--app', ''], options);
  options.onProgress?.('deploying');
  await cdk(['deploy', '--all', '--app', assembly, '--require-approval', 'never', '--progress', 'events'], options);
  const outputs = await outputsOf(assembly, options.endpoint);
  const missing = OUTPUTS.filter((key) => outputs[key] === undefined && !OPTIONAL_OUTPUTS.includes(key));
  if (missing.length > 0)
    throw new LocalError(
      `the deployed stacks have no output ${missing.join(', ')}`,
      'deploy again: npm run deploy:local -- --destroy, then npm run deploy:local',
    );
  return outputs;
}

/** Deletes every stack of the stage; what the bootstrap made stays, as on AWS. */
export async function destroy(options: DeploymentOptions): Promise<void> {
  const assembly = await emulatedAssembly(options);
  options.onProgress?.('destroying');
  await cdk(['destroy', '--all', '--force', '--app', assembly], options);
}

/** Names of the stage's stacks that are there, whatever their state. */
export async function deployedStacks(options: DeploymentOptions): Promise<string[]> {
  const ours = new Set(readAssembly(await emulatedAssembly(options)).map(({ name }) => name));
  return (await describeStacks(options.endpoint)).map(({ name }) => name).filter((name) => ours.has(name));
}

/** Clients of the services that the pipeline keeps its data in, all at the emulator. */
export const emulatorClients = (endpoint: string): Clients =>
  createClients({ region: EMULATED.region, kinesis: endpoint, dynamodb: endpoint, s3: endpoint, sns: endpoint });

const cdk = (args: readonly string[], { endpoint, onProgress, onLine, signal }: DeploymentOptions): Promise<void> =>
  runCdk(args, {
    root: REPO_ROOT,
    env: { ...emulatorEnvironment(endpoint, process.env), CI: 'true' },
    onLine: (line) => {
      onLine?.(line);
      const stack = /(✅|❌)\s+(credit-risk-[\w-]+)/.exec(line);
      if (stack !== null) onProgress?.(`${stack[1]} ${stack[2]}`);
    },
    signal,
  });

async function outputsOf(assembly: string, endpoint: string): Promise<Outputs> {
  const ours = new Set(readAssembly(assembly).map(({ name }) => name));
  const known: ReadonlySet<string> = new Set(OUTPUTS);
  const stacks = (await describeStacks(endpoint)).filter(({ name }) => ours.has(name));
  return Object.fromEntries(stacks.flatMap(({ outputs }) => outputs.filter(([key]) => known.has(key))));
}

interface StackState {
  readonly name: string;
  readonly outputs: readonly (readonly [string, string])[];
}

async function describeStacks(endpoint: string): Promise<StackState[]> {
  const client = new CloudFormationClient({ endpoint, region: EMULATED.region, credentials: CREDENTIALS });
  try {
    const stacks: StackState[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(new DescribeStacksCommand(token === undefined ? {} : { NextToken: token }));
      for (const { StackName = '', Outputs = [] } of page.Stacks ?? [])
        stacks.push({
          name: StackName,
          outputs: Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
        });
      token = page.NextToken;
    } while (token !== undefined);
    return stacks;
  } finally {
    client.destroy();
  }
}
