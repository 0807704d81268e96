import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import type { PutRequest } from '../../core/contract/put-records.ts';
import type { StreamName } from '../../core/contract/streams.ts';
import { UserError } from '../errors.ts';
import { PUT_LIMITS } from '../produce/ordered-writer.ts';
import type { Sender } from '../produce/sender.ts';

/** Lambda takes 6 MB of JSON, and base64 makes 4 bytes of 3. */
const LIMITS = { ...PUT_LIMITS, bytes: 4_000_000 };

const answers = z.object({
  answers: z.array(
    z.union([
      z.strictObject({ position: z.object({ shard: z.string(), seq: z.string() }) }),
      z.strictObject({ again: z.string() }),
      z.strictObject({ refused: z.string() }),
    ]),
  ),
});

/** The brokers of a stage on MSK have no way in from outside: a function within their network puts records for us. */
export const functionSender = (
  lambda: Pick<LambdaClient, 'send'>,
  functionName: string,
  stream: StreamName,
): Sender => ({
  name: stream,
  limits: LIMITS,
  async put(records) {
    const request: PutRequest = {
      stream,
      records: records.map(({ entry, key }) => ({ key, data: entry.data.toString('base64') })),
    };
    const { FunctionError, Payload } = await lambda.send(
      new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(request)) }),
    );
    const body: unknown = JSON.parse(Payload === undefined ? 'null' : Buffer.from(Payload).toString('utf8'));
    if (FunctionError === undefined) return answers.parse(body).answers;
    const { errorType = '', errorMessage = 'it gave no reason' } = (body ?? {}) as Readonly<Record<string, string>>;
    // The brokers were away, or the time was up: what it may have put by then becomes duplicates.
    if (errorType === 'ServiceFault' || /timed out/.test(errorMessage))
      return records.map(() => ({ again: errorMessage }));
    throw new UserError(
      `the function ${functionName} could not put records on ${stream}: ${errorMessage}`,
      'Its log says more. Producing the same input again is safe: what was sent becomes duplicates.',
      1,
    );
  },
});
