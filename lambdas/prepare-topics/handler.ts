import { STREAM_NAMES } from '../../core/contract/streams.ts';
import { lambdaHandler } from '../runtime/handler.ts';
import { dependencies } from './dependencies.ts';

const { connection, settings, logger } = dependencies;

/**
 * Makes the topics of both streams, or sets them right where they are there. CloudFormation could make those of brokers
 * of the stage's own, but neither those of a serverless cluster nor look after those of a cluster that is there.
 */
export const handler = lambdaHandler(dependencies, async (): Promise<{ readonly made: readonly string[] }> => {
  // The client takes a while to start: that is for the call, and not for the function's start, which has less time.
  const { ensureTopics } = await import('../adapters/kafka-topics.ts');
  const made = await ensureTopics(connection, STREAM_NAMES, settings);
  logger.info('The topics are there', { made, ...settings });
  return { made };
});
