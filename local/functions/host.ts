import type { FunctionModel } from '../assembly/model.ts';
import { LocalError } from '../errors.ts';
import { trySignal } from '../process/warden.ts';
import type { Invocation } from './environment.ts';
import { FunctionPool, type FunctionStatistics } from './pool.ts';

export interface FunctionHostOptions {
  readonly functions: readonly FunctionModel[];
  readonly region: string;
  /** what the host knows and no template can: endpoints, the warehouse's address */
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: (name: string) => string;
  /** most processes of a function at a time */
  readonly concurrency: (model: FunctionModel) => number;
}

/** The functions of the app, each in processes of its own. Named by short name, physical name or ARN. */
export class FunctionHost {
  private readonly pools = new Map<string, FunctionPool>();
  private readonly models = new Map<string, FunctionModel>();
  readonly names: readonly string[];

  constructor(options: FunctionHostOptions) {
    this.names = options.functions.map(({ name }) => name);
    for (const model of options.functions) {
      const variables = environmentOf(model, options);
      const pool = new FunctionPool(
        { model, variables, logFile: options.logFile(model.name) },
        options.concurrency(model),
      );
      for (const key of [model.name, model.physicalName, model.arn]) {
        this.pools.set(key, pool);
        this.models.set(key, model);
      }
    }
  }

  /** @throws LocalError when there is no such function */
  model(name: string): FunctionModel {
    const model = this.models.get(unqualified(name));
    if (model === undefined)
      throw new LocalError(`there is no function ${name}`, `there are: ${[...this.names].sort().join(', ')}`);
    return model;
  }

  /** Calls a function with JSON text. An error of the function is in the outcome, not thrown. */
  invoke(name: string, payload: string): Promise<Invocation> {
    return this.pool(name).invoke(payload);
  }

  /**
   * Signals the processes of a function as they are: SIGKILL is a crash, SIGSTOP and SIGCONT make a zombie.
   * @returns how many there were
   */
  kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): number {
    return this.pids(name).filter((pid) => trySignal(pid, signal)).length;
  }

  pids(name: string): number[] {
    return this.pool(name).pids();
  }

  statistics(name: string): FunctionStatistics {
    return this.pool(name).statistics();
  }

  /** Kills every process; what was running fails. */
  async stop(): Promise<void> {
    await Promise.all([...new Set(this.pools.values())].map((pool) => pool.stop()));
  }

  private pool(name: string): FunctionPool {
    return this.pools.get(this.model(name).name) as FunctionPool;
  }
}

/** An ARN may end in a version or an alias: `…:function:NAME:1`. */
const unqualified = (name: string): string => (name.startsWith('arn:') ? name.split(':').slice(0, 7).join(':') : name);

/** What Lambda sets, the template's variables, what the host knows: and nothing of the environment we run in. */
function environmentOf(model: FunctionModel, options: FunctionHostOptions): Record<string, string> {
  return {
    ...model.environment,
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    AWS_REGION: options.region,
    AWS_DEFAULT_REGION: options.region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_FUNCTION_NAME: model.physicalName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(model.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${model.physicalName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_TASK_ROOT: model.directory,
    _HANDLER: `${model.file}#${model.exportName}`,
    ...options.environment,
  };
}
