import { randomUUID } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { canonicalSeq } from '../../../../core/contract/position.ts';
import { APPLICATIONS } from '../../../../core/contract/streams.ts';
import { historyKey, subjectKey } from '../../../../core/history/history.ts';
import type { ActivityEntry, ApplicationEntry } from '../../../../core/history/types.ts';
import { DynamoCustomers, type HistoryWish } from '../../../../lambdas/adapters/dynamo-customers.ts';
import { WRITING } from '../../../../lambdas/adapters/dynamo-writes.ts';
import { startDynamoDB, type TestDynamoDB } from '../../../support/dynamodb.ts';

const seq = (n: number): string => canonicalSeq(String(n));
const hash = (n: number): string => n.toString(16).padStart(8, '0').repeat(8);

const application = (n: number, id = `app-${n}`): ApplicationEntry => ({
  kind: 'application',
  seq: seq(n),
  event_time: 1_760_000_000_000 + n,
  application_id: id,
  revision: 1,
  payload_hash: hash(n),
  outcome: 'Approved',
});

/** An entry that does not compress well, as real ones do not. */
const transaction = (n: number): ActivityEntry => ({
  kind: 'activity',
  seq: seq(n),
  event_time: 1_760_000_000_000 + n,
  type: 'transaction',
  identity: `${randomUUID()}${randomUUID()}${randomUUID()}`,
  payload_hash: randomUUID().replaceAll('-', '').repeat(2),
  amount: n,
  location: `${randomUUID()}${randomUUID()}`,
  latitude: null,
  longitude: null,
  device_id: randomUUID(),
});

const wish = (
  customer: string,
  first: number,
  ...entries: ReadonlyArray<ApplicationEntry | ActivityEntry>
): HistoryWish => ({
  customer,
  first: seq(first),
  keys: new Set(entries.map(historyKey)),
  subjects: new Set(entries.filter((entry) => entry.kind === 'application').map(subjectKey)),
});

describe.each(WRITING)('DynamoCustomers, writing in %s', (writing) => {
  let server: TestDynamoDB;
  let customers: DynamoCustomers;
  let table: string;

  beforeAll(async () => {
    server = await startDynamoDB();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    table = `customers-${randomUUID()}`;
    await server.createCustomersTable(table);
    customers = new DynamoCustomers(server.client, table, writing);
  });

  const load = async (want: HistoryWish) => {
    const { loaded, failed } = await customers.load(APPLICATIONS, [want]);
    expect(failed.size).toBe(0);
    return loaded.get(want.customer)!;
  };
  const save = async (want: HistoryWish, ...entries: ReadonlyArray<ApplicationEntry | ActivityEntry>) => {
    const loaded = await load(want);
    for (const entry of entries) loaded.history.add(entry);
    return customers.save(APPLICATIONS, [{ customer: want.customer, first: want.first, loaded }]);
  };

  it('gives a customer it has never seen an empty history', async () => {
    const loaded = await load(wish('nobody', 1));
    expect(loaded.version).toBe(0);
    expect(loaded.history.entries()).toEqual([]);
  });

  it('gives back what was saved, entry by entry', async () => {
    const outcome = await save(wish('u1', 1), application(1), application(2));
    expect(outcome).toEqual({ stale: [], failed: new Map() });
    const loaded = await load(wish('u1', 3));
    expect(loaded.version).toBe(1);
    expect(loaded.history.entries()).toEqual([application(1), application(2)]);
  });

  it('keeps the two streams apart', async () => {
    await save(wish('u1', 1), application(1));
    const { loaded } = await customers.load('account_activity', [wish('u1', 2)]);
    expect(loaded.get('u1')!.history.entries()).toEqual([]);
  });

  it('saves and loads more customers than one call takes', async () => {
    const wishes = Array.from({ length: 350 }, (_, n) => wish(`user-${n}`, 1));
    const { loaded } = await customers.load(APPLICATIONS, wishes);
    for (const [n, { customer }] of wishes.entries()) loaded.get(customer)!.history.add(application(n));
    const updates = wishes.map(({ customer, first }) => ({ customer, first, loaded: loaded.get(customer)! }));
    expect(await customers.save(APPLICATIONS, updates)).toEqual({ stale: [], failed: new Map() });
    const again = await customers.load(APPLICATIONS, wishes);
    expect([...again.loaded.values()].filter(({ history }) => history.entries().length === 1)).toHaveLength(350);
  });

  it('refuses a writer that was stopped between reading and writing, and writes the others', async () => {
    const zombie = await customers.load(APPLICATIONS, [wish('u1', 1), wish('u2', 1)]);
    await save(wish('u1', 1), application(1));
    await save(wish('u1', 2), application(2));
    for (const customer of ['u1', 'u2']) zombie.loaded.get(customer)!.history.add(application(1));
    const outcome = await customers.save(
      APPLICATIONS,
      ['u1', 'u2'].map((customer) => ({ customer, first: seq(1), loaded: zombie.loaded.get(customer)! })),
    );
    expect(outcome.stale).toEqual(['u1']);
    expect((await load(wish('u1', 3))).history.entries()).toEqual([application(1), application(2)]);
    expect((await load(wish('u2', 2))).history.entries()).toEqual([application(1)]);
  });

  it('refuses him also where he had read an earlier state', async () => {
    await save(wish('u1', 1), application(1));
    const zombie = await load(wish('u1', 2));
    await save(wish('u1', 2), application(2));
    await save(wish('u1', 3), application(3));
    zombie.history.add(application(2));
    const outcome = await customers.save(APPLICATIONS, [{ customer: 'u1', first: seq(2), loaded: zombie }]);
    expect(outcome.stale).toEqual(['u1']);
    expect((await load(wish('u1', 4))).history.entries()).toEqual([application(1), application(2), application(3)]);
  });

  it('takes ids that UTF-8 cannot hold, and does not merge their customers', async () => {
    const ids = ['\ud800', '\ud801', '\\ud800', '\ufffd', 'Zoë 😀', 'a'.repeat(128)];
    for (const [n, id] of ids.entries()) await save(wish(id, 1), application(n, id));
    for (const [n, id] of ids.entries())
      expect((await load(wish(id, 9))).history.entries()).toEqual([application(n, id)]);
  });

  it('spreads a history of more than 400 KB over several items, and gathers it again', async () => {
    const entries = Array.from({ length: 3_000 }, (_, n) => transaction(n + 1));
    expect(await save(wish('heavy', 1), ...entries)).toEqual({ stale: [], failed: new Map() });
    const loaded = await load(wish('heavy', 3_001));
    expect(loaded.parts.length).toBeGreaterThan(0);
    expect(loaded.history.entries()).toEqual(entries);
  });

  it('removes the further items when a history shrinks', async () => {
    const entries = Array.from({ length: 3_000 }, (_, n) => transaction(n + 1));
    await save(wish('heavy', 1), ...entries);
    await save(wish('heavy', 3_001), transaction(3_001));
    const scan = await server.client.send(new ScanCommand({ TableName: table }));
    const parts = scan.Items!.filter((item) => item['item']!.S!.includes('#history#'));
    const loaded = await load(wish('heavy', 3_002));
    expect(parts).toHaveLength(loaded.parts.length);
    expect(loaded.history.entries()).toHaveLength(501);
  });

  describe('after 3,000 records of one customer in batches of 100', () => {
    const all = Array.from({ length: 3_000 }, (_, n) => application(n + 1));
    const feed = async () => {
      for (let start = 0; start < all.length; start += 100)
        expect(await save(wish('busy', start + 1), ...all.slice(start, start + 100))).toMatchObject({ stale: [] });
    };

    it('keeps 500 below the next batch at hand and knows every identity for ever', async () => {
      await feed();
      const asked = [application(1), application(1_500), application(2_999), application(9_999)];
      const { history } = await load(wish('busy', 3_001, ...asked));
      expect(history.entries().length).toBeGreaterThanOrEqual(500);
      expect(history.entries().length).toBeLessThanOrEqual(750);
      expect(
        asked.map((entry) => history.claimOfApplication(entry.application_id, 1, seq(3_001))?.seq ?? null),
      ).toEqual([seq(1), seq(1_500), seq(2_999), null]);
      expect(asked.map((entry) => history.decidedBefore(entry.application_id, seq(3_001)))).toEqual([
        true,
        true,
        true,
        false,
      ]);
    });

    it('finds the 500 entries below any batch of the past when that comes again', async () => {
      await feed();
      const { history } = await load(wish('busy', 1_201, application(1_201)));
      const { entries, from, to } = history.below(seq(1_201));
      expect(entries.slice(from, to)).toEqual(all.slice(700, 1_200));
      expect(history.claimOfApplication(application(1_201).application_id, 1, seq(1_201))).toBeNull();
    });

    // 200 old entries are 400 items: 16 calls in statements, 4 in transactions. The one after them writes the head.
    it.each([1, 3, 4, 5, 15, 16])(
      'loses nothing when it is stopped after call %i of those that move old entries out',
      async (call) => {
        await save(wish('busy', 1), ...all.slice(0, 700));
        const before = await load(wish('busy', 701));
        for (const entry of all.slice(700, 800)) before.history.add(entry);
        const stopped = new DynamoCustomers(stopAfter(server, call), table, writing);
        const outcome = await stopped.save(APPLICATIONS, [{ customer: 'busy', first: seq(701), loaded: before }]);
        expect(outcome.stale).toEqual([]);
        expect([...outcome.failed.keys()]).toEqual(call <= (writing === 'statements' ? 16 : 4) ? ['busy'] : []);
        expect(await save(wish('busy', 701), ...all.slice(700, 800))).toEqual({ stale: [], failed: new Map() });
        const { history } = await load(wish('busy', 801, application(3), application(750)));
        expect(history.claimOfApplication(application(3).application_id, 1, seq(801))?.seq).toBe(seq(3));
        expect(history.claimOfApplication(application(750).application_id, 1, seq(801))?.seq).toBe(seq(750));
      },
    );
  });

  describe('a history in several items', () => {
    const ENTRIES = Array.from({ length: 3_000 }, (_, n) => transaction(n + 1));
    const MORE = Array.from({ length: 3_000 }, (_, n) => transaction(n + 3_001));
    const EARLIEST = 1;
    const heavy = (client: TestDynamoDB['client']) => new DynamoCustomers(client, table, writing);
    const grow = async (client: TestDynamoDB['client'], entries: readonly ActivityEntry[]) => {
      const loaded = await load(wish('heavy', EARLIEST));
      for (const entry of entries) loaded.history.add(entry);
      return heavy(client).save(APPLICATIONS, [{ customer: 'heavy', first: seq(EARLIEST), loaded }]);
    };
    const parts = async (): Promise<string[]> => {
      const { Items } = await server.client.send(new ScanCommand({ TableName: table }));
      return Items!.map((item) => item['item']!.S!).filter((item) => item.includes('#history#'));
    };
    const expectHistory = async (entries: readonly ActivityEntry[]) => {
      const loaded = await load(wish('heavy', EARLIEST));
      expect(loaded.history.entries()).toEqual(entries);
      return loaded;
    };

    it('stays as it was until the head is written, and is right when the batch comes again', async () => {
      await grow(server.client, ENTRIES);
      // One call writes the further items, the next one the head, the third deletes what was there before.
      expect([...(await grow(stopAfter(server, 1), MORE)).failed.keys()]).toEqual(['heavy']);
      await expectHistory(ENTRIES);
      expect(await grow(server.client, MORE)).toEqual({ stale: [], failed: new Map() });
      const { parts: named } = await expectHistory([...ENTRIES, ...MORE]);
      expect(await parts()).toHaveLength(named.length);
    });

    it('is written though what was there before cannot be deleted', async () => {
      await grow(server.client, ENTRIES);
      expect(await grow(stopAfter(server, 2), MORE)).toEqual({ stale: [], failed: new Map() });
      await expectHistory([...ENTRIES, ...MORE]);
    });

    it('is not touched by a writer that was stopped and woke up with other entries', async () => {
      await grow(server.client, ENTRIES);
      const zombie = await load(wish('heavy', EARLIEST));
      await grow(server.client, MORE);
      for (const entry of MORE.slice(0, 2_000)) zombie.history.add(entry);
      const outcome = await customers.save(APPLICATIONS, [{ customer: 'heavy', first: seq(EARLIEST), loaded: zombie }]);
      expect(outcome).toEqual({ stale: ['heavy'], failed: new Map() });
      await expectHistory([...ENTRIES, ...MORE]);
    });

    it('is not touched by a writer that was stopped and woke up with the same entries', async () => {
      await grow(server.client, ENTRIES);
      const zombie = await load(wish('heavy', EARLIEST));
      for (const entry of MORE) zombie.history.add(entry);
      await grow(server.client, MORE);
      const outcome = await customers.save(APPLICATIONS, [{ customer: 'heavy', first: seq(EARLIEST), loaded: zombie }]);
      expect(outcome).toEqual({ stale: ['heavy'], failed: new Map() });
      await expectHistory([...ENTRIES, ...MORE]);
    });

    it('is read again when it is replaced between its head and its further items', async () => {
      await grow(server.client, ENTRIES);
      let calls = 0;
      const slow = new Proxy(server.client, {
        get(target, property, receiver) {
          if (property !== 'send') return Reflect.get(target, property, receiver) as unknown;
          return async (command: Parameters<typeof target.send>[0]) => {
            if (++calls === 2) await grow(server.client, MORE);
            return target.send(command);
          };
        },
      });
      const { loaded, failed } = await heavy(slow).load(APPLICATIONS, [wish('heavy', EARLIEST)]);
      expect(failed.size).toBe(0);
      expect(loaded.get('heavy')!.history.entries()).toEqual([...ENTRIES, ...MORE]);
    });
  });

  it('reports customers that cannot be read, and why', async () => {
    const broken = new DynamoCustomers(stopAfter(server, 0), table, writing);
    const { loaded, failed } = await broken.load(APPLICATIONS, [wish('u1', 1)]);
    expect(loaded.size).toBe(0);
    expect(failed.get('u1')).toBeInstanceOf(Error);
  });
});

/** A client whose calls fail from a certain one on: the process "died" there. */
function stopAfter(server: TestDynamoDB, calls: number): TestDynamoDB['client'] {
  let left = calls;
  return new Proxy(server.client, {
    get(target, property, receiver) {
      if (property !== 'send') return Reflect.get(target, property, receiver) as unknown;
      return async (command: Parameters<typeof target.send>[0]) => {
        if (left-- <= 0) throw new Error('stopped here');
        return target.send(command);
      };
    },
  });
}
