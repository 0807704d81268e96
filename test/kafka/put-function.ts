import type { InvokeCommand } from '@aws-sdk/client-lambda';
import type { SenderOf } from '../../cli/produce/sender.ts';
import { functionSender } from '../../cli/stage/function-sender.ts';
import type { KafkaConnection } from '../../lambdas/adapters/kafka-partitions.ts';
import { put } from '../../lambdas/put-records/put.ts';
import { readRequest } from '../../lambdas/put-records/request.ts';

/** What Lambda takes of a request. */
const MOST_BYTES = 6 * 1024 * 1024;

/** The way of the command line to a stage on MSK, with the function in this process: its brokers take no login by IAM. */
export function throughFunction(connection: KafkaConnection): SenderOf {
  const lambda = {
    async send({ input }: InvokeCommand) {
      const payload = Buffer.from(input.Payload as Uint8Array);
      if (payload.length > MOST_BYTES)
        throw Object.assign(new Error('too large'), { $metadata: { httpStatusCode: 413 } });
      const answers = await put(connection, readRequest(JSON.parse(payload.toString())));
      return { Payload: Buffer.from(JSON.stringify({ answers })) };
    },
  };
  return (stream) => functionSender(lambda as never, 'put-records', stream);
}
