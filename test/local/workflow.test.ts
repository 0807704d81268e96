import { describe, expect, test } from 'vitest';
import type { MachineModel } from '../../local/assembly/model.ts';
import { LocalError } from '../../local/errors.ts';
import type { FunctionHost } from '../../local/functions/host.ts';
import { WorkflowHost } from '../../local/workflow/host.ts';
import { toZeroBased } from '../../core/contract/crontab.ts';
import { scheduledMachine, startSchedule } from '../../local/workflow/schedule.ts';
import { task } from './support/assembly.ts';

type Handler = (payload: Record<string, unknown>) => unknown;

/** A host whose functions are these; what they throw is the function's error, by its name. */
function hostOf(definition: unknown, functions: Readonly<Record<string, Handler>>) {
  const machine: MachineModel = { name: 'machine', arn: 'arn:machine', definition: text(definition) };
  const invoke = async (name: string, payload: string) => {
    const done = { requestId: 'r', durationMs: 1, peakMemoryMb: 1, broken: false };
    try {
      const answer = await functions[name]?.(JSON.parse(payload) as Record<string, unknown>);
      return { ...done, outcome: { payload: JSON.stringify(answer ?? null) } };
    } catch (thrown) {
      const error = { errorType: (thrown as Error).name, errorMessage: (thrown as Error).message };
      return { ...done, outcome: { payload: JSON.stringify(error), error } };
    }
  };
  const model = (name: string): void => {
    if (!(name in functions)) throw new LocalError(`there is no function ${name}`, '');
  };
  const host = new WorkflowHost([machine], { invoke, model } as unknown as FunctionHost);
  return (input: unknown = {}, options = {}) => host.run('arn:machine', input, options);
}

const text = (definition: unknown): string => JSON.stringify(definition).replace(/\$\{(\w+)\}/g, '$1');
const failing = (name: string, message = 'no'): never => {
  throw Object.assign(new Error(message), { name });
};
const machineOf = (states: Readonly<Record<string, unknown>>) => ({ StartAt: Object.keys(states)[0], States: states });
const never = (): Promise<never> => new Promise(() => {});
const mapOf = (item: unknown, more: Readonly<Record<string, unknown>> = {}) => ({
  Type: 'Map',
  ItemsPath: '$.items',
  MaxConcurrency: 2,
  ItemProcessor: {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'Item',
    States: { Item: item },
  },
  End: true,
  ...more,
});

describe('an execution', () => {
  test('calls functions with the payload of the state, and knows its own name', async () => {
    const state = {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: 'plan', Payload: { 'runId.$': '$$.Execution.Name', 'n.$': '$.n' } },
      OutputPath: '$.Payload',
      End: true,
    };
    const run = hostOf(machineOf({ Plan: state }), { plan: (payload) => ({ got: payload }) });
    const result = await run({ n: 7 }, { name: 'run-1' });
    expect(result).toMatchObject({ name: 'run-1', status: 'SUCCEEDED', output: { got: { runId: 'run-1', n: 7 } } });
    expect((await run({ n: 7 })).name).toMatch(/^local-\d{4}-/);
  });

  test('maps items by no more than its concurrency, and keeps their order', async () => {
    let running = 0;
    let most = 0;
    const run = hostOf(machineOf({ All: mapOf(task('each', { End: true })) }), {
      each: async ({ n }) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running--;
        return Number(n) * 10;
      },
    });
    const items = Array.from({ length: 9 }, (_, n) => ({ n }));
    const progress: number[] = [];
    const onProgress = (states: { state: string; exited: number }[]): void =>
      void progress.push(states.find(({ state }) => state === 'Item')?.exited ?? 0);
    const result = await run({ items }, { onProgress });
    expect(result.output).toEqual(items.map(({ n }) => n * 10));
    expect(most).toBe(2);
    expect(progress.at(-1)).toBe(9);
    expect(result.states).toMatchObject([
      { state: 'All', type: 'Map', entered: 1, exited: 1 },
      { state: 'Item', type: 'Task', entered: 9, exited: 9, retries: 0 },
    ]);
  });

  test('retries by the name of the error, and catches what is left', async () => {
    let calls = 0;
    const retry = [{ ErrorEquals: ['TryAgain'], IntervalSeconds: 1, MaxAttempts: 1, BackoffRate: 1 }];
    const run = hostOf(
      machineOf({
        Work: task('work', {
          Retry: retry,
          Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Note' }],
          End: true,
        }),
        Note: task('note', { Next: 'Stop' }),
        Stop: { Type: 'Fail', ErrorPath: '$.error.Error', CausePath: '$.error.Cause' },
      }),
      { work: () => failing(++calls === 1 ? 'TryAgain' : 'Broken', 'twice'), note: (payload) => payload },
    );
    const result = await run({});
    expect(calls).toBe(2);
    expect(result.status).toBe('FAILED');
    expect(result.error?.Error).toBe('Broken');
    expect(JSON.parse(result.error?.Cause ?? '')).toEqual({ errorType: 'Broken', errorMessage: 'twice' });
    expect(result.states).toMatchObject([{ state: 'Work', retries: 1 }, { state: 'Note' }, { state: 'Stop' }]);
  });

  test('that fails in one item of a map starts no further items', async () => {
    const seen: unknown[] = [];
    const run = hostOf(machineOf({ All: mapOf(task('each', { End: true }), { MaxConcurrency: 1 }) }), {
      each: ({ n }) => {
        seen.push(n);
        return n === 1 ? failing('Broken') : n;
      },
    });
    const result = await run({ items: [{ n: 0 }, { n: 1 }, { n: 2 }, { n: 3 }] });
    expect(result).toMatchObject({ status: 'FAILED', error: { Error: 'Broken' } });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(seen).toEqual([0, 1]);
  });

  test('times out as a whole, and can be aborted', async () => {
    const slow = hostOf({ ...machineOf({ Wait: task('never', { End: true }) }), TimeoutSeconds: 1 }, { never });
    expect(await slow()).toMatchObject({ status: 'TIMED_OUT', error: { Error: 'States.Timeout' } });
    const controller = new AbortController();
    const endless = hostOf(machineOf({ Wait: task('never', { End: true }) }), { never });
    const running = endless({}, { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    expect(await running).toMatchObject({ status: 'ABORTED' });
  });
});

describe('a definition', () => {
  const end = { End: true };
  test.each<[string, unknown, string]>([
    ['an ItemReader', machineOf({ All: mapOf(task('fn', end), { ItemReader: {} }) }), 'ItemReader (state All'],
    ['an ItemBatcher', machineOf({ All: mapOf(task('fn', end), { ItemBatcher: {} }) }), 'ItemBatcher (state All'],
    ['a ResultWriter', machineOf({ All: mapOf(task('fn', end), { ResultWriter: {} }) }), 'ResultWriter (state All'],
    [
      'tolerated failures',
      machineOf({ All: mapOf(task('fn', end), { ToleratedFailurePercentage: 5 }) }),
      'ToleratedFailurePercentage (state All',
    ],
    ['JSONata', { ...machineOf({ Work: task('fn', end) }), QueryLanguage: 'JSONata' }, 'JSONata'],
    [
      'JSONata in a state',
      machineOf({ Work: task('fn', { ...end, QueryLanguage: 'JSONata' }) }),
      'QueryLanguage (state Work',
    ],
    ['variables', machineOf({ Work: task('fn', { ...end, Assign: { a: 1 } }) }), 'Assign (state Work'],
    [
      'another service',
      machineOf({ Work: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', End: true } }),
      'arn:aws:states:::sqs:sendMessage (state Work',
    ],
    [
      'a state of the same name within a map',
      machineOf({ Item: mapOf(task('fn', end)) }),
      'two states of one name (state Item',
    ],
    ['a function that there is not', machineOf({ Work: task('nowhere', end) }), 'no function nowhere'],
  ])('with %s is refused before anything runs', (_what, definition, message) => {
    const load = (): unknown => hostOf(definition, { fn: () => 1 });
    expect(load).toThrow(LocalError);
    expect(load).toThrow(message);
  });
});

describe('the schedule', () => {
  const machine: MachineModel = { name: 'm', arn: 'arn:m', definition: '{}' };
  const schedule = {
    name: 's',
    expression: 'rate(1 hour)',
    timeZone: 'UTC',
    enabled: true,
    targetArn: 'arn:m',
    input: '{"a":1}',
  };
  const model = (schedules: unknown[], machines = [machine]) => ({ schedules, machines }) as never;

  test('names the machine that is run, and its input', () => {
    expect(scheduledMachine(model([schedule]))).toMatchObject({ machine: { name: 'm' }, input: { a: 1 } });
    expect(() => scheduledMachine(model([]))).toThrow('no schedule of the app starts a state machine');
    const other = { ...machine, name: 'other', arn: 'arn:other' };
    const two = model([schedule, { ...schedule, targetArn: 'arn:other' }], [machine, other]);
    expect(() => scheduledMachine(two)).toThrow('several state machines have a schedule: m, other');
  });

  test.each([
    ['cron(5 * * * ? *)', (next: Date) => next.getUTCMinutes() === 5],
    ['cron(0/15 * * * ? *)', (next: Date) => next.getUTCMinutes() % 15 === 0],
    ['cron(30 6 ? * MON-FRI *)', (next: Date) => next.getUTCHours() === 6 && ![0, 6].includes(next.getUTCDay())],
    ['cron(0 12 ? * 1 *)', (next: Date) => next.getUTCDay() === 0],
    ['cron(0 0 L * ? *)', (next: Date) => new Date(next.getTime() + 86_400_000).getUTCDate() === 1],
    ['rate(2 hours)', (next: Date) => next.getTime() - Date.now() > 7_000_000],
  ])('%s is followed', (expression, holds) => {
    const running = startSchedule({ ...schedule, expression }, async () => undefined);
    const next = running?.next();
    running?.stop();
    expect(next).toBeInstanceOf(Date);
    expect(holds(next as Date)).toBe(true);
  });

  test('that is switched off or cannot be read is not', () => {
    expect(startSchedule({ ...schedule, enabled: false }, async () => undefined)).toBeUndefined();
    for (const expression of ['at(2026-01-01T00:00:00)', 'cron(61 * * * ? *)', 'every day'])
      expect(() => startSchedule({ ...schedule, expression }, async () => undefined)).toThrow(expression);
  });

  test('counts weekdays as AWS does', () => {
    expect(['1-7', '2,4', 'MON-FRI', '6#3', '2/2', '*'].map(toZeroBased)).toEqual([
      '0-6',
      '1,3',
      'MON-FRI',
      '5#3',
      '1/2',
      '*',
    ]);
  });
});
