import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseEnvelopes } from '../../../core/receipts/envelope.ts';
import { UnreadableObjectError } from '../../../lambdas/adapters/s3-objects.ts';
import { byShard, openEvent } from '../../../lambdas/adapters/stream-event.ts';
import { archive } from '../../../lambdas/archive-log/archive.ts';
import { EnvError, readEnv } from '../../../lambdas/runtime/env.ts';
import { env } from '../../../lambdas/stream/env.ts';
import { openAlertStore } from '../../../lambdas/adapters/alert-stores.ts';
import { ENVIRONMENT, kinesisEvent } from '../../support/stream-parts.ts';
import { World } from '../../support/world.ts';

describe('an event of Kinesis', () => {
  const open = (records: Parameters<typeof kinesisEvent>[0]) =>
    openEvent(kinesisEvent(records), () => 'credit_applications');

  it('gives back positions, arrivals to the millisecond, keys and bytes, in order', () => {
    const world = new World({ shards: 1 });
    const records = world.applications('{"a":1}', Buffer.from([0, 255, 128]), '').map(({ record }) => record);
    expect(open(records.toReversed()).shards).toEqual([
      records.map(({ position, arrival, key, data }) => ({ position, arrival, key, data })),
    ]);
  });

  it('refuses a sequence number that is none', () => {
    const { record } = new World().applications('{}')[0]!;
    const broken = { ...record, position: { ...record.position, seq: 'x1' } };
    expect(() => open([broken])).toThrow(RangeError);
  });

  it('is answered with the lowest number that failed, and with nothing when there is none', () => {
    const { answer } = open([]);
    const at = (seq: string) => ({ stream: 'credit_applications', shard: 'shardId-000000000000', seq }) as const;
    expect(answer([])).toEqual({ batchItemFailures: [] });
    expect(answer([at('124'), at('123')])).toEqual({ batchItemFailures: [{ itemIdentifier: '123' }] });
  });
});

describe('archive', () => {
  it('writes each shard as one object, malformed records too, byte for byte the same each time', async () => {
    const world = new World({ shards: 2 });
    const made = world.applications('{"user_id":"a"}', 'not json', '{"user_id":"b"}', Buffer.from([255, 0]));
    const shards = byShard(made.map(({ record }) => record));
    for (const records of [...shards, ...shards]) await archive(world.bucket.objects(), records);
    const keys = world.bucket.keys('log/');
    expect(keys).toHaveLength(shards.length);
    const found = keys.flatMap((key) => parseEnvelopes(gunzipSync(world.bucket.content.get(key)!)));
    expect(found.map(({ position }) => position.seq).sort()).toEqual(
      made.map(({ record }) => record.position.seq).sort(),
    );
  });

  it('masks a card before it is stored, in what is not JSON too', async () => {
    const world = new World({ shards: 1 });
    const data = Buffer.from('card 4111111111111111 of');
    const position = {
      stream: 'credit_applications',
      shard: 'shardId-000000000000',
      seq: '1'.padStart(56, '0'),
    } as const;
    await archive(world.bucket.objects(), [{ position, arrival: 1_760_000_000_000, key: '4111111111111111', data }]);
    const text = gunzipSync(world.bucket.content.get(world.bucket.keys('log/')[0]!)!).toString();
    const [record] = parseEnvelopes(Buffer.from(text));
    expect(record!.data.toString()).toBe('card 411111******1111 of');
    expect(record!.masked).toBe(true);
    expect(text).not.toContain('4111111111111111');
  });
});

describe('objects of the bucket', () => {
  it.each([
    ['cut short', (gzip: Buffer) => gzip.subarray(0, gzip.length - 9)],
    ['corrupt', (gzip: Buffer) => Buffer.from(gzip).fill(7, 12, 20)],
    ['empty', () => Buffer.alloc(0)],
    ['not gzip', () => Buffer.from('{"v":1}\n')],
  ])('names an object that is %s', async (_what, spoil) => {
    const { bucket } = new World();
    await bucket.objects().putGzipped('log/one', `${'some content, '.repeat(50)}`);
    bucket.content.set('log/one', spoil(bucket.content.get('log/one')!));
    const reading = bucket.objects().getGunzipped('log/one');
    await expect(reading).rejects.toThrow(UnreadableObjectError);
    await expect(bucket.objects().getGunzipped('log/one')).rejects.toThrow('log/one');
  });

  it('lists more keys than a page holds, and only those after a key', async () => {
    const { bucket } = new World();
    bucket.pageSize = 3;
    for (let n = 0; n < 10; n++) bucket.content.set(`x/${n}`, Buffer.alloc(n));
    const listed: string[] = [];
    for await (const key of bucket.objects().listKeys('x/', 'x/3')) listed.push(key);
    expect(listed).toEqual(['x/4', 'x/5', 'x/6', 'x/7', 'x/8', 'x/9']);
  });
});

describe('the environment of a stream function', () => {
  const complete = {
    ...ENVIRONMENT,
    LOG_BUCKET: 'b',
    CUSTOMERS_TABLE: 'c',
    HISTORY_WRITES: 'statements',
    ALERT_TOPIC_ARN: 't',
    ALERT_STORE: 'dynamodb',
    ALERTS_TABLE: 'a',
    MAX_RECORD_AGE_HOURS: '12',
    GIVE_UP_MARGIN_MINUTES: '60',
  };

  it('is read when it is whole', () => {
    expect(readEnv(env, complete)).toMatchObject({ LOG_BUCKET: 'b', ALERTS_TABLE: 'a' });
  });

  it('names every key that is missing, blank or wrong, and no value', () => {
    const { STAGE: _stage, ...rest } = complete;
    const broken = { ...rest, LOG_BUCKET: ' ', ALERT_STORE: 'mongodb://secret@host' };
    expect(() => readEnv(env, broken)).toThrow(EnvError);
    try {
      readEnv(env, broken);
    } catch (error) {
      expect((error as EnvError).keys.toSorted()).toEqual(['ALERT_STORE', 'LOG_BUCKET', 'STAGE']);
      expect((error as Error).message).not.toContain('secret');
    }
  });

  it.each([
    ['dynamodb', 'ALERTS_TABLE'],
    ['documentdb', 'DOCUMENTDB_URI'],
  ] as const)('wants of %s what that store needs', (ALERT_STORE, key) => {
    expect(() => openAlertStore({ ALERT_STORE })).toThrow(key);
  });
});
