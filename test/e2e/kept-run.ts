import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { realistic } from '../../cli/generate/realistic.ts';
import { canonicalSeq, type Position } from '../../core/contract/position.ts';
import { partitionKey } from '../../core/contract/partition-key.ts';
import { objectKey } from '../../core/contract/storage.ts';
import type { StreamName } from '../../core/contract/streams.ts';
import { protect } from '../../core/events/protect.ts';
import type { LogRecord } from '../../core/events/types.ts';
import { PolicyBook, parsePolicy } from '../../core/policy/policy.ts';
import { envelopeLine } from '../../core/receipts/envelope.ts';
import { receiptLine } from '../../core/receipts/receipt-line.ts';
import { Replayer } from '../../core/receipts/replay.ts';
import type { Assessment } from '../../core/receipts/types.ts';
import { policyKey } from '../../lambdas/adapters/documents.ts';
import { openDataDirectory, services, type Services } from '../../local/index.ts';
import { startServers } from '../../local/stack/servers.ts';

const BUCKET = 'log-bucket';
const REGION = 'us-east-1';
const SHARDS = ['shardId-000000000000', 'shardId-000000000001'];
const PER_OBJECT = 150;
const ARRIVAL = Date.UTC(2026, 3, 1);

export interface Written {
  readonly record: LogRecord;
  readonly assessment: Assessment;
}

/** A log or receipt object and what it holds. */
export interface WrittenObject {
  readonly key: string;
  readonly content: string;
  readonly positions: readonly Position[];
}

export interface KeptRun {
  readonly written: readonly Written[];
  readonly log: readonly WrittenObject[];
  readonly receipts: readonly WrittenObject[];
}

export async function put(s3: S3Client, key: string, content: string | Buffer): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: gzipSync(content) }));
}

/** Opens the stores of a data directory for changing them behind the pipeline's back. */
export async function withStores<T>(directory: string, work: (stores: Services) => Promise<T>): Promise<T> {
  const stores = await services(directory, ['s3']);
  try {
    return await work(stores);
  } finally {
    await stores.stop();
  }
}

/** A data directory as a run leaves it, as far as the log bucket goes: log, receipts and the policy, two shards each. */
export async function writeKeptRun(directory: string): Promise<KeptRun> {
  const policyText = readFileSync('policies/default.json', 'utf8');
  const policy = parsePolicy(policyText);
  const replayer = new Replayer(PolicyBook.from([policy]));
  const written: Written[] = [];
  const count = { credit_applications: 0, account_activity: 0 };
  for (const batch of realistic({ applications: 600, activity: 600, seed: 7, asOf: ARRIVAL }))
    for (const { stream, data } of batch) {
      // Each stream counts by itself, so that positions of both have the same sequence numbers.
      count[stream] += 1;
      const number = count[stream];
      const key = partitionKey(data);
      const shard = SHARDS[hash('md5', key, 'buffer')[0]! % 2] as string;
      const position = { stream, shard, seq: canonicalSeq(String(1_000 + number)) };
      const record = protect({ position, arrival: ARRIVAL + number, key, data });
      written.push({ record, assessment: replayer.replay(record) });
    }
  const log: WrittenObject[] = [];
  const receipts: WrittenObject[] = [];
  for (const stream of ['credit_applications', 'account_activity'] as const)
    for (const shard of SHARDS) {
      const mine = written.filter(({ record: { position } }) => position.stream === stream && position.shard === shard);
      for (let from = 0; from < mine.length; from += PER_OBJECT) {
        const part = mine.slice(from, from + PER_OBJECT);
        log.push(object('log', stream, shard, part, ({ record }) => envelopeLine(record)));
        receipts.push(object('receipts', stream, shard, part, ({ assessment }) => receiptLine(assessment, 'test')));
      }
    }
  const data = await openDataDirectory(directory, { mode: 'new' });
  const servers = await startServers(data, ['s3'], REGION);
  data.update({
    outputs: { LogBucketName: BUCKET, ApplicationsStreamName: 'a', ActivityStreamName: 'b' },
    endpoints: {
      ...servers.endpoints,
      postgres: { host: '127.0.0.1', port: 1, user: 'u', database: 'd', passfile: '/nowhere' },
    } as never,
    policy: { id: policy.id, digest: policy.digest },
  });
  await servers.stop();
  data.close();
  await withStores(directory, async ({ clients: { s3 } }) => {
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: policyKey(policy), Body: policyText }));
    for (const { key, content } of [...log, ...receipts]) await put(s3, key, content);
  });
  return { written, log, receipts };
}

function object(
  prefix: 'log' | 'receipts',
  stream: StreamName,
  shard: string,
  part: readonly Written[],
  line: (each: Written) => string,
): WrittenObject {
  const content = part.map(line).join('');
  const positions = part.map(({ record }) => record.position);
  const [first, last] = [positions[0] as Position, positions.at(-1) as Position];
  const span = {
    prefix,
    stream,
    shard,
    first: first.seq,
    last: last.seq,
    arrival: ARRIVAL,
    digest: hash('sha256', content),
  };
  return { key: objectKey(span), content, positions };
}
