import { METRICS } from '../../core/contract/metrics.ts';
import { tellBroken } from '../adapters/documents.ts';
import { runEvent } from '../batch/events.ts';
import { lambdaHandler } from '../runtime/handler.ts';
import { dependencies } from './dependencies.ts';
import { markUndecided } from './mark.ts';

const { objects, warehouse, settings, logger, meter } = dependencies;

/** `{runId}`: gives a receipt to what the stream gave up. */
export const handler = lambdaHandler(dependencies, async (event: unknown): Promise<{ marked: number }> => {
  const { runId } = runEvent.parse(event);
  // Counted object by object: those before one that fails are marked, and a retry does not find them again.
  meter.count(METRICS.undecidedRecords, 0);
  const { marked, unreadable } = await markUndecided(
    objects,
    warehouse,
    { runId },
    { ...settings, onPolicies: (published) => tellBroken(published, dependencies) },
    (positions) => meter.count(METRICS.undecidedRecords, positions),
  );
  for (const [key, reason] of unreadable)
    logger.error('An object of the log cannot be read; its positions stay without a receipt', {
      run_id: runId,
      object_key: key,
      reason,
    });
  if (marked > 0)
    logger.warn('Marked positions that the stream gave up; crp redrive sends them again', { run_id: runId, marked });
  return { marked };
});
