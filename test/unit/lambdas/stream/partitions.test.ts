import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { canonicalSeq } from '../../../../core/contract/position.ts';
import { APPLICATIONS } from '../../../../core/contract/streams.ts';
import type { StreamRecord } from '../../../../core/events/types.ts';
import { parseReceiptLines } from '../../../../core/receipts/receipt-line.ts';
import { consume } from '../../../../lambdas/stream/consume.ts';
import { startDynamoDB, type TestDynamoDB } from '../../../support/dynamodb.ts';
import { application } from '../../../support/records.ts';
import { type Fate, kafkaEvent, streamParts } from '../../../support/stream-parts.ts';
import { FIRST_ARRIVAL, World } from '../../../support/world.ts';

let server: TestDynamoDB;
beforeAll(async () => {
  server = await startDynamoDB();
  await server.createCustomersTable('customers');
  await server.createAlertsTable('alerts');
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await server.stop();
});

const record = (shard: number, offset: number, user: string, text?: string): StreamRecord => ({
  position: { stream: APPLICATIONS, shard: String(shard), seq: canonicalSeq(String(offset)) },
  arrival: FIRST_ARRIVAL + offset,
  key: user,
  data: Buffer.from(text ?? JSON.stringify(application(user, `a${shard}-${offset}`))),
});

it('a partition whose customer cannot be written is gone back to; what another one has done is kept', async () => {
  const { bucket } = new World();
  const around = { dynamodb: server.client, bucket, customersTable: 'customers', alertsTable: 'alerts', published: [] };
  const event = kafkaEvent([record(0, 5, 'u0', '{'), record(0, 6, 'u1'), record(0, 7, 'u0'), record(1, 5, 'u2')]);
  const fate: Fate = {
    before(service, command) {
      if (
        service === 'dynamodb' &&
        /BatchExecuteStatement/.test(command.constructor.name) &&
        /"u1"/.test(JSON.stringify(command))
      )
        throw new Error('throttled');
    },
    done: () => {},
  };
  expect(await consume(streamParts(around, fate), APPLICATIONS, event)).toEqual({
    batchItemFailures: [{ itemIdentifier: { partition: 'credit_applications-0', offset: 6 } }],
  });
  const again = kafkaEvent([record(0, 6, 'u1'), record(0, 7, 'u0')]);
  expect(await consume(streamParts(around), APPLICATIONS, again)).toEqual({ batchItemFailures: [] });

  const found = new Map<string, Set<string>>();
  for (const key of bucket.keys('receipts/'))
    for (const { receipt, digest } of parseReceiptLines(gunzipSync(bucket.content.get(key)!))) {
      const { position, disposition } = JSON.parse(receipt) as {
        position: StreamRecord['position'];
        disposition: string;
      };
      const id = `${position.shard}/${Number(position.seq)} ${disposition}`;
      found.set(id, (found.get(id) ?? new Set()).add(digest));
    }
  expect([...found.keys()].toSorted()).toEqual(['0/5 quarantined', '0/6 decided', '0/7 decided', '1/5 decided']);
  expect([...found.values()].map(({ size }) => size)).toEqual([1, 1, 1, 1]);
});
