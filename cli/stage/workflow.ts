import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { setTimeout as sleep } from 'node:timers/promises';
import { Interrupted, UserError } from '../errors.ts';
import { readReconciliation } from '../reconciliation.ts';
import type { Reconciliation } from '../target.ts';
import { say } from '../ui.ts';

const LOOK_EVERY_MS = 2_000;

/**
 * Starts the batch of a deployed stage and waits for its end. Whoever stops waiting does not stop the batch.
 *
 * @throws UserError when it ends in any other way than it should
 */
export async function runStageWorkflow(
  sfn: Pick<SFNClient, 'send'>,
  { stateMachineArn, full = false }: { readonly stateMachineArn: string; readonly full?: boolean },
  onState: (state: string) => void,
  signal: AbortSignal,
  everyMs = LOOK_EVERY_MS,
): Promise<Reconciliation> {
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(full ? { full } : {}) }),
  );
  let told = '';
  for (;;) {
    const { status, output, error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'SUCCEEDED') return readReconciliation(JSON.parse(output ?? 'null'));
    if (status !== 'RUNNING')
      throw new UserError(
        `the batch workflow ended as ${status}${error === undefined ? '' : `: ${error}: ${cause ?? ''}`}`,
        `Nothing is half loaded: mend the cause and run crp batch again. Its history: ${executionArn}`,
        1,
      );
    const state = await latestState(sfn, executionArn);
    if (state !== null && state !== told) onState(state);
    told = state ?? told;
    await sleep(everyMs, undefined, { signal }).catch(() => {
      say(`  the batch goes on without us: ${executionArn}`);
      throw new Interrupted();
    });
  }
}

async function latestState(sfn: Pick<SFNClient, 'send'>, executionArn: string | undefined): Promise<string | null> {
  const { events = [] } = await sfn.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 50, includeExecutionData: false }),
  );
  return (
    events.find(({ stateEnteredEventDetails }) => stateEnteredEventDetails)?.stateEnteredEventDetails?.name ?? null
  );
}
