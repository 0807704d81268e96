import type { KinesisStreamEvent } from 'aws-lambda';
import { ACTIVITY } from '../../core/contract/streams.ts';
import { lambdaHandler } from '../runtime/handler.ts';
import { consume } from '../stream/consume.ts';
import { dependencies } from './dependencies.ts';

/** Decides the records of account_activity. */
export const handler = lambdaHandler(dependencies, (event: KinesisStreamEvent) =>
  consume(dependencies, ACTIVITY, event),
);
