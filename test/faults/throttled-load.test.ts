import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSource } from '../../cli/produce/open.ts';
import { kinesisSenders } from '../../cli/produce/kinesis.ts';
import { produce } from '../../cli/produce/produce.ts';
import { replay } from '../../cli/replay/run.ts';
import { METRICS } from '../../core/contract/metrics.ts';
import { LOG_PREFIX } from '../../core/contract/storage.ts';
import { ACTIVITY, APPLICATIONS, type StreamName } from '../../core/contract/streams.ts';
import type { StoredAlert } from '../../lambdas/adapters/alert-store.ts';
import { DynamoAlerts } from '../../lambdas/adapters/alert-store-dynamo.ts';
import { S3Objects } from '../../lambdas/adapters/s3-objects.ts';
import { parseObjectKey } from '../../lambdas/batch/object-key.ts';
import { synthesise } from '../../local/assembly/synth.ts';
import { type DataDirectory, openDataDirectory, type Stack, startStack } from '../../local/index.ts';
import { clientEnvironment, createClients, destroyClients } from '../../local/stack/clients.ts';
import { emitted, sum } from '../support/emitted.ts';
import { expectedOf } from '../support/expected.ts';
import { type Decision, EXCEEDED, type FaultProxy, startFaultProxy, TOO_MANY } from '../support/fault-proxy.ts';

const SEED = 20_261_121;
const OUTAGE_MS = 30_000;
const STREAM_FUNCTIONS = ['detect-fraud', 'track-activity'] as const;
const scratch = mkdtempSync(path.join(tmpdir(), 'crp-faults-'));

let directory: DataDirectory;
let stack: Stack;
let dynamodb: FaultProxy;
let kinesis: FaultProxy;
let alertStoreIsDown = false;
let sent = 0;

/** A transaction that met a full table: the service cancels it and names the action. */
const cancelled = (actions: number) =>
  ({
    kind: 'refused',
    status: 400,
    type: 'TransactionCanceledException',
    more: {
      CancellationReasons: Array.from({ length: actions }, (_, n) => ({ Code: n === 0 ? 'ThrottlingError' : 'None' })),
    },
  }) as const;

/** A third of all calls to DynamoDB goes wrong, in every way in which it does under a load that is too much for it. */
const overloaded: Decision = ({ operation, body, text }, rng) => {
  if (alertStoreIsDown && text.includes(`"${stack.outputs['AlertsTableName']}"`)) return { kind: 'cut' };
  if (!rng.chance(0.3)) return undefined;
  if (operation === 'BatchGetItem' && rng.chance(0.5)) return { kind: 'parted', share: 0.5 };
  if (operation === 'BatchExecuteStatement')
    return rng.pick([EXCEEDED, TOO_MANY, { kind: 'lost' } as const, { kind: 'parted', share: 0.5 } as const]);
  if (operation !== 'TransactWriteItems') return rng.pick([EXCEEDED, TOO_MANY]);
  const actions = (body['TransactItems'] as readonly unknown[]).length;
  return rng.pick([EXCEEDED, TOO_MANY, cancelled(actions), { kind: 'lost' } as const]);
};

/** Shards that take part of what is put, and refuse every fifth read. */
const narrow: Decision = ({ operation }, rng) => {
  if (operation === 'PutRecords' && rng.chance(0.6)) return rng.chance(0.2) ? TOO_MANY : { kind: 'parted', share: 0.4 };
  return rng.chance(0.2) ? EXCEEDED : undefined;
};

beforeAll(async () => {
  directory = await openDataDirectory(path.join(scratch, 'data'), { mode: 'new' });
  stack = await startStack({
    directory,
    // As the stages in an account write; alerts are written in transactions on each.
    assembly: await synthesise({ settings: { historyWrites: 'statements' } }),
    policies: [readFileSync(path.resolve(import.meta.dirname, '../../policies/default.json'), 'utf8')],
    backoff: { baseMs: 20, mostMs: 1_000 },
    async functionEndpoints(endpoints) {
      dynamodb = await startFaultProxy(endpoints.dynamodb, `${SEED} dynamodb`, overloaded);
      kinesis = await startFaultProxy(endpoints.kinesis, `${SEED} kinesis`, narrow);
      return { dynamodb: dynamodb.url, kinesis: kinesis.url };
    },
  });
}, 300_000);
afterAll(async () => {
  await stack?.stop();
  await Promise.all([dynamodb?.close(), kinesis?.close()]);
  rmSync(scratch, { recursive: true, force: true });
});

/** Puts generated records on both streams by the way of the command line, through the narrow shards. */
async function send(count: number, seed: number): Promise<void> {
  const names: Record<StreamName, string> = {
    [APPLICATIONS]: stack.outputs['ApplicationsStreamName'] as string,
    [ACTIVITY]: stack.outputs['ActivityStreamName'] as string,
  };
  const clients = createClients({ ...stack.endpoints, kinesis: kinesis.url });
  const source = openSource({ count, seed }, Date.UTC(2026, 10, 21));
  const { taken, problems } = await produce(source, {
    sender: kinesisSenders(clients.kinesis, (stream) => names[stream]),
  }).finally(() => destroyClients(clients));
  expect(problems).toEqual([]);
  sent += sum(Object.values(taken));
}

const objects = () => new S3Objects(stack.clients.s3, stack.outputs['LogBucketName'] as string);

async function storedAlerts(): Promise<StoredAlert[]> {
  const store = new DynamoAlerts(stack.clients.dynamodb, stack.outputs['AlertsTableName'] as string);
  const stored: StoredAlert[] = [];
  for await (const page of store.updatedSince('')) stored.push(...page);
  return stored;
}

/** The backlog is gone, and what there is is what the log alone says: nothing lost, nothing doubled. */
async function expectAllRight(): Promise<void> {
  await stack.drained();
  for (const status of stack.status()) expect(status).toMatchObject({ iteratorAgeMs: 0, givenUp: 0 });
  const failures = stack.outputs['FailureBucketName'] as string;
  expect((await stack.clients.s3.send(new ListObjectsV2Command({ Bucket: failures }))).KeyCount).toBe(0);

  const found = await replay({ objects: objects(), env: clientEnvironment(stack.endpoints), workers: 2 });
  expect(found).toEqual({ equal: sent, different: [], missing: [], unlogged: [], unreadable: [] });

  const stored = await storedAlerts();
  const { alerts } = await expectedOf(objects());
  expect(stored.map(({ alert_id }) => alert_id).sort()).toEqual([...alerts].sort());
  const raisedFor = stored.map(({ subject, rule_id, rule_version }) =>
    JSON.stringify([subject, rule_id, rule_version]),
  );
  expect(new Set(raisedFor).size).toBe(stored.length);
}

const published = (service: string, name: (typeof METRICS)[keyof typeof METRICS]): number[] =>
  emitted(directory.logFile(service), name, { service, stage: 'local' });

describe('a load that throttles', { timeout: 300_000 }, () => {
  it('is decided once, whole, whatever DynamoDB refuses and however little of a request the shards take', async () => {
    await send(1_500, SEED);
    expect(kinesis.met.parted).toBeGreaterThan(0);
    await expectAllRight();
    for (const kind of ['refused', 'lost', 'parted'] as const) expect(dynamodb.met[kind]).toBeGreaterThan(0);
    expect((await storedAlerts()).length).toBeGreaterThan(10);
    expect(sum(STREAM_FUNCTIONS.flatMap((name) => published(name, METRICS.recordsReceived)))).toBe(sent);
  });

  it('waits while the alert store is down for 30 s and records keep coming, and is told by metrics', async () => {
    const before = (await storedAlerts()).length;
    alertStoreIsDown = true;
    const until = Date.now() + OUTAGE_MS;
    for (let slice = 1; Date.now() < until; slice += 1) {
      await send(100, SEED + slice);
      await sleep(2_000);
    }
    expect((await storedAlerts()).length).toBe(before);
    expect(Math.max(...stack.status().map(({ iteratorAgeMs }) => iteratorAgeMs))).toBeGreaterThan(OUTAGE_MS / 2);
    alertStoreIsDown = false;

    await expectAllRight();
    expect(dynamodb.met.cut).toBeGreaterThan(0);
    expect((await storedAlerts()).length).toBeGreaterThan(before);
    for (const name of STREAM_FUNCTIONS) {
      expect(sum(published(name, METRICS.serviceFaults))).toBeGreaterThan(0);
      expect(Math.max(...published(name, METRICS.decisionLag))).toBeGreaterThan(OUTAGE_MS / 2_000);
    }
    expect(sum(STREAM_FUNCTIONS.flatMap((name) => published(name, METRICS.droppedRecords)))).toBe(0);
  });

  it('is loaded once, whole, though PostgreSQL is killed in the middle of a COPY', async () => {
    const holder = await stack.pg();
    const watcher = await stack.pg();
    // A position that is just being written by somebody else makes the COPY wait for him when it gets there.
    const { shard, last } = await longestLogObject();
    await holder.query('begin');
    await holder.query(
      'insert into staging.applications (shard, seq, load_id, arrival, issues) values ($1, $2, 0, now(), 0)',
      [shard, last],
    );
    const running = stack.runWorkflow();
    let copying: { bytes: number }[] = [];
    while (copying.length === 0)
      ({ rows: copying } = await watcher.query<{ bytes: number }>(
        `select bytes_processed::int as bytes
         from pg_stat_progress_copy as p join pg_stat_activity as a using (pid)
         where p.relid = 'staging.applications'::regclass and a.wait_event_type = 'Lock'`,
      ));
    expect(copying[0]?.bytes).toBeGreaterThan(0);
    await stack.servers.restart('postgres');

    const workflow = await running;
    expect(workflow).toMatchObject({
      status: 'SUCCEEDED',
      output: { pending: 0, missing: 0, unexpected: 0, parityDifferences: 0 },
    });
    expect(workflow.states.find(({ state }) => state === 'ScoreGroup')?.retries).toBeGreaterThan(0);
    // What Lambda's own metric of errors counts.
    expect(stack.functions.statistics('score-records').errors).toBeGreaterThan(0);
    const warehouse = await stack.pg();
    const { rows } = await warehouse.query(
      `select (select count(*) from staging.applications)::int + (select count(*) from staging.activity)::int as records,
         (select count(*) from staging.application_receipts)::int
           + (select count(*) from staging.activity_receipts)::int as receipts,
         (select count(*) from dw.fraud_alerts)::int as alerts,
         (select count(*) from dw.metadata_table where status <> 'succeeded')::int as unfinished`,
    );
    await warehouse.end();
    expect(rows).toEqual([{ records: sent, receipts: sent, alerts: (await storedAlerts()).length, unfinished: 0 }]);
    for (const name of ['pendingPositions', 'missingPositions', 'unexpectedPositions', 'parityDifferences'] as const)
      expect(published('reconcile', METRICS[name])).toEqual([0]);
  });

  it('that a batch does not survive is told by a metric', async () => {
    await stack.invoke('record-failure', { runId: 'given-up', error: { Error: 'States.Timeout' } });
    expect(published('record-failure', METRICS.batchFailures)).toEqual([1]);
  });
});

async function longestLogObject() {
  let longest = { size: 0, shard: 0, last: '' };
  for await (const { key, size } of objects().list(`${LOG_PREFIX}/${APPLICATIONS}/`)) {
    const name = parseObjectKey(key);
    if (name !== null && size > longest.size) longest = { size, shard: name.shard, last: name.last };
  }
  return longest;
}
