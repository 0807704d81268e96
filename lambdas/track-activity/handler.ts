import { ACTIVITY } from '../../core/contract/streams.ts';
import type { StreamEvent } from '../adapters/stream-event.ts';
import { lambdaHandler } from '../runtime/handler.ts';
import { consume } from '../stream/consume.ts';
import { dependencies } from './dependencies.ts';

/** Decides the records of account_activity. */
export const handler = lambdaHandler(dependencies, (event: StreamEvent) => consume(dependencies, ACTIVITY, event));
