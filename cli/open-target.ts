import { ACTIVITY, APPLICATIONS, type StreamName } from '../core/contract/streams.ts';
import { PUBLISH_AHEAD_MS } from '../core/policy/publication.ts';
import type { OutputKey } from '../core/contract/outputs.ts';
import type { Client } from 'pg';
import { DynamoAlerts } from '../lambdas/adapters/alert-store-dynamo.ts';
import { ReviewDesk } from '../lambdas/adapters/review-desk.ts';
import { S3Objects } from '../lambdas/adapters/s3-objects.ts';
import { PooledReader } from '../lambdas/adapters/warehouse-pool.ts';
import { readSnapshot, type WarehouseReader } from '../lambdas/adapters/warehouse-reader.ts';
import {
  type Clients,
  type Endpoints,
  type Phase,
  type ServiceName,
  type Stack,
  openDataDirectory,
  runningStack,
  services,
  startStack,
  warehousePool,
} from '../local/index.ts';
import type { Place } from './flags.ts';
import { openStage } from './stage/stage.ts';
import { askToDrain, askToRunWorkflow, serveControl } from './control.ts';
import { Interrupted, UserError } from './errors.ts';
import { loadPolicy, type PolicyFile } from './policy-file.ts';
import { kinesisSenders } from './produce/kinesis.ts';
import { readReconciliation } from './reconciliation.ts';
import type { OnDelivered, Readers, Reconciliation, Running, Stores, Target } from './target.ts';
import { say } from './ui.ts';

/** The stores of a deployed stage, or of a data directory: of the stack that is up on it, or started for the occasion. */
export async function openStores(
  { data, stage }: Place,
  names: readonly ServiceName[],
  signal: AbortSignal,
): Promise<Stores> {
  if (stage !== undefined) return openStage(stage);
  const found = await services(data, names);
  if (signal.aborted) {
    await found.stop();
    throw new Interrupted();
  }
  return {
    ...stores(data, found.clients, found.outputs),
    running:
      found.stackPid === null
        ? null
        : { pid: found.stackPid, since: found.since ?? '', endpoints: addresses(found.endpoints) },
    env: found.environment,
    ...reading(found.clients, found.outputs, () => found.pg()),
    readers: async () => pooled(found.endpoints),
    close: () => found.stop(),
  };
}

/** The warehouse, and the desk, which reads there what it decides on. */
function reading(
  { dynamodb }: Clients,
  outputs: Readonly<Partial<Record<OutputKey, string>>>,
  pg: () => Promise<Client>,
): Pick<Stores, 'warehouse' | 'atDesk'> {
  const warehouse = async () => embedded(await pg());
  return {
    warehouse,
    async atDesk(work) {
      const reader = await warehouse();
      try {
        const store = new DynamoAlerts(dynamodb, output(outputs, 'AlertsTableName'));
        // The store's own history tells who did what: nobody keeps logs of a command line.
        return await work(new ReviewDesk({ store, warehouse: reader, audit: () => {}, now: () => new Date() }));
      } finally {
        await reader.end();
      }
    },
  };
}

/** The functions' own connection; the caller ends it with the reader. */
const embedded = (client: Client): WarehouseReader => ({
  read: (statements) => readSnapshot(client, statements),
  end: () => client.end(),
});

/** Connections in the same role, opened as they are needed. */
function pooled({ postgres }: Partial<Endpoints>): Readers {
  if (postgres === undefined) throw new Error('PostgreSQL was not asked for');
  const pool = new PooledReader(warehousePool(postgres));
  return {
    read: (statements) => pool.read(statements),
    blocks: (statement) => pool.blocks(statement),
    end: () => pool.end(),
  };
}

export interface StartOptions {
  readonly data: string;
  /** `replace` what the directory holds; `new`: it must hold nothing; `keep`: go on with it; `existing`: it must hold a run */
  readonly mode: 'replace' | 'new' | 'keep' | 'existing';
  /** null: what is published there already, or else the default policy */
  readonly policy: PolicyFile | null;
  readonly signal: AbortSignal;
}

/** Starts the embedded stack on a data directory. It takes commands of other processes until it is closed. */
export async function startTarget({ data, mode, policy, signal }: StartOptions): Promise<Target> {
  // A run must not be thrown away for a policy that cannot begin another.
  if (mode === 'new' || mode === 'replace') toPublish(policy, null, Date.now());
  const directory = await openDataDirectory(data, {
    mode: mode === 'replace' ? 'keep' : mode,
    fresh: mode === 'replace',
  });
  let policies: string[];
  try {
    policies = toPublish(policy, directory.run.policy ?? null, Date.now());
  } catch (error) {
    directory.close();
    throw error;
  }
  const stack = await startStack({ directory, policies, onPhase: sayPhase, signal });
  const target = ofStack(data, stack);
  const control = await serveControl(directory.path, target);
  return {
    ...target,
    close: async () => {
      control.close();
      await stack.stop();
    },
  };
}

/**
 * A deployed stage; or the stack that is up on a directory, driven from this process; or else one started here.
 * @param mode of a directory whose stack is not up
 */
export async function openTarget(
  { data, stage }: Place,
  signal: AbortSignal,
  mode: 'keep' | 'existing' = 'keep',
): Promise<Target> {
  if (stage !== undefined) return openStage(stage);
  const running = runningStack(data);
  if (running === undefined) return startTarget({ data, mode, policy: null, signal });
  say(`▸ Using the stack that is up on ${data} (process ${running.up.pid})`);
  const found = await services(data, []);
  return {
    ...stores(data, found.clients, found.outputs),
    running: { pid: running.up.pid, since: running.up.since, endpoints: addresses(found.endpoints) },
    env: found.environment,
    endpoints: addresses(found.endpoints),
    sender: kinesisSenders(found.clients.kinesis, streamNameOf(found.outputs)),
    ...reading(found.clients, found.outputs, () => found.pg()),
    readers: async () => pooled(found.endpoints),
    shared: false,
    drained: (onDelivered, stop) => askToDrain(data, onDelivered, stop),
    runWorkflow: (onState, stop, full) => askToRunWorkflow(data, onState, stop, full),
    close: () => found.stop(),
  };
}

/**
 * What must be published before records arrive. A new run needs a policy that is in force already; on a kept one a
 * change must lie ahead, because what has arrived was decided by the policy that was in force then.
 */
export function toPublish(
  wanted: PolicyFile | null,
  published: { readonly digest: string } | null,
  now: number,
): string[] {
  if (published === null) {
    const { policy, file, text } = wanted ?? loadPolicy('default');
    if (policy.effectiveFrom > now)
      throw new UserError(
        `--policy ${file}: it is effective from ${new Date(policy.effectiveFrom).toISOString()}, and until then no policy would be in force`,
        'Records that arrive now could not be decided. Set effective_from to a time that has passed.',
      );
    return [text];
  }
  if (wanted === null || wanted.policy.digest === published.digest) return [];
  if (wanted.policy.effectiveFrom < now + PUBLISH_AHEAD_MS)
    throw new UserError(
      `--policy ${wanted.file}: this data directory holds a run that another policy decided`,
      'Give --fresh to begin anew, name another --data directory, or set effective_from at least 15 minutes ahead.',
    );
  return [wanted.text];
}

function ofStack(data: string, stack: Stack): Omit<Target, 'close'> {
  const endpoints = addresses(stack.endpoints);
  const known = streamNames(stack.outputs);
  const { running: _, ...rest } = stores(data, stack.clients, stack.outputs);
  return {
    ...rest,
    running: { pid: process.pid, since: new Date().toISOString(), endpoints },
    env: {},
    endpoints,
    sender: kinesisSenders(stack.clients.kinesis, streamNameOf(stack.outputs)),
    ...reading(stack.clients, stack.outputs, () => stack.pg()),
    readers: async () => pooled(stack.endpoints),
    shared: false,
    drained: (onDelivered, signal) => drain(stack, known, onDelivered, signal),
    runWorkflow: (onState, signal, full = false) => runWorkflow(stack, { data, full }, onState, signal),
  };
}

async function drain(
  stack: Stack,
  known: Readonly<Record<StreamName, string>>,
  onDelivered: OnDelivered,
  signal: AbortSignal,
): Promise<void> {
  await stack.drained({
    signal,
    onProgress: (statuses) => {
      const sums = new Map<string, number>();
      for (const { functionName, stream, delivered } of statuses) {
        const name: StreamName = stream === known[APPLICATIONS] ? APPLICATIONS : ACTIVITY;
        const key = `${stack.functions.model(functionName).name} ${name}`;
        sums.set(key, (sums.get(key) ?? 0) + delivered);
      }
      for (const [key, delivered] of sums) {
        const [consumer, stream] = key.split(' ') as [string, StreamName];
        onDelivered(consumer, stream, delivered);
      }
    },
  });
}

async function runWorkflow(
  stack: Stack,
  { data, full }: { readonly data: string; readonly full: boolean },
  onState: (state: string) => void,
  signal: AbortSignal,
): Promise<Reconciliation> {
  let last = '';
  const result = await stack.runWorkflow(full ? { full } : undefined, {
    signal,
    onProgress: (states) => {
      const state = states.at(-1)?.state ?? '';
      if (state !== last) onState(state);
      last = state;
    },
  });
  if (result.status === 'SUCCEEDED') return readReconciliation(result.output);
  throw new UserError(
    `the batch workflow ended as ${result.status}${result.error === undefined ? '' : `: ${result.error.Error}: ${result.error.Cause}`}`,
    `Nothing is half loaded: mend the cause and run crp batch again. The functions' logs lie in ${data}/logs/.`,
    1,
  );
}

function stores(data: string, clients: Clients, outputs: Readonly<Partial<Record<OutputKey, string>>>) {
  return {
    title: data,
    running: null as Running | null,
    objects: () => new S3Objects(clients.s3, output(outputs, 'LogBucketName')),
    // A directory that older code left does not tell; its batches were hourly.
    batchIntervalMinutes: Number(outputs['BatchIntervalMinutes'] ?? 60),
  };
}

function output(outputs: Readonly<Partial<Record<OutputKey, string>>>, key: OutputKey): string {
  const value = outputs[key];
  if (value === undefined) throw new Error(`the stack has no output ${key}`);
  return value;
}

const streamNames = (outputs: Readonly<Partial<Record<OutputKey, string>>>): Record<StreamName, string> => ({
  [APPLICATIONS]: output(outputs, 'ApplicationsStreamName'),
  [ACTIVITY]: output(outputs, 'ActivityStreamName'),
});

const streamNameOf =
  (outputs: Readonly<Partial<Record<OutputKey, string>>>) =>
  (stream: StreamName): string =>
    streamNames(outputs)[stream];

function addresses(endpoints: Partial<Endpoints>): Record<string, string> {
  const { postgres, region: _, ...urls } = endpoints;
  const list = Object.entries(urls).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  if (postgres !== undefined) {
    const { user, host, port, database, passfile } = postgres;
    list.push(['postgres', `postgresql://${user}@${host}:${port}/${database}?passfile=${passfile}`]);
  }
  return Object.fromEntries(list);
}

const PHASES: Readonly<Partial<Record<Phase, string>>> = {
  synth: 'synthesising the CDK app (when the code has changed; up to a minute)',
  servers: 'starting PostgreSQL, Kinesis, DynamoDB and S3',
  resources: 'creating streams, tables and buckets',
  migrations: 'migrating the warehouse',
};

const sayPhase = (phase: Phase): void => {
  const text = PHASES[phase];
  if (text !== undefined) say(`  ${text}`);
};
