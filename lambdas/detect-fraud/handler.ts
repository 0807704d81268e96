import { APPLICATIONS } from '../../core/contract/streams.ts';
import type { StreamEvent } from '../adapters/stream-event.ts';
import { lambdaHandler } from '../runtime/handler.ts';
import { consume } from '../stream/consume.ts';
import { dependencies } from './dependencies.ts';

/** Decides the records of credit_applications. */
export const handler = lambdaHandler(dependencies, (event: StreamEvent) => consume(dependencies, APPLICATIONS, event));
