import { appendFileSync } from 'node:fs';
import { ExecutionEnvironment, type EnvironmentOptions, type Invocation } from './environment.ts';
import { residentMemoryMb } from './memory.ts';
import type { RuntimeError } from './runtime-api.ts';

export interface FunctionStatistics {
  readonly invocations: number;
  readonly errors: number;
  readonly coldStarts: number;
  /** most memory that any of its processes ever had resident, MiB */
  readonly peakMemoryMb: number;
  /** resident now, each living process, MiB */
  readonly residentMemoryMb: readonly number[];
}

/** The processes of one function: as many as there are events at a time, up to a limit; more events wait. */
export class FunctionPool {
  private readonly options: EnvironmentOptions;
  private readonly limit: number;
  private readonly alive = new Set<ExecutionEnvironment>();
  /** made, not started yet */
  private readonly cold = new Set<ExecutionEnvironment>();
  private readonly idle: ExecutionEnvironment[] = [];
  private readonly queue: ((environment: ExecutionEnvironment) => void)[] = [];
  private counters = { invocations: 0, errors: 0, coldStarts: 0, peakMemoryMb: 0 };
  private stopped = false;

  constructor(options: EnvironmentOptions, limit: number) {
    this.options = options;
    this.limit = limit;
  }

  async invoke(payload: string): Promise<Invocation> {
    const environment = await this.take();
    const error = this.cold.delete(environment) ? await this.start(environment) : undefined;
    const invocation = error === undefined ? await environment.invoke(payload) : neverRan(error);
    this.account(invocation);
    this.giveBack(environment, invocation.broken);
    return invocation;
  }

  pids(): number[] {
    return [...this.alive].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  statistics(): FunctionStatistics {
    return { ...this.counters, residentMemoryMb: this.pids().map(residentMemoryMb) };
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all([...this.alive].map((environment) => environment.stop()));
  }

  /** The one that was busy last is warmest. A new one is started by whoever takes it. */
  private take(): Promise<ExecutionEnvironment> {
    for (let warm = this.idle.pop(); warm !== undefined; warm = this.idle.pop()) {
      if (warm.pid !== undefined) return Promise.resolve(warm);
      this.alive.delete(warm);
    }
    if (this.alive.size < this.limit) return Promise.resolve(this.create());
    return new Promise((resolve) => {
      this.queue.push(resolve);
    });
  }

  private create(): ExecutionEnvironment {
    const environment = new ExecutionEnvironment(this.options);
    this.alive.add(environment);
    this.cold.add(environment);
    return environment;
  }

  private async start(environment: ExecutionEnvironment): Promise<RuntimeError | undefined> {
    if (this.stopped) return { errorType: 'Runtime.ExitError', errorMessage: 'the function host is stopping' };
    this.counters.coldStarts++;
    return environment.start();
  }

  private giveBack(environment: ExecutionEnvironment, broken: boolean): void {
    if (broken) {
      this.alive.delete(environment);
      void environment.stop();
    }
    const next = this.queue.shift();
    if (next !== undefined) next(broken ? this.create() : environment);
    else if (!broken) this.idle.push(environment);
  }

  private account(invocation: Invocation): void {
    const { error } = invocation.outcome;
    this.counters.invocations++;
    if (error !== undefined) this.counters.errors++;
    this.counters.peakMemoryMb = Math.max(this.counters.peakMemoryMb, invocation.peakMemoryMb);
    const report = {
      time: new Date().toISOString(),
      type: 'platform.report',
      record: {
        requestId: invocation.requestId,
        status: error === undefined ? 'success' : error.errorType === 'Sandbox.Timedout' ? 'timeout' : 'error',
        ...(error === undefined ? {} : { errorType: error.errorType }),
        metrics: {
          durationMs: Number(invocation.durationMs.toFixed(3)),
          memorySizeMB: this.options.model.memoryMb,
          maxMemoryUsedMB: Math.round(invocation.peakMemoryMb),
        },
      },
    };
    appendFileSync(this.options.logFile, `${JSON.stringify(report)}\n`);
  }
}

const neverRan = (error: RuntimeError): Invocation => ({
  requestId: '',
  outcome: { payload: JSON.stringify(error), error },
  durationMs: 0,
  peakMemoryMb: 0,
  broken: true,
});
