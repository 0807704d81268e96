import type { KinesisStreamEvent } from 'aws-lambda';
import { APPLICATIONS } from '../../core/contract/streams.ts';
import { lambdaHandler } from '../runtime/handler.ts';
import { consume } from '../stream/consume.ts';
import { dependencies } from './dependencies.ts';

/** Decides the records of credit_applications. */
export const handler = lambdaHandler(dependencies, (event: KinesisStreamEvent) =>
  consume(dependencies, APPLICATIONS, event),
);
