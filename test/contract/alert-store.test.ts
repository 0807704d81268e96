import { randomUUID } from 'node:crypto';
import type { CommandStartedEvent } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hash } from 'node:crypto';
import type { Alert } from '../../core/receipts/types.ts';
import { type AlertStore, type NewStatus, type StoredAlert, versionOf } from '../../lambdas/adapters/alert-store.ts';
import { COLLECTION, DATABASE, DocumentAlerts, REVIEWS } from '../../lambdas/adapters/alert-store-documentdb.ts';
import { DynamoAlerts } from '../../lambdas/adapters/alert-store-dynamo.ts';
import { ReviewRefused, StaleVersionError } from '../../lambdas/adapters/review-errors.ts';
import type { ReviewStore } from '../../lambdas/adapters/review-store.ts';
import { startDynamoDB, type TestDynamoDB } from '../support/dynamodb.ts';
import { startWireServer, type WireServer } from '../support/mongo-wire/server.ts';
import { describeOnWireServer } from '../support/mongo-wire/suite.ts';
import { reviewContract } from './reviews.ts';

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

/** A change of an alert that was just raised. */
const change = (given: Partial<NewStatus> = {}): NewStatus => ({
  seenVersion: 1,
  to: 'in_review',
  by: 'ana',
  reason: 'it looks odd',
  at: later(5),
  ...given,
});

interface Door {
  open(): Promise<AlertStore & ReviewStore>;
  close(): Promise<void>;
}

function contract(door: Door): void {
  let store: AlertStore & ReviewStore;
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
        history: [{ status: 'open', by: 'pipeline', at: NOW.toISOString(), reason: null }],
        created_at: NOW.toISOString(),
        updated_at: NOW.toISOString(),
      });
    }
  });

  it('knows nothing of an alert that was never raised', async () => {
    expect(await store.get(hash('sha256', 'never'))).toBeNull();
    await expect(store.changeStatus(hash('sha256', 'never'), change())).rejects.toMatchObject({
      code: 'unknown_alert',
    });
  });

  it('takes nothing at all, and one alert twice in a call', async () => {
    expect(await store.insert([], NOW)).toEqual({ inserted: 0, existing: 0 });
    const twice = alert('twice');
    expect(await store.insert([twice, twice], NOW)).toEqual({ inserted: 1, existing: 0 });
  });

  it('leaves what is there as it is when it comes again, and adds what is new beside it', async () => {
    const old = alert('again old');
    await store.insert([old], NOW);
    await store.changeStatus(old.alert_id, change({ to: 'confirmed_fraud', reason: 'called' }));
    const before = await store.get(old.alert_id);
    const fresh = Array.from({ length: 250 }, (_, n) => alert(`again new ${n}`));
    expect(await store.insert([...fresh.slice(0, 120), old, ...fresh.slice(120)], later(60))).toEqual({
      inserted: 250,
      existing: 1,
    });
    expect(await store.get(old.alert_id)).toEqual(before);
    expect(before?.status).toBe('confirmed_fraud');
    expect(before?.created_at).toBe(NOW.toISOString());
    expect(before?.history.map(({ status, by, reason }) => [status, by, reason])).toEqual([
      ['open', 'pipeline', null],
      ['confirmed_fraud', 'ana', 'called'],
    ]);
  });

  it('changes the status of the version that the person saw, and says how it is otherwise', async () => {
    const seen = alert('compare and set');
    await store.insert([seen], NOW);
    const now = await store.changeStatus(seen.alert_id, change({ by: '  ana ', reason: ' it looks odd ' }));
    expect(now).toEqual(await store.get(seen.alert_id));
    expect(now.history.at(-1)).toEqual({
      status: 'in_review',
      by: 'ana',
      at: later(5).toISOString(),
      reason: 'it looks odd',
    });
    expect([now.status, now.updated_at, now.created_at]).toEqual([
      'in_review',
      later(5).toISOString(),
      NOW.toISOString(),
    ]);
    for (const seenVersion of [0, 1, 3]) {
      const late = store.changeStatus(seen.alert_id, change({ seenVersion, to: 'closed' }));
      await expect(late).rejects.toThrow(StaleVersionError);
      await expect(late).rejects.toMatchObject({ current: now, code: 'stale_version' });
    }
    expect(await store.get(seen.alert_id)).toEqual(now);
  });

  it('lets one of twenty win who saw the same, and tells the others what became of it', async () => {
    const seen = alert('race');
    await store.insert([seen], NOW);
    const racers = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => store.changeStatus(seen.alert_id, change({ by: `reviewer-${n}` }))),
    );
    const won = racers.filter((racer) => racer.status === 'fulfilled');
    const lost = racers.filter((racer) => racer.status === 'rejected').map(({ reason }) => reason as unknown);
    expect(won).toHaveLength(1);
    const now = await store.get(seen.alert_id);
    expect(now).toEqual(won[0]!.value);
    expect(versionOf(now!)).toBe(2);
    for (const error of lost) {
      expect(error).toBeInstanceOf(StaleVersionError);
      expect((error as StaleVersionError<StoredAlert>).current).toEqual(now);
    }
  });

  it('goes forward in time where the clock of a machine does not', async () => {
    const seen = alert('slow clock');
    await store.insert([seen], NOW);
    const now = await store.changeStatus(seen.alert_id, change({ at: later(-3600) }));
    expect(now.updated_at > NOW.toISOString()).toBe(true);
    expect((await store.get(seen.alert_id))?.updated_at).toBe(now.updated_at);
  });

  it.each([
    ['no name', { by: ' ' }],
    ['no reason', { reason: '\t' }],
    ['a long name', { by: 'n'.repeat(101) }],
    ['a long reason', { reason: 'r'.repeat(1_001) }],
    ['a line break', { reason: 'one\ntwo' }],
    ['a control character', { by: 'ana\u0007' }],
    ['text turned round', { reason: 'safe\u202egnihton' }],
    ['half a character', { reason: 'x\ud800' }],
    ['a card number', { reason: 'paid with 4111 1111 1111 1111' }],
  ])('takes no change with %s', async (_what, given) => {
    const seen = alert('statement');
    await store.insert([seen], NOW);
    const refused = store.changeStatus(seen.alert_id, change(given));
    await expect(refused).rejects.toThrow(ReviewRefused);
    await expect(refused).rejects.toMatchObject({ code: 'invalid_statement' });
    expect((await store.get(seen.alert_id))?.status).toBe('open');
  });

  reviewContract(() => store);

  it('hands out what changed since, each once, ascending by time and id, over many pages', async () => {
    const day = new Date('2026-12-01T00:00:00.000Z');
    const many = Array.from({ length: 1_200 }, (_, n) => alert(`since ${n}`));
    await store.insert(many.slice(0, 900), day);
    await store.insert(many.slice(900), new Date(day.getTime() + 1_000));
    const changed = many[0]!;
    await store.changeStatus(changed.alert_id, change({ to: 'closed', at: new Date(day.getTime() + 2_000) }));
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
    const reviews = (await store.client()).db(DATABASE).collection(REVIEWS);
    expect(await reviews.countDocuments({ application_id: 'a-first' })).toBe(2);
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
    const operators = new Set(['$gte', '$gt', '$or', '$set', '$push', '$size', '$match', '$group', '$sum', '$db']);
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
