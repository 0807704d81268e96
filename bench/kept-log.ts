/** A log and its receipts in an S3 server's directory, as the streams would have left them; made once and kept. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { realistic } from '../cli/generate/realistic.ts';
import { partitionKey } from '../core/contract/partition-key.ts';
import { canonicalSeq } from '../core/contract/position.ts';
import { LOG_PREFIX, objectKey, POLICIES_PREFIX, RECEIPTS_PREFIX } from '../core/contract/storage.ts';
import { ACTIVITY, APPLICATIONS, type StreamName } from '../core/contract/streams.ts';
import { protect } from '../core/events/protect.ts';
import { PolicyBook, parsePolicy } from '../core/policy/policy.ts';
import { envelopeLine } from '../core/receipts/envelope.ts';
import { receiptLine } from '../core/receipts/receipt-line.ts';
import { Replayer } from '../core/receipts/replay.ts';
import { S3Objects } from '../lambdas/adapters/s3-objects.ts';
import type { PositionSource } from '../lambdas/adapters/stream-positions.ts';
import type { Server } from '../local/servers/server.ts';
import { startS3 } from '../local/servers/s3.ts';

export const BUCKET = 'log';
export const REGION = 'us-east-1';
const SHARDS = 2;
/** Lambda's limit of 6 MB a batch allows about so many records of 600 bytes */
const LOG_OBJECT = 5_000;
const RECEIPT_OBJECT = 1_000;
const AS_OF = Date.UTC(2026, 10, 1);
const FIRST_ARRIVAL = AS_OF + 60_000;

const ROOT = path.join(import.meta.dirname, '..');

export interface Lake {
  readonly s3: Server;
  readonly endpoint: string;
  readonly objects: S3Objects;
  readonly records: number;
  readonly sources: Record<StreamName, PositionSource>;
  stop(): Promise<void>;
}

/** Environment by which a function finds the S3 server. */
export const s3Environment = (endpoint: string): Record<string, string> => ({
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_ENDPOINT_URL_S3: endpoint,
});

export const s3Client = (endpoint: string): S3Client =>
  new S3Client({
    endpoint,
    region: REGION,
    forcePathStyle: true,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });

/** @param count applications, realistic ones; made anew when core or policy changed since */
export async function openLake(count: number): Promise<Lake> {
  const home = path.join(ROOT, '.cache', 'bench', `lake-${count}-${sourcesDigest()}`);
  if (!existsSync(path.join(home, 'positions-0.bin'))) await build(home, count);
  const { server, endpoint, objects } = await serve(home);
  return {
    s3: server,
    endpoint,
    objects,
    records: count,
    sources: { [APPLICATIONS]: positionsIn(home), [ACTIVITY]: { shards: async () => [], async *positions() {} } },
    stop: () => server.stop(),
  };
}

async function serve(home: string): Promise<{ server: Server; endpoint: string; objects: S3Objects }> {
  const server = await startS3({ directory: path.join(home, 's3'), logFile: path.join(home, 's3.log') }, REGION);
  const endpoint = `http://127.0.0.1:${server.port}`;
  return { server, endpoint, objects: new S3Objects(s3Client(endpoint), BUCKET) };
}

async function build(home: string, count: number): Promise<void> {
  const draft = `${home}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  console.error(`  making ${count} applications with their log and receipts …`);
  const { server, endpoint, objects } = await serve(draft);
  const client = s3Client(endpoint);
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const policy = readFileSync(path.join(ROOT, 'policies', 'default.json'), 'utf8');
  await client.send(
    new PutObjectCommand({ Bucket: BUCKET, Key: `${POLICIES_PREFIX}/20000101T000000Z-default.json`, Body: policy }),
  );
  const numbers = await produce(objects, PolicyBook.from([parsePolicy(policy)]), count);
  for (const [shard, list] of numbers.entries())
    writeFileSync(path.join(draft, `positions-${shard}.bin`), Buffer.from(Int32Array.from(list).buffer));
  await server.stop();
  renameSync(draft, home);
}

interface Part {
  lines: string[];
  seqs: string[];
  arrival: number;
}

async function produce(objects: S3Objects, book: PolicyBook, count: number): Promise<number[][]> {
  const replayer = new Replayer(book);
  const numbers: number[][] = Array.from({ length: SHARDS }, () => []);
  const parts = new Map<string, Part>();
  const flush = async (prefix: typeof LOG_PREFIX | typeof RECEIPTS_PREFIX, shard: string): Promise<void> => {
    const part = parts.get(prefix + shard);
    if (!part || part.lines.length === 0) return;
    const content = part.lines.join('');
    const digest = createHash('sha256').update(content).digest('hex');
    const span = {
      stream: APPLICATIONS as 'credit_applications',
      shard,
      first: part.seqs[0]!,
      last: part.seqs.at(-1)!,
      arrival: part.arrival,
    };
    await objects.putGzipped(objectKey({ prefix, ...span, digest }), content);
    parts.delete(prefix + shard);
  };
  const add = (prefix: string, shard: string, seq: string, arrival: number, line: string): number => {
    const part = parts.get(prefix + shard) ?? { lines: [], seqs: [], arrival };
    parts.set(prefix + shard, part);
    part.lines.push(line);
    return part.seqs.push(seq);
  };
  let n = 0;
  for (const batch of realistic({ applications: count, activity: 0, seed: 1, asOf: AS_OF }))
    for (const { data } of batch) {
      n += 1;
      const key = partitionKey(data);
      const index = createHash('md5').update(key).digest()[0]! % SHARDS;
      numbers[index]!.push(n);
      const shard = shardId(index);
      const position = { stream: APPLICATIONS, shard, seq: seqOf(n) } as const;
      const record = protect({ position, arrival: FIRST_ARRIVAL + n, key, data });
      const assessment = replayer.replay(record);
      if (add(LOG_PREFIX, shard, position.seq, record.arrival, envelopeLine(record)) >= LOG_OBJECT)
        await flush(LOG_PREFIX, shard);
      const line = receiptLine(assessment, 'bench');
      if (add(RECEIPTS_PREFIX, shard, position.seq, record.arrival, line) >= RECEIPT_OBJECT)
        await flush(RECEIPTS_PREFIX, shard);
    }
  for (let index = 0; index < SHARDS; index += 1)
    for (const prefix of [LOG_PREFIX, RECEIPTS_PREFIX] as const) await flush(prefix, shardId(index));
  return numbers;
}

const shardId = (index: number): string => `shardId-${String(index).padStart(12, '0')}`;
const seqOf = (n: number): string => canonicalSeq(`4966${String(n * 7).padStart(52, '0')}`);

/** The stream as reconcile reads it; its endpoint is no part of this measurement. */
const positionsIn = (home: string): PositionSource => ({
  shards: async () => Array.from({ length: SHARDS }, (_, index) => shardId(index)),
  async *positions(shard, after) {
    const file = readFileSync(path.join(home, `positions-${Number(shard.slice(-12))}.bin`));
    const numbers = new Int32Array(file.buffer, file.byteOffset, file.length / 4);
    for (let from = 0; from < numbers.length; from += 10_000) {
      const page = [...numbers.subarray(from, from + 10_000)].map((n) => ({
        seq: seqOf(n),
        arrival: FIRST_ARRIVAL + n,
      }));
      const due = after === null ? page : page.filter(({ seq }) => seq > after);
      if (due.length > 0) yield due;
    }
  },
});

function sourcesDigest(): string {
  const digest = createHash('sha256');
  for (const file of globSync(['core/**/*.ts', 'policies/*.json', 'cli/generate/*.ts', 'bench/kept-log.ts'], {
    cwd: ROOT,
  }).sort())
    digest.update(readFileSync(path.join(ROOT, file)));
  return digest.digest('hex').slice(0, 12);
}
