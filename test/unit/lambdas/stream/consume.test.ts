import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { METRICS } from '../../../../core/contract/metrics.ts';
import { APPLICATIONS } from '../../../../core/contract/streams.ts';
import { parseReceiptLines } from '../../../../core/receipts/receipt-line.ts';
import { DynamoCustomers } from '../../../../lambdas/adapters/dynamo-customers.ts';
import { WRITING } from '../../../../lambdas/adapters/dynamo-writes.ts';
import { consume } from '../../../../lambdas/stream/consume.ts';
import { startDynamoDB, type TestDynamoDB } from '../../../support/dynamodb.ts';
import { type Fate, kinesisEvent, type Surroundings, streamParts } from '../../../support/stream-parts.ts';
import { FIRST_ARRIVAL, type Produced, World } from '../../../support/world.ts';

const application = (n: number, more: object = {}): object => ({
  application_id: `a${n}`,
  user_id: `u${n % 5}`,
  credit_score: 400 + ((n * 37) % 400),
  loan_amount: 5_000 + ((n * 997) % 15_000),
  timestamp: FIRST_ARRIVAL - 60_000 + n,
  ...more,
});

/** Five customers; duplicates, conflicts, amendments and broken records among good ones, and alerts. */
function scenario(): World {
  const world = new World({ shards: 1 });
  for (let n = 0; n < 30; n++) {
    world.applications(application(n));
    if (n % 7 === 0) world.applications(application(n));
    if (n % 8 === 0) world.applications(application(n, { loan_amount: 1_234.5 }));
    if (n % 9 === 0) world.applications(application(n, { revision: 2, credit_score: 430, loan_amount: 16_000 }));
    if (n % 6 === 0) world.applications('{"application_id": broken', application(n, { credit_score: '700' }));
  }
  return world;
}

describe.each(WRITING)('consume, with histories written in %s', (writing) => {
  let server: TestDynamoDB;
  let world: World;
  let around: Surroundings;

  beforeAll(async () => {
    server = await startDynamoDB();
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await server.stop();
  });
  beforeEach(async () => {
    world = scenario();
    around = await surroundings();
  });

  async function surroundings(): Promise<Surroundings> {
    const id = randomUUID();
    await server.createCustomersTable(`customers-${id}`);
    await server.createAlertsTable(`alerts-${id}`);
    return {
      dynamodb: server.client,
      bucket: world.bucket,
      customersTable: `customers-${id}`,
      writing,
      alertsTable: `alerts-${id}`,
      published: [],
    };
  }

  const deliver = (batch: readonly Produced[], fate?: Fate) =>
    consume(streamParts(around, fate), APPLICATIONS, kinesisEvent(batch.map(({ record }) => record)));

  const receiptsFound = (): Map<string, Set<string>> => {
    const found = new Map<string, Set<string>>();
    for (const key of world.bucket.keys('receipts/'))
      for (const { receipt, digest } of parseReceiptLines(gunzipSync(world.bucket.content.get(key)!))) {
        const { seq } = (JSON.parse(receipt) as { position: { seq: string } }).position;
        found.set(seq, (found.get(seq) ?? new Set()).add(digest));
      }
    return found;
  };

  /** What is stored is what the log says, as if nothing had happened. */
  async function expectAllRight(): Promise<void> {
    const expected = new Map(world.produced.map(({ record, assessment }) => [record.position.seq, assessment.digest]));
    const found = receiptsFound();
    expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [seq, digests] of found) expect([...digests]).toEqual([expected.get(seq)]);

    const alerts = await server.client.send(new ScanCommand({ TableName: around.alertsTable }));
    expect(alerts.Items!.map((item) => item['alert_id']!.S).sort()).toEqual(world.alerts.map((a) => a.alert_id).sort());
    const told = new Set(around.published.map((text) => (JSON.parse(text) as { alert_id: string }).alert_id));
    for (const { alert_id, severity } of world.alerts) if (severity !== 'notice') expect(told).toContain(alert_id);

    const customers = new DynamoCustomers(server.client, around.customersTable, writing);
    for (const customer of ['u0', 'u1', 'u2', 'u3', 'u4']) {
      const wish = { customer, first: '9'.repeat(56), keys: new Set<string>(), subjects: new Set<string>() };
      const { loaded } = await customers.load(APPLICATIONS, [wish]);
      const entries = world.produced.flatMap(({ assessment }) =>
        assessment.userId === customer && assessment.entry ? [assessment.entry] : [],
      );
      expect(loaded.get(customer)!.history.entries()).toEqual(entries);
    }
  }

  it('decides a batch as the log alone would', async () => {
    expect(new Set(world.produced.map(({ assessment }) => assessment.disposition))).toEqual(
      new Set(['decided', 'duplicate', 'conflict', 'quarantined']),
    );
    expect(world.alerts.length).toBeGreaterThan(3);
    expect(await deliver(world.produced)).toEqual({ batchItemFailures: [] });
    await expectAllRight();
  });

  it('changes nothing when it all comes again, whole and in other cuts', async () => {
    await deliver(world.produced);
    await deliver(world.produced);
    for (const size of [1, 7, 20])
      for (let start = 0; start < world.produced.length; start += size)
        await deliver(world.produced.slice(start, start + size));
    await expectAllRight();
  });

  describe.each(['before', 'after'] as const)('when it dies just %s a call', (when) => {
    it.each([1, 2, 3, 4, 5, 6])('number %i, and the batch comes again', async (call) => {
      const half = world.produced.length / 2;
      await deliver(world.produced.slice(0, half));
      await deliver(world.produced.slice(half), dyingAt(call, when)).catch(() => {});
      const after = await deliver(world.produced.slice(half - 5));
      expect(after).toEqual({ batchItemFailures: [] });
      await expectAllRight();
    });
  });

  it('names the first record of a customer whose items cannot be written, and is right after the next delivery', async () => {
    const fate: Fate = {
      before(service, command) {
        if (service === 'dynamodb' && JSON.stringify(command).includes('#history"') && isWrite(command))
          throw new Error('throttled');
      },
      done: () => {},
    };
    const { batchItemFailures } = await deliver(world.produced, fate);
    const first = world.produced.find(({ assessment }) => assessment.entry !== null)!.record.position.seq;
    expect(batchItemFailures).toEqual([{ itemIdentifier: first }]);
    expect(await deliver(world.produced.filter(({ record }) => record.position.seq >= first))).toEqual({
      batchItemFailures: [],
    });
    await expectAllRight();
  });

  it.each(['dynamodb', 's3', 'sns'])('delivers again from the start while %s is down, and heals', async (service) => {
    const down: Fate = {
      before(asked) {
        if (asked === service) throw new Error(`${service} is down`);
      },
      done: () => {},
    };
    const { batchItemFailures } = await deliver(world.produced, down);
    expect(batchItemFailures).toHaveLength(1);
    const from = batchItemFailures[0]!.itemIdentifier as string;
    await deliver(world.produced.filter(({ record }) => record.position.seq >= from));
    await expectAllRight();
  });

  it('evaluates again when somebody else wrote the customer after it read him', async () => {
    let raced = false;
    const fate: Fate = {
      before: () => {},
      done(service) {
        if (service === 's3') raced = true;
      },
    };
    const slow = streamParts(around, fate);
    const save = slow.customers.save.bind(slow.customers);
    slow.customers.save = async (stream, updates) => {
      if (raced) {
        raced = false;
        await deliver(world.produced.slice(0, 10));
      }
      return save(stream, updates);
    };
    const event = kinesisEvent(world.produced.map(({ record }) => record));
    expect(await consume(slow, APPLICATIONS, event)).toEqual({ batchItemFailures: [] });
    await expectAllRight();
  });

  it('refuses a record that the batch may have given up, and decides what lies before it', async () => {
    const records = world.produced.map(({ record }) => record);
    const at = 20;
    const tooOld = records.with(at, { ...records[at]!, arrival: FIRST_ARRIVAL - 3_600_000 });
    const parts = { ...streamParts(around), refusedFromMs: Date.now() - FIRST_ARRIVAL + 1_800_000 };
    const answer = { batchItemFailures: [{ itemIdentifier: records[at]!.position.seq }] };
    const count = vi.spyOn(parts.meter, 'count');
    expect(await consume(parts, APPLICATIONS, kinesisEvent(tooOld))).toEqual(answer);
    const dropped = count.mock.calls.filter(([name]) => name === METRICS.droppedRecords);
    expect(dropped.reduce((sum, [, value = 1]) => sum + value, 0)).toBe(1);
    expect([...receiptsFound().keys()].sort()).toEqual(records.slice(0, at).map(({ position }) => position.seq));

    expect(await consume(parts, APPLICATIONS, kinesisEvent(tooOld.slice(at)))).toEqual(answer);
    expect(receiptsFound().size).toBe(at);
    expect(await consume(parts, APPLICATIONS, kinesisEvent(records.slice(at)))).toEqual({ batchItemFailures: [] });
    await expectAllRight();
  });

  it('refuses to decide without a policy in force', async () => {
    for (const key of world.bucket.keys('documents/')) world.bucket.content.delete(key);
    await expect(deliver(world.produced)).rejects.toThrow(/polic/i);
  });
});

const isWrite = (command: object): boolean => /TransactWriteItems|BatchExecuteStatement/.test(command.constructor.name);

/** From the n-th call on nothing reaches a service any more; "after": the n-th still does, but its answer is lost. */
function dyingAt(call: number, when: 'before' | 'after'): Fate {
  let begun = 0;
  let dead = false;
  return {
    before() {
      begun++;
      if (dead || (when === 'before' && begun >= call)) throw new Error('dead');
    },
    done() {
      if (when === 'after' && begun >= call) {
        dead = true;
        throw new Error('dead');
      }
    },
  };
}
