import { METRICS } from '../../core/contract/metrics.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Meter } from '../runtime/metrics.ts';
import type { GroupEvent } from './events.ts';
import type { GroupResult } from './load-group.ts';

/** What a loader answers to the workflow. */
export interface GroupSummary {
  readonly objects: number;
  readonly rows: number;
  readonly rowsNew: number;
  readonly unreadable: number;
}

/** Logs and meters what became of a group; an object that could not be read is named. */
export function tell(
  { logger, meter }: { readonly logger: Logger; readonly meter: Meter },
  { runId, manifest }: GroupEvent,
  { objects, skipped, rows, rowsNew, unreadable }: GroupResult,
): GroupSummary {
  for (const [key, reason] of unreadable)
    logger.error('An object cannot be read; the next batch tries again', { run_id: runId, object_key: key, reason });
  logger.info('Loaded a group', { run_id: runId, manifest, objects, skipped, rows, rows_new: rowsNew });
  meter.count(METRICS.rowsLoaded, rowsNew);
  meter.count(METRICS.unreadableObjects, unreadable.size);
  return { objects, rows, rowsNew, unreadable: unreadable.size };
}
