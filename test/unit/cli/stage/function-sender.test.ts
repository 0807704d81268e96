import type { InvokeCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../cli/errors.ts';
import { produce } from '../../../../cli/produce/produce.ts';
import { functionSender } from '../../../../cli/stage/function-sender.ts';
import type { PutAnswer, PutRequest } from '../../../../core/contract/put-records.ts';
import { APPLICATIONS } from '../../../../core/contract/streams.ts';
import { readRequest } from '../../../../lambdas/put-records/request.ts';

const payload = (value: unknown) => ({ Payload: Buffer.from(JSON.stringify(value)) });
const failed = (errorType: string, errorMessage: string) => ({
  FunctionError: 'Unhandled',
  ...payload({ errorType, errorMessage }),
});
const LARGEST_PAYLOAD = 6 * 1024 * 1024;

/** Lambda, which answers each request as told. */
function lambda(answer: (records: readonly string[], call: number) => object) {
  const calls: string[][] = [];
  return {
    calls,
    send: (async ({ input }: InvokeCommand) => {
      const bytes = Buffer.from(input.Payload as Uint8Array);
      if (bytes.length > LARGEST_PAYLOAD)
        throw Object.assign(new Error('too large'), {
          name: 'RequestTooLargeException',
          $metadata: { httpStatusCode: 413 },
        });
      const { records } = readRequest(JSON.parse(bytes.toString()) as PutRequest);
      const texts = records.map(({ data }) => data.toString());
      calls.push(texts);
      return answer(texts, calls.length);
    }) as never,
  };
}
const all = (records: readonly string[], answer: (text: string) => PutAnswer) =>
  payload({ answers: records.map(answer) });
const at = (offset: number): PutAnswer => ({ position: { shard: '1', seq: String(offset) } });

const send = (client: ReturnType<typeof lambda>, texts: readonly string[]) =>
  produce(
    {
      title: 'test',
      streams: [APPLICATIONS],
      total: null,
      batches: () => [
        texts.map((text, n) => ({ stream: APPLICATIONS, data: Buffer.from(text), key: `u${n}`, line: n + 1 })),
      ],
    },
    { sender: (stream) => functionSender(client, 'put', stream) },
  );

describe('records for a stage on MSK', () => {
  it('are sent again where the brokers did not take them, and only they; where all stand is known', async () => {
    const client = lambda((records, call) =>
      all(records, (text) => (call === 1 && text !== 'b' ? { again: 'NOT_LEADER_OR_FOLLOWER' } : at(call * 10))),
    );
    const { taken, problems, sent } = await send(client, ['a', 'b', 'c']);
    expect(client.calls).toEqual([
      ['a', 'b', 'c'],
      ['a', 'c'],
    ]);
    expect(taken).toEqual({ [APPLICATIONS]: 3 });
    expect(problems).toEqual([]);
    expect(sent.shards(APPLICATIONS).get('1')?.map(Number)).toEqual([10, 20, 20]);
  });

  it('are sent again when the brokers were away, the time was up, or Lambda had no room', async () => {
    const away = [
      failed('ServiceFault', 'The brokers do not say where'),
      failed('', 'Task timed out after 60.00 seconds'),
    ];
    const client = lambda((records, call) => {
      if (call === 3) throw Object.assign(new Error('Rate exceeded'), { name: 'TooManyRequestsException' });
      return away[call - 1] ?? all(records, () => at(1));
    });
    expect((await send(client, ['a'])).taken).toEqual({ [APPLICATIONS]: 1 });
    expect(client.calls).toHaveLength(4);
  });

  it('that the brokers refuse are told by line, with why, and the others are taken', async () => {
    const client = lambda((records) =>
      all(records, (text) => (text === 'b' ? { refused: 'MESSAGE_TOO_LARGE' } : at(1))),
    );
    const { taken, problems } = await send(client, ['a', 'b', 'c']);
    expect(taken).toEqual({ [APPLICATIONS]: 2 });
    expect(problems).toEqual([{ line: 2, reason: 'the stream refuses this record of 1 bytes (MESSAGE_TOO_LARGE)' }]);
    expect(client.calls).toHaveLength(1);
  });

  it('fit into what Lambda takes, however many there are; one that never does is refused', async () => {
    const client = lambda((records) => all(records, () => at(1)));
    const texts = Array.from({ length: 12 }, () => 'x'.repeat(1_000_000));
    const { taken, problems } = await send(client, [...texts, 'y'.repeat(5_000_000)]);
    expect(taken).toEqual({ [APPLICATIONS]: 12 });
    expect(problems).toEqual([
      { line: 13, reason: 'the stream refuses this record of 5000000 bytes (request too large)' },
    ]);
  });

  it('are not sent on and on to a function that fails, nor is an answer of another form taken for one', async () => {
    const broken = send(
      lambda(() => failed('EnvError', 'KAFKA_BROKERS is missing')),
      ['a'],
    );
    await expect(broken).rejects.toThrow(UserError);
    await expect(broken).rejects.toThrow(
      'the function put could not put records on credit_applications: KAFKA_BROKERS',
    );
    await expect(
      send(
        lambda(() => payload({ answers: [{ ok: true }] })),
        ['a'],
      ),
    ).rejects.toThrow();
    await expect(
      send(
        lambda(() => payload({ answers: [] })),
        ['a'],
      ),
    ).rejects.toThrow('answered for 0 of 1 records');
  });
});
