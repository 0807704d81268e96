import type { PutRecordsCommand, PutRecordsCommandOutput } from '@aws-sdk/client-kinesis';
import { describe, expect, it } from 'vitest';
import { kinesisSender } from '../../../../cli/produce/kinesis.ts';
import type { Keyed } from '../../../../cli/produce/ordered-writer.ts';
import { sendBy } from '../../../../cli/produce/sender.ts';
import type { Problem } from '../../../../cli/produce/source.ts';

type Entries = NonNullable<PutRecordsCommand['input']['Records']>;
type Answer = (entries: Entries, call: number) => { ErrorCode?: string }[];

/** A stream that answers as told; what it took is in `taken`. */
function stream(answer: Answer) {
  const taken: string[] = [];
  let calls = 0;
  const client = {
    send: (command: PutRecordsCommand): Promise<PutRecordsCommandOutput> => {
      calls += 1;
      const entries = command.input.Records ?? [];
      const results = answer(entries, calls);
      for (const [index, entry] of entries.entries())
        if (results[index]?.ErrorCode === undefined) taken.push(Buffer.from(entry.Data ?? []).toString());
      return Promise.resolve({ Records: results, $metadata: {} });
    },
  };
  return { client: client as never, taken, calls: () => calls };
}
const record = (text: string, line: number): Keyed => ({
  key: text,
  entry: { stream: 'credit_applications', data: Buffer.from(text), line },
});
const failure = (name: string, extra: object = {}): Error => Object.assign(new Error(name), { name, ...extra });

function sender(client: never) {
  const refused: Problem[] = [];
  let taken = 0;
  let slept = 0;
  const send = sendBy(kinesisSender(client, 'stream'), {
    onTaken: (records) => (taken += records),
    onRefused: (problem) => refused.push(problem),
    sleep: async (ms) => void (slept += ms),
  });
  return { send, refused, taken: () => taken, slept: () => slept };
}

describe('sending by PutRecords', () => {
  it('sends throttled records again, and only those', async () => {
    const { client, taken, calls } = stream((entries, call) =>
      entries.map((_, index) =>
        call === 1 && index % 2 === 0 ? { ErrorCode: 'ProvisionedThroughputExceededException' } : {},
      ),
    );
    const sent = sender(client);
    await sent.send([record('a', 1), record('b', 2), record('c', 3)]);
    expect(taken).toEqual(['b', 'a', 'c']);
    expect(calls()).toBe(2);
    expect(sent.taken()).toBe(3);
    expect(sent.slept()).toBeGreaterThan(0);
  });

  it('finds the records that the stream refuses among those that it takes', async () => {
    const { client, taken } = stream((entries) => {
      if (
        entries.some((entry) =>
          Buffer.from(entry.Data ?? [])
            .toString()
            .startsWith('bad'),
        )
      )
        throw failure('ValidationException');
      return entries.map(() => ({}));
    });
    const { send, refused } = sender(client);
    await send([record('a', 1), record('bad1', 2), record('c', 3), record('d', 4), record('bad2', 5)]);
    expect(taken.toSorted()).toEqual(['a', 'c', 'd']);
    expect(refused.map((problem) => problem.line)).toEqual([2, 5]);
    expect(refused[0]?.reason).toMatch(/refuses this record of 4 bytes/);
  });

  it('waits for a stream that is away for a while', async () => {
    const { client, taken } = stream((entries, call) => {
      if (call < 4) throw failure('Error', { code: 'ECONNREFUSED' });
      return entries.map(() => ({}));
    });
    await sender(client).send([record('a', 1)]);
    expect(taken).toEqual(['a']);
  });

  it('gives up, saying why, when the stream takes nothing for a minute', async () => {
    const { client } = stream(() => {
      throw failure('Error', { code: 'ECONNREFUSED' });
    });
    await expect(sender(client).send([record('a', 1)])).rejects.toThrow(/has taken nothing for 6\d s/);
  });

  it('passes on what neither waiting nor halving mends', async () => {
    const { client } = stream(() => {
      throw failure('ResourceNotFoundException', { $metadata: { httpStatusCode: 400 } });
    });
    await expect(sender(client).send([record('a', 1)])).rejects.toThrow('ResourceNotFoundException');
  });
});
