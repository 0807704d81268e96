import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import type { Invocation } from '../../../local/functions/environment.ts';
import { Checkpoints } from '../../../local/poller/checkpoints.ts';
import { Hostility, type HostilityOptions } from '../../../local/poller/hostility.ts';
import { readMapping } from '../../../local/poller/mapping.ts';
import { Poller } from '../../../local/poller/poller.ts';
import { startKinesis } from '../../../local/servers/kinesis.ts';
import { startS3 } from '../../../local/servers/s3.ts';
import { type Clients, createClients } from '../../../local/stack/clients.ts';
import { createStream } from '../../../local/stack/provision.ts';
import { temporaryDirectory } from './temporary.ts';

export interface EventRecord {
  readonly kinesis: {
    readonly data: string;
    readonly partitionKey: string;
    readonly sequenceNumber: string;
    readonly approximateArrivalTimestamp: number;
    readonly kinesisSchemaVersion: string;
  };
  readonly eventID: string;
}

/** A function under test: gets the texts of a batch and the records; what it throws is the function's error. */
export type Consume = (texts: string[], records: EventRecord[], functionName: string) => unknown;

export const textOf = (record: EventRecord): string => Buffer.from(record.kinesis.data, 'base64').toString();
export const failing = (record: EventRecord | undefined) => ({
  batchItemFailures: record === undefined ? [] : [{ itemIdentifier: record.kinesis.sequenceNumber }],
});

export interface Bed {
  readonly clients: Clients;
  /** a new stream and a mapping of it */
  stream(shards?: number): Promise<string>;
  put(stream: string, records: readonly (readonly [key: string, text: string])[]): Promise<void>;
  /** a poller that is stopped when the test is over */
  poller(options: PollerSetup): Promise<Running>;
  stop(): Promise<void>;
}

export interface PollerSetup {
  readonly consume: Consume;
  /** properties of each mapping beside the stream */
  readonly mappings: readonly (Readonly<Record<string, unknown>> & { readonly stream: string; readonly fn?: string })[];
  /** where checkpoints are kept @default a directory of its own */
  readonly directory?: string;
  readonly hostility?: HostilityOptions;
}

export interface Running {
  readonly poller: Poller;
  readonly directory: string;
  readonly trouble: string[];
  stop(): Promise<void>;
}

const url = (port: number): string => `http://127.0.0.1:${port}`;

/** Real streams and buckets, shared by a file's tests. */
async function startBed(root: string): Promise<Bed> {
  const options = (name: string) => ({ directory: path.join(root, name), logFile: path.join(root, `${name}.log`) });
  const [kinesis, s3] = await Promise.all([
    startKinesis(options('kinesis'), 'eu-central-1'),
    startS3(options('s3'), 'eu-central-1'),
  ]);
  const clients = createClients({ region: 'eu-central-1', kinesis: url(kinesis.port), s3: url(s3.port) });
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'failures' }));
  return {
    clients,
    async stream(shards = 1) {
      const name = `s-${randomUUID()}`;
      await createStream({ name, shards }, clients);
      return name;
    },
    async put(stream, records) {
      for (let i = 0; i < records.length; i += 500) {
        const entries = records
          .slice(i, i + 500)
          .map(([key, text]) => ({ PartitionKey: key, Data: Buffer.from(text) }));
        await clients.kinesis.send(new PutRecordsCommand({ StreamName: stream, Records: entries }));
      }
    },
    async poller(setup) {
      const directory = setup.directory ?? temporaryDirectory();
      const trouble: string[] = [];
      const poller = new Poller({
        kinesis: clients.kinesis,
        s3: clients.s3,
        functions: functionsOf(setup.consume),
        mappings: setup.mappings.flatMap(({ stream, fn, ...more }, index) => {
          const properties = {
            FunctionName: fn ?? 'fn',
            EventSourceArn: `arn:aws:kinesis:eu-central-1:000000000000:stream/${stream}`,
            StartingPosition: 'TRIM_HORIZON',
            FunctionResponseTypes: ['ReportBatchItemFailures'],
            DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::failures' } },
            ...more,
          };
          return readMapping({ id: `mapping-${index}`, properties }) ?? [];
        }),
        checkpoints: new Checkpoints(directory),
        hostility: setup.hostility === undefined ? undefined : new Hostility(setup.hostility),
        backoff: { baseMs: 5, mostMs: 20 },
        onTrouble: (what) => void trouble.push(what),
      });
      const stop = async (): Promise<void> => {
        poller.stop();
        await poller.settled();
      };
      onTestFinished(stop);
      await poller.start();
      return { poller, directory, trouble, stop };
    },
    async stop() {
      await Promise.all([kinesis.stop(), s3.stop()]);
    },
  };
}

/** The object that Lambda would have written for what was given up, parsed, by shard. */
export async function failureObjects(
  clients: Clients,
  prefix = 'aws/lambda/',
): Promise<{ key: string; body: FailureObject }[]> {
  const { Contents = [] } = await clients.s3.send(new ListObjectsV2Command({ Bucket: 'failures', Prefix: prefix }));
  return Promise.all(
    Contents.map(async ({ Key: key = '' }) => {
      const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: 'failures', Key: key }));
      return { key, body: JSON.parse((await Body?.transformToString()) ?? '') as FailureObject };
    }),
  );
}

export interface FailureObject {
  readonly requestContext: { readonly condition: string; readonly approximateInvokeCount: number };
  readonly KinesisBatchInfo: {
    readonly batchSize: number;
    readonly streamArn: string;
    readonly shardId: string;
    readonly startSequenceNumber: string;
    readonly endSequenceNumber: string;
  };
  readonly payload: string;
}

const model = (name: string) => ({ name, arn: `arn:aws:lambda:eu-central-1:000000000000:function:${name}` }) as never;

function functionsOf(consume: Consume) {
  let requests = 0;
  const invoke = async (name: string, payload: string): Promise<Invocation> => {
    const done = { requestId: `request-${++requests}`, durationMs: 1, peakMemoryMb: 1, broken: false };
    try {
      const { Records: records } = JSON.parse(payload) as { Records: EventRecord[] };
      const answer = (await consume(records.map(textOf), records, name)) ?? null;
      return { ...done, outcome: { payload: typeof answer === 'string' ? answer : JSON.stringify(answer) } };
    } catch (thrown) {
      const error = { errorType: 'Error', errorMessage: String(thrown) };
      return { ...done, outcome: { payload: JSON.stringify(error), error } };
    }
  };
  return { invoke, model };
}

/** Records of one key whose texts are numbers. */
export const numbers = (from: number, to: number, key = 'k'): [string, string][] =>
  Array.from({ length: to - from }, (_, i) => [key, String(from + i)]);
export const texts = (records: readonly [string, string][]): string[] => records.map(([, text]) => text);

/** Shares a bed among the tests of a file. */
export function useBed(): () => Bed {
  let root: string;
  let bed: Bed;
  beforeAll(async () => {
    root = mkdtempSync(path.join(tmpdir(), 'crp-poller-'));
    bed = await startBed(root);
  });
  afterAll(async () => {
    await bed.stop();
    rmSync(root, { recursive: true, force: true });
  });
  return () => bed;
}
