import path from 'node:path';
import type { FunctionModel } from '../assembly/model.ts';
import { nodeBinary } from '../process/node-binary.ts';
import { launch, type Managed } from '../process/managed.ts';
import { peakMemoryMb } from './memory.ts';
import { type Outcome, RuntimeApi, type RuntimeError } from './runtime-api.ts';

const BOOTSTRAP = path.join(import.meta.dirname, 'bootstrap.mjs');
/** Lambda's limit for everything outside the handler. */
const INIT_TIMEOUT_MS = 10_000;
/** Shares of the deployed memory that Lambda's runtime gives the heap. */
const OLD_SPACE = 0.9;
const SEMI_SPACE = 0.05;

export interface EnvironmentOptions {
  readonly model: FunctionModel;
  /** the process's whole environment but for AWS_LAMBDA_RUNTIME_API */
  readonly variables: Readonly<Record<string, string>>;
  readonly logFile: string;
}

/** A finished invocation, with what Lambda would write in its REPORT line. */
export interface Invocation {
  readonly requestId: string;
  readonly outcome: Outcome;
  readonly durationMs: number;
  readonly peakMemoryMb: number;
  /** the process is gone or must not be used again */
  readonly broken: boolean;
}

/** One process of a function: loads the bundle once, then takes one event after the other. */
export class ExecutionEnvironment {
  private readonly options: EnvironmentOptions;
  private readonly api: RuntimeApi;
  private child: Managed | undefined;
  private idle: (() => void) | undefined;
  private settle: ((outcome: Outcome, broken: boolean) => void) | undefined;
  private initError: RuntimeError | undefined;
  private stopped = false;

  constructor(options: EnvironmentOptions) {
    this.options = options;
    this.api = new RuntimeApi(options.model.arn, {
      onIdle: () => this.idle?.(),
      onOutcome: (_id, outcome) => this.settle?.(outcome, false),
      onInitError: (error) => void (this.initError = error),
    });
  }

  get pid(): number | undefined {
    return this.child?.running === true ? this.child.pid : undefined;
  }

  /** Starts the process. @returns undefined once it waits for an event, or why it never will */
  async start(): Promise<RuntimeError | undefined> {
    const { model, variables, logFile } = this.options;
    const ready = new Promise<'ready'>((resolve) => {
      this.idle = () => resolve('ready');
    });
    const runtimeApi = await this.api.listen();
    this.child = await launch({
      command: nodeBinary(),
      args: [
        `--max-old-space-size=${Math.floor(model.memoryMb * OLD_SPACE)}`,
        `--max-semi-space-size=${Math.max(1, Math.floor(model.memoryMb * SEMI_SPACE))}`,
        BOOTSTRAP,
        model.file,
        model.exportName,
      ],
      env: { ...variables, AWS_LAMBDA_RUNTIME_API: runtimeApi },
      cwd: model.directory,
      logFile,
      stopSignal: 'SIGKILL',
    });
    // It may have been stopped while it was being started.
    if (this.stopped) this.child.signal('SIGKILL');
    void this.onExit(this.child);
    const timeout = timer(INIT_TIMEOUT_MS);
    const first = await Promise.race([ready, this.child.exited, timeout.done]);
    timeout.clear();
    if (first === 'ready') return undefined;
    if (first !== 'timeout') return this.initError ?? exitError(first.code, first.signal);
    this.child.signal('SIGKILL');
    return { errorType: 'Sandbox.Timedout', errorMessage: `Init timed out after ${INIT_TIMEOUT_MS / 1000} seconds` };
  }

  private async onExit(child: Managed): Promise<void> {
    const { code, signal } = await child.exited;
    this.api.close();
    const error = this.initError ?? exitError(code, signal);
    this.settle?.({ payload: JSON.stringify(error), error }, true);
  }

  /** Runs one event to its end, or to the function's time-out. */
  async invoke(payload: string): Promise<Invocation> {
    const { timeoutSeconds } = this.options.model;
    const started = performance.now();
    const idleAgain = new Promise<void>((resolve) => {
      this.idle = resolve;
    });
    const settled = new Promise<{ outcome: Outcome; broken: boolean }>((resolve) => {
      this.settle = (outcome, broken) => resolve({ outcome, broken });
    });
    let requestId = '';
    try {
      requestId = this.api.dispatch(Buffer.from(payload), Date.now() + timeoutSeconds * 1000);
    } catch {
      const error = exitError(null, null);
      this.settle?.({ payload: JSON.stringify(error), error }, true);
    }
    const timeout = timer(timeoutSeconds * 1000);
    const first = await Promise.race([settled, timeout.done]);
    timeout.clear();
    const memory = this.pid === undefined ? 0 : peakMemoryMb(this.pid);
    this.settle = undefined;
    const finished = (outcome: Outcome, broken: boolean): Invocation => ({
      requestId,
      outcome: outcome.error === undefined ? outcome : withRequestId(outcome.error, requestId),
      durationMs: performance.now() - started,
      peakMemoryMb: memory,
      broken,
    });
    if (first === 'timeout') {
      this.kill();
      const errorMessage = `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
      return finished({ payload: '', error: { errorType: 'Sandbox.Timedout', errorMessage } }, true);
    }
    // The answer comes before the question for the next event; only then is the process free.
    if (!first.broken) await Promise.race([idleAgain, this.child?.exited]);
    return finished(first.outcome, first.broken || this.pid === undefined);
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.stopped ||= signal === 'SIGKILL';
    this.child?.signal(signal);
  }

  /** Resolves when the process is gone. */
  async stop(): Promise<void> {
    this.kill();
    await this.child?.exited;
    this.api.close();
  }
}

/** Lambda's own errors name the request; the function's are passed on as they came. */
function withRequestId(error: RuntimeError, requestId: string): Outcome {
  const ofLambda = error.errorType === 'Sandbox.Timedout' || error.errorType === 'Runtime.ExitError';
  const told = ofLambda ? { ...error, errorMessage: `RequestId: ${requestId} Error: ${error.errorMessage}` } : error;
  return { payload: JSON.stringify(told), error: told };
}

function exitError(code: number | null, signal: NodeJS.Signals | null): RuntimeError {
  const how =
    signal === null ? `exit status ${code ?? 'unknown'}` : `signal: ${signal === 'SIGKILL' ? 'killed' : signal}`;
  return { errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with error: ${how}` };
}

function timer(ms: number): { done: Promise<'timeout'>; clear(): void } {
  let handle: NodeJS.Timeout;
  const done = new Promise<'timeout'>((resolve) => {
    handle = setTimeout(() => resolve('timeout'), ms);
  });
  return { done, clear: () => clearTimeout(handle) };
}
