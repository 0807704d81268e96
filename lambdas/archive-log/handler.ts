import type { Position } from '../../core/contract/position.ts';
import { METRICS } from '../../core/contract/metrics.ts';
import { openEvent, type StreamEvent } from '../adapters/stream-event.ts';
import { lambdaHandler } from '../runtime/handler.ts';
import { archive } from './archive.ts';
import { dependencies } from './dependencies.ts';

const { objects, streamOf, logger, meter } = dependencies;

/** Every record of both streams into the log. What could not be written is delivered again from its first record on. */
export const handler = lambdaHandler(dependencies, async (event: StreamEvent) => {
  const { shards, answer } = openEvent(event, streamOf);
  const failed: Position[] = [];
  // That nothing was written is a figure too: an alarm could not tell it from a metric that is not there.
  meter.count(METRICS.logObjectsWritten, 0);
  for (const records of shards) {
    try {
      await archive(objects, records);
      meter.count(METRICS.logObjectsWritten);
      meter.seconds(METRICS.logLag, Math.max(0, Date.now() - records[0]!.arrival) / 1000);
    } catch (error) {
      const { position } = records[0]!;
      logger.error('A log object could not be written', {
        first: position.seq,
        records: records.length,
        error: error as Error,
      });
      meter.count(METRICS.serviceFaults);
      failed.push(position);
    }
  }
  return answer(failed);
});
