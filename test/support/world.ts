import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { partitionKey } from '../../core/contract/partition-key.ts';
import { canonicalSeq, type Position } from '../../core/contract/position.ts';
import { LOG_PREFIX, objectKey, POLICIES_PREFIX, RECEIPTS_PREFIX } from '../../core/contract/storage.ts';
import { ACTIVITY, APPLICATIONS, type StreamName } from '../../core/contract/streams.ts';
import { protect } from '../../core/events/protect.ts';
import type { LogRecord } from '../../core/events/types.ts';
import { PolicyBook, parsePolicy } from '../../core/policy/policy.ts';
import { envelopeLine } from '../../core/receipts/envelope.ts';
import { receiptLine } from '../../core/receipts/receipt-line.ts';
import { Replayer } from '../../core/receipts/replay.ts';
import type { Alert, Assessment } from '../../core/receipts/types.ts';
import type { PositionSource } from '../../lambdas/adapters/stream-positions.ts';
import { MemoryBucket } from './memory-s3.ts';

/** 2026-11-21T00:00:00Z: when the first record of a test arrives; the next ones follow millisecond by millisecond. */
export const FIRST_ARRIVAL = Date.UTC(2026, 10, 21);

export interface Produced {
  readonly record: LogRecord;
  readonly assessment: Assessment;
}

/** What the streams and their functions would have left behind: records with positions, log, receipts and alerts. */
export class World {
  readonly bucket = new MemoryBucket();
  readonly book: PolicyBook;
  readonly produced: Produced[] = [];
  readonly alerts: Alert[] = [];
  readonly #replayer: Replayer;
  readonly #shards: number;
  readonly #lastSeq = new Map<string, number>();

  /** @param policies names of documents under policies/ @param shards of each stream */
  constructor({ policies = ['default'], shards = 2 }: { policies?: readonly string[]; shards?: number } = {}) {
    const texts = policies.map((name) =>
      readFileSync(path.join(import.meta.dirname, '..', '..', 'policies', `${name}.json`), 'utf8'),
    );
    for (const [index, text] of texts.entries())
      this.bucket.content.set(`${POLICIES_PREFIX}/20000101T000000Z-${index}.json`, Buffer.from(text));
    this.book = PolicyBook.from(texts.map(parsePolicy));
    this.#replayer = new Replayer(this.book);
    this.#shards = shards;
  }

  /** Puts records on a stream, in order; each is decided at once. @returns what became of them */
  produce(stream: StreamName, ...values: readonly (object | string | Buffer)[]): Produced[] {
    return this.#put(stream, values, false);
  }

  /** Puts records on a stream that it gives up: what they will be is what the batch must make of them. */
  giveUp(stream: StreamName, ...values: readonly (object | string | Buffer)[]): Produced[] {
    return this.#put(stream, values, true);
  }

  #put(stream: StreamName, values: readonly (object | string | Buffer)[], isUndecided: boolean): Produced[] {
    return values.map((value) => {
      const data = Buffer.isBuffer(value)
        ? value
        : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
      const key = partitionKey(data);
      const shardIndex = createHash('md5').update(key).digest().readUInt32BE(0) % this.#shards;
      const shard = `shardId-${String(shardIndex).padStart(12, '0')}`;
      const n = (this.#lastSeq.get(stream) ?? 0) + 1;
      this.#lastSeq.set(stream, n);
      const position: Position = { stream, shard, seq: canonicalSeq(`4966${String(n * 7).padStart(52, '0')}`) };
      const record = protect({ position, arrival: FIRST_ARRIVAL + this.produced.length, key, data });
      const assessment = this.#replayer.replay(record, isUndecided);
      this.alerts.push(...assessment.alerts);
      const produced = { record, assessment };
      this.produced.push(produced);
      return produced;
    });
  }

  applications(...values: readonly (object | string | Buffer)[]): Produced[] {
    return this.produce(APPLICATIONS, ...values);
  }

  activity(...values: readonly (object | string | Buffer)[]): Produced[] {
    return this.produce(ACTIVITY, ...values);
  }

  /**
   * Writes log and receipts as objects of at most `size` records of one shard.
   * @returns their keys
   */
  archive(produced: readonly Produced[] = this.produced, size = 1_000): { log: string[]; receipts: string[] } {
    const written = { log: [] as string[], receipts: [] as string[] };
    for (const chunk of chunks(produced, size)) {
      written.log.push(this.putObject(LOG_PREFIX, chunk));
      written.receipts.push(this.putObject(RECEIPTS_PREFIX, chunk));
    }
    return written;
  }

  /** Writes one object; all records of one stream and shard. */
  putObject(
    prefix: typeof LOG_PREFIX | typeof RECEIPTS_PREFIX,
    chunk: readonly Produced[],
    line = lineOf(prefix),
  ): string {
    const content = chunk.map(line).join('');
    const { position, arrival } = chunk[0]!.record;
    const key = objectKey({
      prefix,
      stream: position.stream,
      shard: position.shard,
      first: position.seq,
      last: chunk.at(-1)!.record.position.seq,
      arrival,
      digest: createHash('sha256').update(content).digest('hex'),
    });
    this.bucket.content.set(key, gzipSync(content, { level: 1 }));
    return key;
  }

  /** The streams as reconcile reads them. */
  sources(): Record<StreamName, PositionSource> {
    const source = (stream: StreamName): PositionSource => {
      const of = (shardId: string) =>
        this.produced.filter(({ record: { position: p } }) => p.stream === stream && p.shard === shardId);
      return {
        shards: async () =>
          Array.from({ length: this.#shards }, (_, index) => `shardId-${String(index).padStart(12, '0')}`),
        async *positions(shardId, after) {
          const page = of(shardId)
            .map(({ record }) => ({ seq: record.position.seq, arrival: record.arrival }))
            .filter(({ seq }) => after === null || seq > after);
          for (let i = 0; i < page.length; i += 1000) yield page.slice(i, i + 1000);
        },
      };
    };
    return { [APPLICATIONS]: source(APPLICATIONS), [ACTIVITY]: source(ACTIVITY) };
  }
}

const lineOf =
  (prefix: typeof LOG_PREFIX | typeof RECEIPTS_PREFIX) =>
  (p: Produced): string =>
    prefix === LOG_PREFIX ? envelopeLine(p.record) : receiptLine(p.assessment, 'test');

function chunks(produced: readonly Produced[], size: number): Produced[][] {
  const byShard = new Map<string, Produced[]>();
  for (const p of produced) {
    const { stream, shard } = p.record.position;
    const key = `${stream}/${shard}`;
    if (!byShard.has(key)) byShard.set(key, []);
    byShard.get(key)!.push(p);
  }
  return [...byShard.values()].flatMap((list) =>
    Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size)),
  );
}
