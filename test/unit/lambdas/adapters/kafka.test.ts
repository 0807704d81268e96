import { hash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { MSKEvent } from 'aws-lambda';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalSeq } from '../../../../core/contract/position.ts';
import { ACTIVITY, APPLICATIONS, type StreamName } from '../../../../core/contract/streams.ts';
import { inspect } from '../../../../core/events/inspect.ts';
import { protect } from '../../../../core/events/protect.ts';
import type { StreamRecord } from '../../../../core/events/types.ts';
import { parseEnvelopes } from '../../../../core/receipts/envelope.ts';
import { KafkaEventError, topicArn } from '../../../../lambdas/adapters/kafka.ts';
import { openEvent } from '../../../../lambdas/adapters/stream-event.ts';
import { archive } from '../../../../lambdas/archive-log/archive.ts';
import { CLUSTER_ARN, kafkaEvent } from '../../../support/stream-parts.ts';
import { FIRST_ARRIVAL, World } from '../../../support/world.ts';

const at = (shard: number, offset: number, text = `{"n":${offset}}`, stream: StreamName = APPLICATIONS) => ({
  position: { stream, shard: String(shard), seq: canonicalSeq(String(offset)) },
  arrival: FIRST_ARRIVAL + offset,
  key: `u${shard}`,
  data: Buffer.from(text),
});
const open = (event: MSKEvent) => openEvent(event, () => APPLICATIONS);

/** An event whose only record is like a good one but for what is given. */
function spoilt(more: Readonly<Record<string, unknown>>): MSKEvent {
  const event = kafkaEvent([at(0, 7)]);
  const [record] = event.records['credit_applications-0']!;
  return { ...event, records: { 'credit_applications-0': [{ ...record!, ...more }] } };
}
const only = (event: MSKEvent): StreamRecord => open(event).shards[0]![0]!;

describe('an event of MSK', () => {
  it('gives back positions, arrivals, keys and bytes, partition by partition and in order', () => {
    const [one, two] = [
      [at(0, 9), at(0, 10), at(0, 100)],
      [at(1, 9), at(1, 11)],
    ];
    const { shards } = open(kafkaEvent([two[1]!, one[2]!, one[0]!, two[0]!, one[1]!]));
    expect(shards.toSorted((a, b) => a[0]!.position.shard.localeCompare(b[0]!.position.shard))).toEqual([one, two]);
  });

  it('keeps any bytes and any key, whatever the order in which they come', () => {
    const records = fc.uniqueArray(
      fc.record({
        shard: fc.nat(3),
        offset: fc.maxSafeNat(),
        key: fc.string({ unit: 'binary' }),
        data: fc.uint8Array(),
      }),
      { selector: ({ shard, offset }) => `${shard}/${offset}` },
    );
    fc.assert(
      fc.property(records, (drawn) => {
        const made = drawn.map(({ shard, offset, key, data }) => ({
          ...at(shard, offset),
          arrival: FIRST_ARRIVAL,
          key,
          data: Buffer.from(data),
        }));
        const { shards } = open(kafkaEvent(made));
        for (const list of shards) {
          const seqs = list.map(({ position }) => position.seq);
          expect(seqs).toEqual(seqs.toSorted());
          expect(new Set(list.map(({ position }) => position.shard)).size).toBe(1);
        }
        const id = ({ position: { shard, seq } }: StreamRecord) => `${shard}/${seq}`;
        expect(new Map(shards.flat().map((record) => [id(record), record]))).toEqual(
          new Map(made.map((record) => [id(record), record])),
        );
      }),
    );
  });

  it.each([null, undefined])(
    'takes a record without a value (%s) as malformed, and the log keeps it',
    async (value) => {
      const record = protect(only(spoilt({ value })));
      expect(record.data).toHaveLength(0);
      const limits = new World().book.inForce(FIRST_ARRIVAL).limits;
      expect(inspect(record, limits)).toMatchObject({ kind: 'quarantined', issues: [{ check: 'malformed_json' }] });
      const { bucket } = new World();
      await archive(bucket.objects(), [record]);
      const [kept] = parseEnvelopes(gunzipSync(bucket.content.get(bucket.keys('log/')[0]!)!));
      expect(kept).toEqual(record);
    },
  );

  it('gives a record without a key the one that a producer of ours would have given it', () => {
    const value = Buffer.from('{"user_id":" u7 "}').toString('base64');
    expect(only(spoilt({ key: null, value })).key).toBe('u7');
    expect(only(spoilt({ key: undefined, value: null })).key).toBe(hash('sha256', ''));
  });

  it('takes base64 that is none as the bytes that can be read of it', () => {
    expect(only(spoilt({ value: '%%%' })).data).toHaveLength(0);
  });

  it.each([
    ['the time of the producer', { timestampType: 'CREATE_TIME' }, /message\.timestamp\.type.*LogAppendTime/],
    ['no time', { timestamp: undefined }, /LogAppendTime/],
    ['no offset', { offset: null }, /without a partition or an offset/],
    ['an offset below zero', { offset: -1 }, /without a partition or an offset/],
    ['a partition that is none', { partition: '0' }, /without a partition or an offset/],
    ['a value that a schema registry has opened', { value: { user_id: 'u7' } }, /value.*schema registry/],
    ['a topic of somebody else', { topic: 'orders' }, /orders/],
  ])('refuses %s, and says so without the record', (_what, more, message) => {
    expect(() => open(spoilt(more))).toThrow(KafkaEventError);
    expect(() => open(spoilt(more))).toThrow(message);
    expect(() => open(spoilt(more))).not.toThrow(/u7/);
  });

  it('asks by the ARN of the topic which stream it is', () => {
    const asked: string[] = [];
    const event = kafkaEvent([at(0, 1), at(0, 2), at(1, 1, '{}', ACTIVITY)]);
    openEvent(event, (arn) => {
      asked.push(arn);
      return arn.endsWith(ACTIVITY) ? ACTIVITY : APPLICATIONS;
    });
    const topic = 'arn:aws:kafka:eu-central-1:000000000000:topic/test/5d1b0f3c-1/';
    expect(asked).toEqual([`${topic}credit_applications`, `${topic}account_activity`]);
    expect(topicArn(CLUSTER_ARN, ACTIVITY)).toBe(`${topic}account_activity`);
  });

  it('is answered with the first offset that failed of each partition, and with nothing when there is none', () => {
    const { answer } = open(kafkaEvent([]));
    expect(answer([])).toEqual({ batchItemFailures: [] });
    expect(answer([at(1, 42).position, at(0, 7).position])).toEqual({
      batchItemFailures: [
        { itemIdentifier: { partition: 'credit_applications-1', offset: 42 } },
        { itemIdentifier: { partition: 'credit_applications-0', offset: 7 } },
      ],
    });
  });
});
