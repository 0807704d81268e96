import type { Context } from 'aws-lambda';
import { cleanError } from './errors.ts';
import type { Logger } from './logger.ts';
import type { Meter } from './metrics.ts';

interface Surroundings {
  readonly logger: Logger;
  readonly meter: Meter;
}

/**
 * Wraps what a function does: puts the request on the log lines, writes the metrics however it ends, and lets an
 * error out (and so into Lambda's own log) only after it was cleaned of data.
 */
export function lambdaHandler<E, R>(
  { logger, meter }: Surroundings,
  run: (event: E, context: Context) => Promise<R>,
): (event: E, context: Context) => Promise<R> {
  return async (event, context) => {
    logger.addContext(context);
    try {
      return await run(event, context);
    } catch (error) {
      const clean = cleanError(error);
      logger.error('The invocation failed', clean);
      throw clean;
    } finally {
      meter.flush();
    }
  };
}
