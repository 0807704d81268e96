import type { KinesisStreamEvent } from 'aws-lambda';
import { METRICS } from '../../core/contract/metrics.ts';
import { batchAnswer, byShard, decodeEvent } from '../adapters/kinesis.ts';
import { lambdaHandler } from '../runtime/handler.ts';
import { archive } from './archive.ts';
import { dependencies } from './dependencies.ts';

const { objects, streamOf, logger, meter } = dependencies;

/** Every record of both streams into the log. What could not be written is delivered again from its first record on. */
export const handler = lambdaHandler(dependencies, async (event: KinesisStreamEvent) => {
  let failed: string | null = null;
  for (const records of byShard(decodeEvent(event, streamOf))) {
    try {
      await archive(objects, records);
      meter.count(METRICS.logObjectsWritten);
    } catch (error) {
      const { seq } = records[0]!.position;
      logger.error('A log object could not be written', { first: seq, records: records.length, error: error as Error });
      meter.count(METRICS.serviceFaults);
      if (failed === null || seq < failed) failed = seq;
    }
  }
  return batchAnswer(failed);
});
