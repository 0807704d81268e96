import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MachineModel } from '../assembly/model.ts';
import type { FunctionHost } from '../functions/host.ts';
import { type Definition, type LambdaTask, readDefinition } from './definition.ts';
import { StateTimings, type StateTiming } from './timings.ts';

export type { StateTiming } from './timings.ts';

/** How an execution ended. */
export interface WorkflowResult {
  readonly name: string;
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  /** of an execution that succeeded */
  readonly output?: unknown;
  /** of one that did not, in the words of Step Functions */
  readonly error?: { readonly Error: string; readonly Cause: string };
  readonly durationMs: number;
  /** by state, in the order in which they were entered */
  readonly states: readonly StateTiming[];
}

export interface RunOptions {
  /** name of the execution, which the functions see as run id @default a new one */
  readonly name?: string;
  /** after each step: how far every state is */
  readonly onProgress?: (states: readonly StateTiming[]) => void;
  readonly signal?: AbortSignal;
}

/** An error by which Retry and Catch go: its name is the function's error type, its message what Lambda answers. */
class TaskError extends Error {
  constructor(errorType: string, payload: string) {
    super(payload);
    this.name = errorType;
  }
}

/** Runs state machines as Step Functions would, their tasks by the function host. */
export class WorkflowHost {
  private readonly functions: FunctionHost;
  private readonly definitions = new Map<string, { machine: MachineModel; definition: Definition }>();
  private readonly running = new Set<{ abort(): void }>();

  /** @throws LocalError for a definition that cannot be run, or that calls a function that there is not */
  constructor(machines: readonly MachineModel[], functions: FunctionHost) {
    this.functions = functions;
    for (const machine of machines) {
      const definition = readDefinition(machine);
      for (const { functionName } of definition.tasks) if (functionName !== undefined) functions.model(functionName);
      this.definitions.set(machine.arn, { machine, definition });
    }
  }

  /** Runs an execution to its end; how it ended is in the result, not thrown. */
  async run(arn: string, input: unknown, options: RunOptions = {}): Promise<WorkflowResult> {
    const found = this.definitions.get(arn);
    if (found === undefined) throw new Error(`there is no state machine ${arn}`);
    const { machine, definition } = found;
    // A large library that a stack without a batch never needs.
    const { StateMachine } = await import('aws-local-stepfunctions');
    const name = options.name ?? `local-${new Date().toISOString().replace(/[:.]/g, '-')}-${randomUUID().slice(0, 8)}`;
    const started = performance.now();
    const timings = new StateTimings();
    const execution = new StateMachine(definition.asl as never, { validationOptions: { checkArn: false } }).run(
      input as never,
      {
        overrides: { taskResourceLocalHandlers: this.handlers(definition.tasks, timings) as never },
        context: {
          Execution: { Id: `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`, Name: name },
          StateMachine: { Id: machine.arn, Name: machine.name },
        },
      },
    );
    this.running.add(execution);
    const abort = (): void => execution.abort();
    if (options.signal?.aborted === true) abort();
    options.signal?.addEventListener('abort', abort, { once: true });
    const followed = follow(execution.eventLogs, timings, options.onProgress);
    const finished = (rest: Pick<WorkflowResult, 'status' | 'output' | 'error'>): WorkflowResult => ({
      name,
      durationMs: performance.now() - started,
      states: timings.list(),
      ...rest,
    });
    try {
      const output = await execution.result;
      await followed;
      return finished({ status: 'SUCCEEDED', output });
    } catch (error) {
      const failed = failure(error as Error);
      // An aborted execution may leave its events open.
      if (failed.status === 'FAILED') await followed;
      return finished(failed);
    } finally {
      options.signal?.removeEventListener('abort', abort);
      this.running.delete(execution);
    }
  }

  /** Aborts what runs; the functions that it called are not waited for. */
  abort(): void {
    for (const execution of this.running) execution.abort();
  }

  private handlers(tasks: readonly LambdaTask[], timings: StateTimings) {
    return Object.fromEntries(tasks.map((task) => [task.name, (input: unknown) => this.invoke(task, input, timings)]));
  }

  private async invoke(task: LambdaTask, input: unknown, timings: StateTimings): Promise<unknown> {
    // Items that wait for their turn are still handed out after one has failed the map: its event comes a turn later.
    if (task.maps.length > 0) await nextTurn();
    if (task.maps.some((map) => timings.hasFailed(map))) throw new TaskError('States.Aborted', 'the map has failed');
    const { FunctionName: name, Payload: payload } = input as { FunctionName: string; Payload?: unknown };
    const { outcome, requestId } = await this.functions.invoke(name, JSON.stringify(payload ?? {}));
    if (outcome.error !== undefined) throw new TaskError(outcome.error.errorType, outcome.payload);
    return {
      ExecutedVersion: '$LATEST',
      Payload: JSON.parse(outcome.payload),
      SdkResponseMetadata: { RequestId: requestId },
      StatusCode: 200,
    };
  }
}

async function follow(
  events: AsyncGenerator<unknown>,
  timings: StateTimings,
  onProgress: RunOptions['onProgress'],
): Promise<void> {
  for await (const event of events) if (timings.note(event as never)) onProgress?.(timings.list());
}

/** The interpreter wraps what a state threw; a Fail state's names are its own. */
function failure(thrown: Error): Pick<WorkflowResult, 'status' | 'error'> {
  if (thrown.name === 'ExecutionAbortedError') return { status: 'ABORTED' };
  if (thrown.name === 'ExecutionTimeoutError')
    return { status: 'TIMED_OUT', error: { Error: 'States.Timeout', Cause: 'the execution timed out' } };
  const error = thrown.cause instanceof Error ? thrown.cause : thrown;
  return { status: 'FAILED', error: { Error: error.name, Cause: error.message } };
}
