import { describe, expect, it } from 'vitest';
import { Interrupted, UserError } from '../../../../cli/errors.ts';
import { stageWarehouse } from '../../../../cli/stage/warehouse.ts';
import { runStageWorkflow } from '../../../../cli/stage/workflow.ts';

/** What AWS answers, call by call; the good ways are tried on the emulator, these are those it never takes. */
const answering = (...answers: readonly object[]) => {
  const sent: unknown[] = [];
  return {
    sent,
    send: (async (command: { input: unknown }) => {
      sent.push(command.input);
      const answer = answers[Math.min(sent.length, answers.length) - 1]!;
      return answer;
    }) as never,
  };
};
const payload = (value: unknown) => ({ Payload: Buffer.from(JSON.stringify(value)) });
const going = new AbortController().signal;

describe('the warehouse of a stage', () => {
  it('passes on what PostgreSQL refused, with the place and the hint', async () => {
    const refused = { message: 'column "x" does not exist', code: '42703', position: '8', hint: 'perhaps "y"' };
    const warehouse = stageWarehouse(answering(payload({ refused })), 'query');
    await expect(warehouse.read([{ text: 'select x' }])).rejects.toMatchObject(refused);
  });

  it('says that the function could not ask', async () => {
    const failed = { FunctionError: 'Unhandled', ...payload({ errorMessage: 'connect ETIMEDOUT' }) };
    const asking = stageWarehouse(answering(failed), 'query').read([{ text: 'select 1' }]);
    await expect(asking).rejects.toThrow(UserError);
    await expect(asking).rejects.toThrow('the function query could not ask the warehouse: connect ETIMEDOUT');
  });

  it('does not take an answer of another form for one', async () => {
    await expect(stageWarehouse(answering(payload({ rows: [] })), 'q').read([{ text: 'select 1' }])).rejects.toThrow();
  });
});

describe('the workflow of a stage', () => {
  const run = (signal: AbortSignal, ...answers: readonly object[]) => {
    const states: string[] = [];
    const client = answering({ executionArn: 'arn:run' }, ...answers);
    return {
      states,
      promise: runStageWorkflow(client, { stateMachineArn: 'arn:machine' }, (state) => states.push(state), signal, 1),
    };
  };
  const RUNNING = { status: 'RUNNING' };
  const entered = (name: string) => ({ events: [{}, { stateEnteredEventDetails: { name } }] });
  const CLEAN = { pending: 0, missing: 0, unexpected: 0, parityDifferences: 0, examples: {} };

  it('tells each state once, and gives what reconcile found', async () => {
    const done = { status: 'SUCCEEDED', output: JSON.stringify({ ...CLEAN, pending: 3 }) };
    const { promise, states } = run(
      going,
      RUNNING,
      entered('PlanBatch'),
      RUNNING,
      entered('PlanBatch'),
      RUNNING,
      entered('Reconcile'),
      done,
    );
    expect(await promise).toMatchObject({ pending: 3, missing: 0 });
    expect(states).toEqual(['PlanBatch', 'Reconcile']);
  });

  it.each([
    [false, {}],
    [true, { full: true }],
  ])('asks for the whole log when it is told to: %j', async (full, input) => {
    const client = answering({ executionArn: 'arn:run' }, { status: 'SUCCEEDED', output: JSON.stringify(CLEAN) });
    await runStageWorkflow(client, { stateMachineArn: 'arn:machine', full }, () => {}, going, 1);
    expect(client.sent[0]).toEqual({ stateMachineArn: 'arn:machine', input: JSON.stringify(input) });
  });

  it.each(['FAILED', 'TIMED_OUT', 'ABORTED'])('says that it ended as %s, why, and what to do', async (status) => {
    const { promise } = run(going, { status, error: 'QualityError', cause: 'bands_are_right (2 keys)' });
    await expect(promise).rejects.toThrow(
      `the batch workflow ended as ${status}: QualityError: bands_are_right (2 keys)`,
    );
    await expect(promise).rejects.toMatchObject({ hint: expect.stringContaining('arn:run'), exitCode: 1 });
  });

  it('stops waiting when it is told to, and lets the batch go on', async () => {
    const stop = new AbortController();
    stop.abort();
    const { promise } = run(stop.signal, RUNNING, entered('PlanBatch'));
    await expect(promise).rejects.toThrow(Interrupted);
  });
});
