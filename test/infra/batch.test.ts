import { beforeAll, describe, expect, it } from 'vitest';
import { functionsOf, resourcesOf, synthesise, type Synthesised } from './synth.ts';

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly JitterStrategy?: string;
    readonly MaxAttempts: number;
    readonly IntervalSeconds?: number;
    readonly BackoffRate?: number;
    readonly MaxDelaySeconds?: number;
  }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly MaxConcurrency?: number;
  readonly ItemProcessor?: Machine;
  readonly Parameters?: { readonly Payload: unknown };
}
interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

let app: Synthesised;
let machine: Machine & { readonly TimeoutSeconds: number };
beforeAll(() => {
  app = synthesise();
  machine = JSON.parse(resourcesOf(app, 'AWS::StepFunctions::StateMachine')[0]!.Properties['DefinitionString']);
});

/** States in the order they run when nothing fails. */
const path = (): string[] => {
  const order: string[] = [];
  for (let at: string | undefined = machine.StartAt; at !== undefined; at = machine.States[at]!.Next) order.push(at);
  return order;
};

describe('the workflow', () => {
  it('goes from the plan to the proof', () => {
    expect(path()).toEqual([
      'PlanBatch',
      'LoadReceipts',
      'ScoreRecords',
      'MarkUndecided',
      'ExtractAlerts',
      'LoadWarehouse',
      'CheckQuality',
      'Reconcile',
      'ExportLake',
      'Reconciled',
    ]);
    expect(Object.keys(machine.States).sort()).toEqual([...path(), 'RecordFailure', 'Failed'].sort());
  });

  it('tells the plan what the execution was started with', () => {
    expect(machine.States['PlanBatch']!.Parameters!.Payload).toEqual({
      'runId.$': '$$.Execution.Name',
      'input.$': '$',
    });
  });

  it('writes down why a run failed, wherever it fails, and then fails', () => {
    for (const name of path().filter((state) => state !== 'Reconciled'))
      expect(machine.States[name]!.Catch).toEqual([
        { ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'RecordFailure' },
      ]);
    expect(machine.States['RecordFailure']).toMatchObject({ Next: 'Failed', Catch: [{ Next: 'Failed' }] });
    expect(machine.States['Failed']).toMatchObject({ Type: 'Fail', ErrorPath: '$.error.Error' });
  });

  it('works on a bounded number of groups at a time', () => {
    for (const name of ['LoadReceipts', 'ScoreRecords'])
      expect(machine.States[name]).toMatchObject({ Type: 'Map', MaxConcurrency: 2 });
  });

  it('has a time-out and retries with jitter on every task, and a time-out on the whole', () => {
    const tasks = Object.values(machine.States)
      .flatMap((state) => [state, ...Object.values(state.ItemProcessor?.States ?? {})])
      .filter(({ Type }) => Type === 'Task');
    expect(tasks).toHaveLength(10);
    for (const { TimeoutSeconds, Retry = [] } of tasks) {
      expect(TimeoutSeconds).toBeGreaterThan(60);
      const tried = Retry.filter(({ MaxAttempts }) => MaxAttempts > 0);
      expect(tried.length).toBeGreaterThan(1);
      expect(tried.every(({ JitterStrategy }) => JitterStrategy === 'FULL')).toBe(true);
      expect(Retry.at(-1)!.ErrorEquals).toEqual(['States.ALL']);
    }
    expect(machine.TimeoutSeconds).toBeGreaterThan(0);
  });

  it('is patient enough for a database that fails over, which takes two minutes, and not for ever', () => {
    const {
      IntervalSeconds = 0,
      BackoffRate = 0,
      MaxAttempts,
      MaxDelaySeconds = 0,
    } = machine.States['LoadWarehouse']!.Retry!.at(-1)!;
    const waits = Array.from({ length: MaxAttempts }, (_, n) =>
      Math.min(MaxDelaySeconds, IntervalSeconds * BackoffRate ** n),
    );
    const most = waits.reduce((total, seconds) => total + seconds, 0);
    // Full jitter waits for half of it in the mean.
    expect(most / 2).toBeGreaterThan(120);
    expect(most).toBeLessThan(600);
  });

  it('has names that are used once, also within maps', () => {
    const names = Object.entries(machine.States).flatMap(([name, state]) => [
      name,
      ...Object.keys(state.ItemProcessor?.States ?? {}),
    ]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('lets what marks undecided positions write receipts and its list, and read no more than the log and the policies', () => {
    const [, { Roles: _, ...policy }] = Object.values(app.stacks)
      .flatMap(({ resources }) => Object.entries(resources))
      .filter(([id, { Type }]) => Type === 'AWS::IAM::Policy' && id.startsWith('MarkUndecided'))
      .map(([id, { Properties }]) => [id, Properties] as const)[0]!;
    const statements = policy['PolicyDocument'].Statement as { Action: string | string[]; Resource: unknown }[];
    const on = (action: string): string[] =>
      statements
        .filter(({ Action }) => [Action].flat().includes(action))
        .flatMap(({ Resource }) => JSON.stringify(Resource).match(/\/[a-z/]+\/\*/g) ?? [])
        .sort();
    expect(on('s3:PutObject')).toEqual(['/receipts/*', '/undecided/*']);
    expect(on('s3:GetObject')).toEqual(['/documents/policies/*', '/log/*']);
  });

  it('is told by the same figures as the stream how far it reaches back', () => {
    const functions = functionsOf(app);
    const reach = { MAX_RECORD_AGE_HOURS: '12', GIVE_UP_MARGIN_MINUTES: '60' };
    for (const name of ['detect-fraud', 'track-activity', 'mark-undecided', 'reconcile'])
      expect(functions[name]!['Environment'].Variables, name).toMatchObject(reach);
  });

  it('finds the warehouse at the version of this code: each deployment that changes it runs the migrations', () => {
    const triggers = resourcesOf(app, 'Custom::Trigger').map(({ Properties }) => JSON.stringify(Properties));
    expect(triggers.filter((trigger) => trigger.includes('MigrateDatabase'))).toHaveLength(1);
  });

  it('is started by a schedule', () => {
    const schedules = resourcesOf(app, 'AWS::Scheduler::Schedule');
    expect(schedules).toHaveLength(1);
    expect(schedules[0]!.Properties).toMatchObject({
      State: 'ENABLED',
      ScheduleExpression: 'cron(5 * * * ? *)',
      ScheduleExpressionTimezone: 'Etc/UTC',
      Target: { Input: '{}', RetryPolicy: { MaximumEventAgeInSeconds: 3600 } },
    });
  });
});
