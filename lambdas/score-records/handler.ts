import { tellBroken } from '../adapters/documents.ts';
import { groupEvent } from '../batch/events.ts';
import { type GroupSummary, tell } from '../batch/group-summary.ts';
import { lambdaHandler } from '../runtime/handler.ts';
import { dependencies } from './dependencies.ts';
import { scoreRecords } from './score.ts';

const { objects, warehouse } = dependencies;

/** `{runId, manifest}`: one group of log objects. */
export const handler = lambdaHandler(dependencies, async (event: unknown): Promise<GroupSummary> => {
  const group = groupEvent.parse(event);
  const loaded = await scoreRecords(objects, warehouse, group, (published) => tellBroken(published, dependencies));
  return tell(dependencies, group, loaded);
});
