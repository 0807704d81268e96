import type { PutAnswers } from '../../core/contract/put-records.ts';
import { lambdaHandler } from '../runtime/handler.ts';
import { dependencies } from './dependencies.ts';
import { put } from './put.ts';
import { readRequest } from './request.ts';

const { connection, logger } = dependencies;

/**
 * Puts records on a topic for whoever cannot reach the brokers, as PutRecords of Kinesis would: each is taken or not, and
 * the answer says which. Of the records nothing is logged.
 */
export const handler = lambdaHandler(dependencies, async (event: unknown): Promise<PutAnswers> => {
  const request = readRequest(event);
  const answers = await put(connection, request);
  const count = (what: 'again' | 'refused'): number => answers.filter((answer) => answer[what] !== undefined).length;
  const [again, refused] = [count('again'), count('refused')];
  const told = { stream: request.stream, records: answers.length, again, refused };
  if (again > 0) logger.warn('The brokers did not take all records', told);
  else logger.info('Put', told);
  return { answers };
});
