import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, DeleteObjectCommand } from '@aws-sdk/client-s3';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../bi/catalogue/index.ts';
import { METRIC_NAMESPACE, METRICS } from '../../core/contract/metrics.ts';
import { partitionKey } from '../../core/contract/partition-key.ts';
import { canonicalSeq } from '../../core/contract/position.ts';
import { LOG_PREFIX, POLICIES_PREFIX, RECEIPTS_PREFIX } from '../../core/contract/storage.ts';
import { ACTIVITY, APPLICATIONS, type StreamName } from '../../core/contract/streams.ts';
import { synthesise as assemble } from '../../local/assembly/synth.ts';
import {
  type DataDirectory,
  openDataDirectory,
  type Stack,
  startStack,
  type WorkflowResult,
} from '../../local/index.ts';
import { type AlarmOfTemplate, alarmsOf } from '../alarms/definitions.ts';
import { follow } from '../alarms/evaluator.ts';
import { FAULT_OF, type Fault, FAULTS } from '../alarms/faults.ts';
import { Recorder, type Sample } from '../alarms/samples.ts';
import { synthesise } from '../infra/synth.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { application, transaction } from '../support/records.ts';
import { startS3Gate } from '../support/s3-gate.ts';
import { kinesisEvent } from '../support/stream-parts.ts';

const HOUR = 3_600_000;
const OUTAGE_MS = 65_000;
const CROWD = 150;
const scratch = mkdtempSync(path.join(tmpdir(), 'crp-alarms-'));

let directory: DataDirectory;
let stack: Stack;
let dynamodb: FaultProxy;
let s3: Awaited<ReturnType<typeof startS3Gate>>;
let recorder: Recorder;
let tableIsAway = false;
let logIsAway = false;
let sent = 0;

/** What functions wrote while a fault lasted, and before and after all of them. */
const written: Partial<Record<Fault | 'normal' | 'healed', readonly Sample[]>> = {};

beforeAll(async () => {
  directory = await openDataDirectory(path.join(scratch, 'data'), { mode: 'new' });
  stack = await startStack({
    directory,
    assembly: await assemble(),
    policies: [readFileSync(path.resolve(import.meta.dirname, '../../policies/default.json'), 'utf8')],
    backoff: { baseMs: 20, mostMs: 1_000 },
    async functionEndpoints(endpoints) {
      dynamodb = await startFaultProxy(endpoints.dynamodb, 'alarms', ({ text }) =>
        tableIsAway && text.includes(`"${stack.outputs['CustomersTableName']}"`) ? { kind: 'cut' } : undefined,
      );
      s3 = await startS3Gate(
        endpoints.s3,
        (method, url) => logIsAway && method === 'PUT' && url.includes(`/${LOG_PREFIX}/`),
      );
      return { dynamodb: dynamodb.url, s3: s3.url };
    },
  });
  recorder = new Recorder(() => stack.functions.names.map((name) => directory.logFile(name)));
}, 300_000);
afterAll(async () => {
  await stack?.stop();
  await Promise.all([dynamodb?.close(), s3?.close()]);
  rmSync(scratch, { recursive: true, force: true });
});

const now = (): { readonly timestamp: string } => ({ timestamp: new Date(Date.now() - 60_000).toISOString() });
/** Records that nothing is wrong with, each of a customer of its own; some with changes. */
const applications = (count: number, changes: (n: number) => object = () => ({})): object[] =>
  Array.from({ length: count }, (_, n) => {
    sent += 1;
    return application(`u${sent}`, `a${sent}`, { ...now(), ...changes(n) });
  });
const transactions = (count: number, changes: (n: number) => object = () => ({})): object[] =>
  Array.from({ length: count }, (_, n) => {
    sent += 1;
    return transaction(`u${sent}`, `t${sent}`, { ...now(), ...changes(n) });
  });
const ofFirst = (few: number, changes: object) => (n: number) => (n < few ? changes : {});
const RISKY = { credit_score: 430, loan_amount: 16_000 };

async function send(stream: StreamName, records: readonly object[]): Promise<void> {
  const name = stack.outputs[stream === APPLICATIONS ? 'ApplicationsStreamName' : 'ActivityStreamName'];
  const Records = records.map((record) => Buffer.from(JSON.stringify(record)));
  const answer = await stack.clients.kinesis.send(
    new PutRecordsCommand({
      StreamName: name,
      Records: Records.map((Data) => ({ Data, PartitionKey: partitionKey(Data) })),
    }),
  );
  expect(answer.FailedRecordCount).toBe(0);
}
const sendBoth = async (count = CROWD): Promise<void> => {
  await send(APPLICATIONS, applications(count));
  await send(ACTIVITY, transactions(count));
};

async function batch(status: 'SUCCEEDED' | 'FAILED' = 'SUCCEEDED', input?: object): Promise<WorkflowResult> {
  const result = await stack.runWorkflow(input);
  expect(result.status).toBe(status);
  return result;
}

/** Keeps what functions write while something happens. The dimension `stage` is all that is another one in prod. */
async function keep(name: keyof typeof written, happening: () => Promise<unknown>): Promise<readonly Sample[]> {
  const mark = recorder.mark();
  await happening();
  await sleep(300);
  const samples = recorder
    .since(mark)
    .map((sample) => ({ ...sample, dimensions: { ...sample.dimensions, stage: 'prod' } }));
  written[name] = samples;
  return samples;
}

const total = (samples: readonly Sample[], service: string, metric: keyof typeof METRICS): number =>
  samples
    .filter(({ name, dimensions }) => name === METRICS[metric] && dimensions['service'] === service)
    .reduce((sum, { value }) => sum + value, 0);

async function until(holds: (samples: readonly Sample[]) => boolean): Promise<void> {
  const mark = recorder.mark();
  while (!holds(recorder.since(mark))) await sleep(100);
}

/** A process that runs reads the policies once a minute; one that starts reads them at once. */
async function anew(...names: readonly string[]): Promise<void> {
  for (const name of names) stack.functions.kill(name);
  while (names.some((name) => stack.functions.pids(name).length > 0)) await sleep(20);
}

const bucket = (): string => stack.outputs['LogBucketName'] as string;
async function newest(prefix: string): Promise<string> {
  const { Contents = [] } = await stack.clients.s3.send(new ListObjectsV2Command({ Bucket: bucket(), Prefix: prefix }));
  return Contents.sort((a, b) => +a.LastModified! - +b.LastModified!).at(-1)!.Key!;
}
async function read(Key: string): Promise<Uint8Array> {
  const { Body } = await stack.clients.s3.send(new GetObjectCommand({ Bucket: bucket(), Key }));
  return Body!.transformToByteArray();
}
const write = (Key: string, Body: Uint8Array | string): Promise<unknown> =>
  stack.clients.s3.send(new PutObjectCommand({ Bucket: bucket(), Key, Body }));

async function query(text: string): Promise<void> {
  const warehouse = await stack.pg();
  await warehouse.query(text).finally(() => warehouse.end());
}

/** An event as the stream hands it over, of records that arrived long ago. */
function late(stream: StreamName, records: readonly object[], ageMs: number) {
  const event = kinesisEvent(
    records.map((record, n) => {
      const data = Buffer.from(JSON.stringify(record));
      sent += 1;
      return {
        position: { stream, shard: 'shardId-000000000000', seq: canonicalSeq(String(sent * 1000 + n)) },
        arrival: Date.now() - ageMs + n,
        key: partitionKey(data),
        data,
      };
    }),
  );
  const arn = stack.functions.model('archive-log').environment[
    stream === APPLICATIONS ? 'APPLICATIONS_STREAM_ARN' : 'ACTIVITY_STREAM_ARN'
  ] as string;
  return { Records: event.Records.map((record) => ({ ...record, eventSourceARN: arn })) };
}

describe('the pipeline', { timeout: 300_000 }, () => {
  it('runs as it should', async () => {
    // Fraud that is usual, of some days ago.
    await send(APPLICATIONS, applications(CROWD, ofFirst(3, RISKY)));
    await stack.drained();
    await batch();
    await query(`update dw.fact_loan_application set ingest_time = ingest_time - interval '5 days'`);
    const samples = await keep('normal', async () => {
      await sendBoth();
      await stack.drained();
      await batch();
    });
    expect(total(samples, 'detect-fraud', 'recordsDecided')).toBe(CROWD);
    expect(total(samples, 'track-activity', 'recordsDecided')).toBe(CROWD);
  });
});

describe('a fault', { timeout: 300_000 }, () => {
  it(FAULTS.invalid, async () => {
    const samples = await keep('invalid', async () => {
      await send(APPLICATIONS, applications(CROWD, ofFirst(9, { loan_amount: -1 })));
      await send(ACTIVITY, transactions(CROWD, ofFirst(9, { amount: -1 })));
      await stack.drained();
    });
    for (const service of ['detect-fraud', 'track-activity'])
      expect(total(samples, service, 'quarantinedRecords')).toBe(9);
  });

  it(FAULTS.silence, async () => {
    expect(await keep('silence', () => stack.drained())).toEqual([]);
  });

  it(FAULTS.tableAway, async () => {
    const samples = await keep('tableAway', async () => {
      tableIsAway = true;
      const healthy = Date.now() + OUTAGE_MS;
      await sendBoth();
      await until((found) => total(found, 'archive-log', 'logObjectsWritten') > 1);
      await batch();
      await sleep(Math.max(0, healthy - Date.now()));
      tableIsAway = false;
      await stack.drained();
    });
    expect(dynamodb.met.cut).toBeGreaterThan(0);
    expect(total(samples, 'detect-fraud', 'lateDecisions')).toBe(CROWD);
    expect(total(samples, 'reconcile', 'pendingPositions')).toBeGreaterThan(0);
  });

  it(FAULTS.logAway, async () => {
    const samples = await keep('logAway', async () => {
      logIsAway = true;
      await sendBoth(20);
      await until(
        (found) =>
          total(found, 'detect-fraud', 'recordsReceived') + total(found, 'track-activity', 'recordsReceived') === 40 &&
          total(found, 'archive-log', 'serviceFaults') > 0,
      );
    });
    logIsAway = false;
    expect(s3.cut()).toBeGreaterThan(0);
    expect(total(samples, 'archive-log', 'logObjectsWritten')).toBe(0);
    await stack.drained();
    await batch();
  });

  it(FAULTS.tooLate, async () => {
    await keep('tooLate', async () => {
      for (const [service, stream, records] of [
        ['detect-fraud', APPLICATIONS, applications(2)],
        ['track-activity', ACTIVITY, transactions(2)],
      ] as const) {
        const event = late(stream, records, 4 * HOUR);
        for (const name of ['archive-log', service])
          expect(await stack.invoke(name, event)).toEqual({ batchItemFailures: [] });
      }
    });
    await batch();
  });

  it(FAULTS.givenUp, async () => {
    const broken = `${POLICIES_PREFIX}/20260101T000000Z-0123456789abcdef.json`;
    await write(broken, '{"id": "default", "version":');
    await anew('detect-fraud', 'track-activity');
    const samples = await keep('givenUp', async () => {
      for (const [service, stream, records] of [
        ['detect-fraud', APPLICATIONS, applications(2)],
        ['track-activity', ACTIVITY, transactions(2)],
      ] as const) {
        const event = late(stream, records, 20 * HOUR);
        expect(await stack.invoke('archive-log', event)).toEqual({ batchItemFailures: [] });
        expect(await stack.invoke(service, event)).toMatchObject({ batchItemFailures: [{}] });
      }
      await sendBoth(20);
      await stack.drained();
      await batch('SUCCEEDED', { full: true });
    });
    expect(total(samples, 'mark-undecided', 'undecidedRecords')).toBe(4);
    await stack.clients.s3.send(new DeleteObjectCommand({ Bucket: bucket(), Key: broken }));
    await anew('detect-fraud', 'track-activity');
  });

  it(FAULTS.unreadable, async () => {
    await sendBoth(20);
    await stack.drained();
    const keys = [await newest(`${LOG_PREFIX}/`), await newest(`${RECEIPTS_PREFIX}/`)];
    const whole = await Promise.all(keys.map(read));
    const samples = await keep('unreadable', async () => {
      for (const [n, key] of keys.entries()) await write(key, whole[n]!.subarray(0, whole[n]!.length / 2));
      await batch();
    });
    expect(total(samples, 'reconcile', 'missingPositions')).toBeGreaterThan(0);
    for (const [n, key] of keys.entries()) await write(key, whole[n]!);
    await batch();
  });

  it(FAULTS.qualityFails, async () => {
    const move = (by: string) =>
      query(
        `update dw.fact_loan_application set event_time = event_time + interval '${by}' where application_id = 'a1'`,
      );
    await move('3 days');
    await keep('qualityFails', () => batch('FAILED'));
    await move('-3 days');
    await batch();
  });

  it(FAULTS.wave, async () => {
    const samples = await keep('wave', async () => {
      // More than all that came today together.
      await send(APPLICATIONS, applications(CROWD, ofFirst(100, RISKY)));
      await stack.drained();
      await batch();
    });
    expect(total(samples, 'check-quality', 'fraudRateOfTrailing')).toBeGreaterThan(200);
    await query(`update dw.fact_loan_application set ingest_time = ingest_time - interval '5 days'`);
  });

  it(FAULTS.staleMorning, async () => {
    await query(`update dw.metadata_table
      set started = started - interval '3 days', finished = finished - interval '3 days'`);
    const samples = await keep('staleMorning', () => batch());
    expect(total(samples, 'plan-batch', 'staleMornings')).toBe(total(samples, 'plan-batch', 'mornings'));
    expect(total(samples, 'plan-batch', 'mornings')).toBeGreaterThanOrEqual(2);
  });
});

describe('the pipeline again', { timeout: 300_000 }, () => {
  it('runs as it should, when all faults have ended', async () => {
    const [one] = applications(1);
    const [other] = transactions(1);
    const samples = await keep('healed', async () => {
      await sendBoth();
      // Said again, and said otherwise: no alarm watches these, dashboards show them.
      await send(APPLICATIONS, [one!, one!, { ...one, loan_amount: 1 }]);
      await send(ACTIVITY, [other!, other!, { ...other, amount: 1 }]);
      await send(
        ACTIVITY,
        transactions(6, () => ({ user_id: 'hasty' })),
      );
      await stack.drained();
      await batch();
    });
    for (const name of ['pendingPositions', 'missingPositions', 'unexpectedPositions', 'parityDifferences'] as const)
      expect(total(samples, 'reconcile', name), name).toBe(0);
  });
});

const isOwn = (alarm: AlarmOfTemplate): boolean =>
  alarm.kind === 'composite'
    ? alarm.parts.every(isOwn)
    : Object.values(alarm.metrics).some(({ namespace }) => namespace === METRIC_NAMESPACE);
const isBand = (alarm: AlarmOfTemplate): boolean => alarm.kind === 'metric' && alarm.threshold === undefined;

const own = alarmsOf(synthesise({ stage: 'prod' })).filter((alarm) => isOwn(alarm) && !isBand(alarm));

describe('the alarms on metrics of our own', () => {
  it('each have a fault, and no fault is for an alarm that is not there', () => {
    expect(Object.keys(FAULT_OF).sort()).toEqual(own.map(({ name }) => name).sort());
    expect(new Set(Object.values(FAULT_OF))).toEqual(new Set(Object.keys(FAULTS)));
  });

  // How many periods CloudWatch retrieves beyond those it evaluates is its own affair: an alarm must not depend on it.
  it.each(own.flatMap((alarm) => [0, 2].map((more) => [alarm.name, more, alarm] as const)))(
    '%s goes off and is over again, with %i periods more',
    (name, more, alarm) => {
      const fault = FAULT_OF[name]!;
      const { normal, [fault]: wrong, healed } = written;
      if (normal === undefined || wrong === undefined || healed === undefined)
        throw new Error(`the fault "${FAULTS[fault]}" did not happen`);
      const parts = alarm.kind === 'composite' ? alarm.parts : [alarm];
      const lasts = Math.max(...parts.map(({ periods }) => periods)) + more;
      const states = follow(alarm, { normal, fault: wrong, healed }, lasts, more);
      expect(states.normal.at(-1)).toBe('OK');
      expect(states.fault.at(-1)).toBe('ALARM');
      // Fewer periods than M are not enough.
      const soonest = alarm.kind === 'composite' ? 1 : alarm.datapoints;
      expect(states.fault.slice(0, soonest - 1)).not.toContain('ALARM');
      expect(states.healed.at(-1)).toBe('OK');
    },
  );
});

describe('the dashboards', () => {
  /** A metric without the values of further dimensions, which are lists of the contract or of the policy. */
  const series = (service: string, metric: string, keys: readonly string[]): string =>
    [service, metric, ...[...keys].sort()].join(' ');

  it.each(CATALOGUE.boards.map((board) => [board.id, board] as const))(
    '%s shows nothing that no function writes',
    (_, board) => {
      const emitted = new Set(
        Object.values(written)
          .flat()
          .map(({ name, dimensions }) => series(dimensions['service']!, name, Object.keys(dimensions))),
      );
      const shown = board.sections
        .flatMap(({ widgets }) => widgets.flatMap(({ signals }) => signals))
        .filter(({ namespace }) => namespace === METRIC_NAMESPACE);
      const missing = shown
        .map(({ metric, dimensions }) => series(dimensions['service']!, metric, Object.keys(dimensions)))
        .filter((one) => !emitted.has(one));
      expect(missing).toEqual([]);
      expect(shown.length).toBeGreaterThan(10);
    },
  );
});
