import { encodeReceipts } from '../batch/encode-receipts.ts';
import { groupEvent } from '../batch/events.ts';
import { type GroupSummary, tell } from '../batch/group-summary.ts';
import { loadGroup } from '../batch/load-group.ts';
import { lambdaHandler } from '../runtime/handler.ts';
import { dependencies } from './dependencies.ts';

const { objects, warehouse } = dependencies;

/** `{runId, manifest}`: one group of receipt objects. */
export const handler = lambdaHandler(dependencies, async (event: unknown): Promise<GroupSummary> => {
  const group = groupEvent.parse(event);
  const loaded = await loadGroup(objects, warehouse, group, {
    job: 'load-receipts',
    target: 'staging',
    encode: encodeReceipts,
  });
  return tell(dependencies, group, loaded);
});
