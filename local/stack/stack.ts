import { appendFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { publishPolicy } from '../../lambdas/adapters/documents.ts';
import { S3Objects } from '../../lambdas/adapters/s3-objects.ts';
import { readModel, type CloudModel, type FunctionModel } from '../assembly/model.ts';
import { synthesise } from '../assembly/synth.ts';
import { readAssembly } from '../assembly/template.ts';
import type { Endpoints } from '../data/run-file.ts';
import { LocalError, messageOf } from '../errors.ts';
import { FunctionHost } from '../functions/host.ts';
import { Checkpoints } from '../poller/checkpoints.ts';
import { Hostility } from '../poller/hostility.ts';
import { type Mapping, readMapping } from '../poller/mapping.ts';
import { type ConsumerStatus, type DrainOptions, Poller } from '../poller/poller.ts';
import { SERVICE_NAMES } from '../servers/server.ts';
import { type RunOptions, WorkflowHost, type WorkflowResult } from '../workflow/host.ts';
import { type RunningSchedule, type ScheduledMachine, scheduledMachine, startSchedule } from '../workflow/schedule.ts';
import { type Clients, clientEnvironment, createClients, destroyClients } from './clients.ts';
import type { Phase, StackOptions } from './options.ts';
import { provision } from './provision.ts';
import { type Servers, startServers } from './servers.ts';
import { prepareWarehouse, warehouseNames } from './warehouse.ts';
import { connectWarehouse, warehouseEnvironment } from './warehouse-client.ts';

/** How long invocations that are under way may take to end by themselves when the stack stops. */
const IN_FLIGHT_GRACE_MS = 1_000;

/** The whole app, hosted on this machine. */
export class Stack {
  readonly outputs: Readonly<Record<string, string>>;
  readonly endpoints: Endpoints;
  readonly clients: Clients;
  readonly functions: FunctionHost;
  readonly servers: Servers;
  private readonly options: StackOptions;
  private readonly poller: Poller;
  private readonly workflows: WorkflowHost;
  private readonly batch: ScheduledMachine;
  private schedule: RunningSchedule | undefined;
  private consuming: Promise<void> | undefined;
  private stopping: Promise<void> | undefined;

  /**
   * Made by {@link startStack}.
   * @param told where functions look for the services
   */
  constructor(options: StackOptions, model: CloudModel, servers: Servers, endpoints: Endpoints, told: Endpoints) {
    this.options = options;
    this.servers = servers;
    this.endpoints = endpoints;
    this.outputs = model.outputs;
    this.clients = createClients(endpoints);
    const { directory } = options;
    const mappings = model.mappings.flatMap((mapping) => readMapping(mapping) ?? []);
    this.functions = new FunctionHost({
      functions: model.functions,
      region: model.region,
      environment: { ...clientEnvironment(told), ...warehouseEnvironment(told.postgres) },
      logFile: (name) => directory.logFile(name),
      concurrency: (fn) => options.concurrency?.[fn.name] ?? concurrencyOf(fn, mappings, model),
    });
    for (const mapping of mappings) this.functions.model(mapping.functionName);
    this.workflows = new WorkflowHost(model.machines, this.functions);
    this.batch = scheduledMachine(model);
    this.poller = new Poller({
      kinesis: this.clients.kinesis,
      s3: this.clients.s3,
      functions: this.functions,
      mappings,
      checkpoints: new Checkpoints(directory.folder('checkpoints')),
      hostility: options.hostility === undefined ? undefined : new Hostility(options.hostility),
      backoff: options.backoff ?? { baseMs: 100, mostMs: 5_000 },
      onTrouble: (what, error) => this.note(`${what}: ${messageOf(error)}`),
    });
  }

  /** Starts to feed the streams to the functions; again is no harm. */
  consume(): Promise<void> {
    this.consuming ??= this.poller.start();
    return this.consuming;
  }

  /**
   * Resolves when every record that is on the streams now is archived and processed. Batching windows are cut short
   * meanwhile.
   * @throws LocalError when a server dies meanwhile; the signal's reason when that is aborted
   */
  async drained(options: DrainOptions = {}): Promise<void> {
    await this.consume();
    await this.poller.drained({ ...options, signal: this.orBroken(options.signal) });
  }

  /** How far each event source is on each shard. */
  status(): readonly ConsumerStatus[] {
    return this.poller.status();
  }

  /**
   * Runs the workflow that the app's schedule starts, with the schedule's input unless another is given.
   * @throws LocalError when a server dies meanwhile; how the execution ended otherwise is in the result
   */
  async runWorkflow(input: unknown = this.batch.input, options: RunOptions = {}): Promise<WorkflowResult> {
    const signal = this.orBroken(options.signal);
    const result = await this.workflows.run(this.batch.machine.arn, input, { ...options, signal });
    this.servers.broken.throwIfAborted();
    return result;
  }

  /** When the schedule runs the workflow next; null while it is not followed. */
  nextRun(): Date | null {
    return this.schedule?.next() ?? null;
  }

  /**
   * Publishes a policy document, as a deployment or a person does; the functions take it up as they take up any.
   * @throws PolicyError for an invalid one, and for one that may not be published now
   */
  async publishPolicy(text: string): Promise<{ readonly key: string; readonly digest: string }> {
    const objects = new S3Objects(this.clients.s3, this.outputs['LogBucketName'] as string);
    const { key, policy } = await publishPolicy(objects, text, Date.now());
    this.options.directory.update({ policy: { id: policy.id, digest: policy.digest } });
    return { key, digest: policy.digest };
  }

  /** A connection to the warehouse in the functions' role; the caller ends it. */
  pg(): Promise<pg.Client> {
    return connectWarehouse(this.endpoints.postgres);
  }

  /** Calls a function once and gives its answer. @throws LocalError with what the function reported */
  async invoke(name: string, event: unknown = {}): Promise<unknown> {
    const { outcome } = await this.functions.invoke(name, JSON.stringify(event));
    if (outcome.error === undefined) return JSON.parse(outcome.payload) as unknown;
    throw new LocalError(
      `the function ${this.functions.model(name).name} failed: ${outcome.error.errorType}: ${outcome.error.errorMessage}`,
      `its log is ${this.options.directory.logFile(this.functions.model(name).name)}`,
    );
  }

  followSchedule(): void {
    this.schedule = startSchedule(this.batch.schedule, async () => {
      const result = await this.runWorkflow();
      this.note(`scheduled execution ${result.name}: ${result.status}`);
      this.options.onScheduled?.(result);
    });
  }

  /** Ends everything within five seconds, leaves no process and gives the data directory back. */
  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  private async end(): Promise<void> {
    this.schedule?.stop();
    this.poller.stop();
    this.workflows.abort();
    const settled = this.poller.settled();
    await Promise.race([settled, sleep(IN_FLIGHT_GRACE_MS)]);
    await this.functions.stop();
    await settled;
    destroyClients(this.clients);
    await this.servers.stop();
    this.options.directory.close();
  }

  /** Nothing that needs a server which is gone would ever end. */
  private orBroken(signal: AbortSignal | undefined): AbortSignal {
    return AbortSignal.any([this.servers.broken, ...(signal === undefined ? [] : [signal])]);
  }

  private note(line: string): void {
    appendFileSync(this.options.directory.logFile('host'), `${new Date().toISOString()} ${line}\n`);
  }
}

/**
 * Hosts the synthesised app: servers, resources, functions, event sources, workflow.
 *
 * @throws LocalError when something of it cannot be had or is not known; whatever was started is stopped again, and
 *   the data directory is closed
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  // The caller's signal ends the start alone; a stack that is up is stopped in order.
  const starting = new AbortController();
  const breakOff = (): void => starting.abort(options.signal?.reason);
  if (options.signal?.aborted === true) breakOff();
  options.signal?.addEventListener('abort', breakOff, { once: true });
  try {
    return await start(options, starting.signal);
  } catch (error) {
    options.directory.close();
    throw starting.signal.aborted ? starting.signal.reason : error;
  } finally {
    options.signal?.removeEventListener('abort', breakOff);
  }
}

async function start(options: StackOptions, signal: AbortSignal): Promise<Stack> {
  const { directory } = options;
  const phase = (name: Phase): void => {
    signal.throwIfAborted();
    options.onPhase?.(name);
  };
  const assembly = options.assembly ?? (await synthesise({ onSynth: () => phase('synth'), signal }));
  const model = readModel(readAssembly(assembly));
  phase('servers');
  const servers = await startServers(directory, SERVICE_NAMES, model.region, options.ports, signal);
  let stack: Stack | undefined;
  const stop = (): Promise<void> => stack?.stop() ?? servers.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const endpoints = endpointsOf(servers, model);
    const told = { ...endpoints, ...(await options.functionEndpoints?.(endpoints)) };
    stack = new Stack(options, model, servers, endpoints, told);
    phase('resources');
    const server = servers.postgres as NonNullable<Servers['postgres']>;
    await Promise.all([provision(model, stack.clients), prepareWarehouse(server, warehouseNames(model))]);
    for (const text of options.policies ?? []) await stack.publishPolicy(text);
    phase('migrations');
    const consuming = options.consume === false ? undefined : stack.consume();
    for (const name of onDeployment(model)) await stack.invoke(name);
    await consuming;
    if (options.schedule === true) stack.followSchedule();
    directory.update({
      outputs: model.outputs,
      ...codeVersionOf(model),
      endpoints,
      up: { pid: process.pid, since: new Date().toISOString() },
    });
    phase('ready');
    return stack;
  } catch (error) {
    await stop();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** The version that the functions write beside each receipt. */
function codeVersionOf(model: CloudModel): { codeVersion?: string } {
  const [codeVersion] = model.functions.flatMap(({ environment }) => environment['CODE_VERSION'] ?? []);
  return codeVersion === undefined ? {} : { codeVersion };
}

function endpointsOf(servers: Servers, model: CloudModel): Endpoints {
  const { postgres } = servers;
  if (postgres === undefined) throw new Error('the stack was started without PostgreSQL');
  const { user, database } = warehouseNames(model);
  const warehouse = { host: '127.0.0.1', port: postgres.port, user, database, passfile: postgres.passfile };
  return { ...(servers.endpoints as Omit<Endpoints, 'postgres'>), postgres: warehouse };
}

/** What a deployment calls: its triggers, or else the migrations that the app names in its outputs. */
function onDeployment(model: CloudModel): readonly string[] {
  const migrate = model.outputs['MigrateDatabaseFunctionName'];
  return model.triggers.length > 0 || migrate === undefined ? model.triggers : [migrate];
}

/** A process for each batch that can be under way at once, but never many more than there are cores. */
function concurrencyOf(fn: FunctionModel, mappings: readonly Mapping[], model: CloudModel): number {
  const bound = Math.max(4, 2 * availableParallelism());
  const ofStreams = mappings
    .filter(({ functionName }) => functionName === fn.physicalName || functionName === fn.arn)
    .reduce((sum, { streamArn, parallelization }) => {
      const shards = model.streams.find(({ arn }) => arn === streamArn)?.shards ?? 1;
      return sum + shards * parallelization;
    }, 0);
  return Math.min(bound, ofStreams || bound, fn.reservedConcurrency ?? bound);
}
