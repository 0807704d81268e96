import { randomUUID } from 'node:crypto';
import type { CommandStartedEvent } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hash } from 'node:crypto';
import type { Alert } from '../../core/receipts/types.ts';
import type { AlertStore, StoredAlert } from '../../lambdas/adapters/alert-store.ts';
import { COLLECTION, DATABASE, DocumentAlerts } from '../../lambdas/adapters/alert-store-documentdb.ts';
import { DynamoAlerts } from '../../lambdas/adapters/alert-store-dynamo.ts';
import { startDynamoDB, type TestDynamoDB } from '../support/dynamodb.ts';
import { startWireServer, type WireServer } from '../support/mongo-wire/server.ts';
import { describeOnWireServer } from '../support/mongo-wire/suite.ts';

const NOW = new Date('2026-11-21T10:00:00.000Z');
const later = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);

const alert = (name: string, kind: 'application' | 'transaction' = 'application'): Alert => ({
  alert_id: hash('sha256', name),
  subject:
    kind === 'application'
      ? { kind, user_id: 'u1', application_id: `a-${name}`, revision: 1 }
      : { kind, user_id: 'u1', transaction_id: `t-${name}` },
  rule_id: 'R001',
  rule_version: 1,
  severity: 'review',
  reason: 'Risky transaction',
  evidence: { credit_score: 449, loan_amount: '15000.01', device_id: null, given: true },
  policy_id: 'default',
  policy_version: '1',
  policy_digest: hash('sha256', 'policy'),
  event_time: 1_760_000_000_000,
  arrival: 1_760_000_000_500,
  position: { stream: 'credit_applications', shard: 'shardId-000000000000', seq: '1'.padStart(56, '0') },
});

const allSince = async (store: AlertStore, since: string): Promise<StoredAlert[]> => {
  const all: StoredAlert[] = [];
  for await (const page of store.updatedSince(since)) all.push(...page);
  return all;
};

interface Door {
  open(): Promise<AlertStore>;
  close(): Promise<void>;
}

function contract(door: Door): void {
  let store: AlertStore;
  beforeAll(async () => {
    store = await door.open();
  });
  afterAll(() => door.close());

  it('gives back an alert as it was raised, open, with who and when', async () => {
    for (const kind of ['application', 'transaction'] as const) {
      const raised = alert(`roundtrip ${kind}`, kind);
      expect(await store.insert([raised], NOW)).toEqual({ inserted: 1, existing: 0 });
      expect(await store.get(raised.alert_id)).toEqual({
        ...raised,
        status: 'open',
        history: [{ status: 'open', by: 'pipeline', at: NOW.toISOString(), note: null }],
        created_at: NOW.toISOString(),
        updated_at: NOW.toISOString(),
      });
    }
  });

  it('knows nothing of an alert that was never raised', async () => {
    expect(await store.get(hash('sha256', 'never'))).toBeNull();
    const change = { from: 'open', to: 'closed', by: 'ana', at: NOW } as const;
    expect(await store.transition(hash('sha256', 'never'), change)).toBe(false);
  });

  it('takes nothing at all, and one alert twice in a call', async () => {
    expect(await store.insert([], NOW)).toEqual({ inserted: 0, existing: 0 });
    const twice = alert('twice');
    expect(await store.insert([twice, twice], NOW)).toEqual({ inserted: 1, existing: 0 });
  });

  it('leaves what is there as it is when it comes again, and adds what is new beside it', async () => {
    const old = alert('again old');
    await store.insert([old], NOW);
    await store.transition(old.alert_id, {
      from: 'open',
      to: 'confirmed_fraud',
      by: 'ana',
      at: later(5),
      note: 'called',
    });
    const before = await store.get(old.alert_id);
    const fresh = Array.from({ length: 250 }, (_, n) => alert(`again new ${n}`));
    expect(await store.insert([...fresh.slice(0, 120), old, ...fresh.slice(120)], later(60))).toEqual({
      inserted: 250,
      existing: 1,
    });
    expect(await store.get(old.alert_id)).toEqual(before);
    expect(before?.status).toBe('confirmed_fraud');
    expect(before?.created_at).toBe(NOW.toISOString());
    expect(before?.history.map(({ status, by, note }) => [status, by, note])).toEqual([
      ['open', 'pipeline', null],
      ['confirmed_fraud', 'ana', 'called'],
    ]);
  });

  it('changes a status only from the one that the person saw', async () => {
    const seen = alert('compare and set');
    await store.insert([seen], NOW);
    expect(await store.transition(seen.alert_id, { from: 'in_review', to: 'closed', by: 'ana', at: later(1) })).toBe(
      false,
    );
    expect((await store.get(seen.alert_id))?.status).toBe('open');
    const racers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        store.transition(seen.alert_id, { from: 'open', to: 'in_review', by: `reviewer-${n}`, at: later(2) }),
      ),
    );
    expect(racers.filter(Boolean)).toHaveLength(1);
    expect((await store.get(seen.alert_id))?.history).toHaveLength(2);
  });

  it('hands out what changed since, each once, ascending by time and id, over many pages', async () => {
    const day = new Date('2026-12-01T00:00:00.000Z');
    const many = Array.from({ length: 1_200 }, (_, n) => alert(`since ${n}`));
    await store.insert(many.slice(0, 900), day);
    await store.insert(many.slice(900), new Date(day.getTime() + 1_000));
    const changed = many[0]!;
    await store.transition(changed.alert_id, {
      from: 'open',
      to: 'closed',
      by: 'ana',
      at: new Date(day.getTime() + 2_000),
    });
    const found = await allSince(store, day.toISOString());
    expect(found).toHaveLength(1_200);
    expect(new Set(found.map(({ alert_id }) => alert_id)).size).toBe(1_200);
    const order = found.map(({ updated_at, alert_id }) => `${updated_at} ${alert_id}`);
    expect(order).toEqual(order.toSorted());
    expect(found.at(-1)?.alert_id).toBe(changed.alert_id);
    expect(await allSince(store, new Date(day.getTime() + 1_000).toISOString())).toHaveLength(301);
    expect(await allSince(store, '2027-01-01T00:00:00.000Z')).toEqual([]);
  });
}

describe('the alert store in DynamoDB', () => {
  let server: TestDynamoDB;
  contract({
    async open() {
      server = await startDynamoDB();
      const table = `alerts-${randomUUID()}`;
      await server.createAlertsTable(table);
      return new DynamoAlerts(server.client, table);
    },
    close: () => server.stop(),
  });
});

describeOnWireServer('the alert store in DocumentDB', () => {
  let server: WireServer;
  let store: DocumentAlerts;
  const sent: CommandStartedEvent[] = [];

  contract({
    async open() {
      server = await startWireServer();
      store = new DocumentAlerts({ uri: server.uri, monitorCommands: true });
      (await store.client()).on('commandStarted', (event) => sent.push(event));
      return store;
    },
    async close() {
      await store.close();
      await server.stop();
    },
  });

  it('keeps them where the contract says, and has the indexes', async () => {
    const collection = (await store.client()).db(DATABASE).collection(COLLECTION);
    expect(`${DATABASE}.${COLLECTION}`).toBe('fraud_detection.fraud_alerts');
    expect(await collection.countDocuments({ application_id: 'a-twice' })).toBe(1);
  });

  it('sends nothing that DocumentDB refuses', async () => {
    await store.close();
    (await store.client()).on('commandStarted', (event) => sent.push(event));
    await store.insert([alert('allow-list')], NOW);
    await store.get(alert('allow-list').alert_id);
    const allowed = new Set([
      'insert',
      'update',
      'find',
      'getMore',
      'endSessions',
      'ping',
      'createIndexes',
      'aggregate',
    ]);
    const operators = new Set(['$gte', '$gt', '$or', '$set', '$push', '$match', '$group', '$sum', '$db']);
    expect(sent.length).toBeGreaterThan(10);
    for (const { commandName, command } of sent) {
      expect(allowed).toContain(commandName);
      if (commandName === 'find') expect(command['sort']).toBeDefined();
      for (const key of ['collation', 'txnNumber', 'autocommit', 'startTransaction'])
        expect(command).not.toHaveProperty(key);
      if (commandName === 'update')
        for (const { u } of command['updates'] as Array<{ u: unknown }>) expect(Array.isArray(u)).toBe(false);
      for (const operator of operatorsOf(command)) expect(operators).toContain(operator);
    }
  });

  it('says that the server is not there, and works once it is', async () => {
    const lost = new DocumentAlerts({ uri: 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=300' });
    await expect(lost.get('x')).rejects.toThrow();
    await lost.close();
  });
});

/** The `$…` keys of a command, wherever they are. */
function operatorsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(operatorsOf);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(key.startsWith('$') ? [key] : []),
    ...operatorsOf(inner),
  ]);
}
