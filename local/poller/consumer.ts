import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import type { FunctionHost } from '../functions/host.ts';
import type { Invocation } from '../functions/environment.ts';
import type { Checkpoints } from './checkpoints.ts';
import { cut, judge, kinesisEvent, type ShardRecord } from './event.ts';
import { type GivenUp, writeFailure } from './failure-destination.ts';
import type { Hostility } from './hostility.ts';
import type { Mapping } from './mapping.ts';
import type { Cursor, ShardFeed } from './shard-feed.ts';

/** Checkpoint of a lane that has had the last record of a closed shard. */
export const FINISHED = 'FINISHED';

/** What all consumers of a poller share. */
export interface Surroundings {
  readonly functions: Pick<FunctionHost, 'invoke' | 'model'>;
  readonly s3: S3Client;
  readonly checkpoints: Checkpoints;
  readonly hostility: Hostility | undefined;
  readonly backoff: { readonly baseMs: number; readonly mostMs: number };
  /** batching windows end at once: somebody waits for the streams to be drained */
  hurries(): boolean;
  /** something went wrong outside the function */
  onTrouble(what: string, error: unknown): void;
}

interface Piece {
  readonly records: readonly ShardRecord[];
  /** failed invocations that count against the retries */
  readonly attempts: number;
}

/**
 * One mapping on one lane of one shard: batches one after the other. A lane holds the partition keys whose hash falls
 * to it, so several run side by side (ParallelizationFactor) and a key's records stay in order.
 */
export class Consumer {
  readonly mapping: Mapping;
  readonly shard: string;
  readonly counters = { delivered: 0, invocations: 0, failures: 0, givenUp: 0 };
  private readonly feed: ShardFeed;
  private readonly around: Surroundings;
  private readonly lane: number;
  private cursor: Cursor = '';
  private pending: ShardRecord[] = [];
  private inFlight: readonly ShardRecord[] = [];
  private stopped = false;
  finished = false;

  constructor(mapping: Mapping, feed: ShardFeed, lane: number, around: Surroundings) {
    this.mapping = mapping;
    this.feed = feed;
    this.shard = feed.shard;
    this.lane = lane;
    this.around = around;
  }

  /** ms that the oldest record not yet done has waited since its arrival */
  get iteratorAgeMs(): number {
    const oldest = this.inFlight[0] ?? this.pending[0];
    return oldest === undefined ? 0 : Date.now() - oldest.arrival;
  }

  /** @returns whether everything that was in the stream at `since` is done */
  caughtUp(since: number): boolean {
    const idle = this.pending.length === 0 && this.inFlight.length === 0 && this.cursor >= this.feed.end;
    return this.finished || (idle && (this.feed.closed || this.feed.emptyAt >= since));
  }

  stop(): void {
    this.stopped = true;
  }

  /** Until the shard ends, or {@link stop}. */
  async run(): Promise<void> {
    const saved = this.around.checkpoints.get(this.key) ?? this.ofOtherLanes();
    this.finished = saved === FINISHED;
    this.cursor = saved ?? '';
    if (saved === undefined && this.mapping.start === 'LATEST') await this.skipToEnd();
    while (!this.stopped && !this.finished) {
      try {
        await this.gather();
        if (this.stopped) return;
        if (this.pending.length > 0) await this.handOver();
        else if (this.feed.closed && this.cursor >= this.feed.end) this.finish();
      } catch (error) {
        if (this.stopped) return;
        this.around.onTrouble(`${this.key}: reading failed`, error);
        await sleep(this.around.backoff.baseMs);
      }
    }
  }

  private get key(): string {
    return `${this.mapping.id}/${this.shard}/${this.lane}of${this.mapping.parallelization}`;
  }

  /** The factor was changed: from where the slowest of the old lanes was, so that nothing is left out. */
  private ofOtherLanes(): Cursor | undefined {
    return this.around.checkpoints.below(`${this.mapping.id}/${this.shard}/`).sort()[0];
  }

  private async skipToEnd(): Promise<void> {
    for (let read = 1; read > 0 && !this.stopped; ) {
      const records = await this.feed.read(this.cursor, Number.POSITIVE_INFINITY);
      read = records.length;
      this.cursor = records.at(-1)?.seq ?? this.cursor;
    }
    this.around.checkpoints.set(this.key, this.cursor);
  }

  /** Takes records until the batch is full, its window is over, or the shard has ended. */
  private async gather(): Promise<void> {
    const { batchSize, windowMs, parallelization } = this.mapping;
    const deadline = Date.now() + windowMs;
    while (!this.stopped && this.pending.length < batchSize && cut(this.pending, batchSize) === this.pending.length) {
      const records = await this.feed.read(this.cursor, (batchSize - this.pending.length) * parallelization);
      for (const record of records) {
        if (this.pending.length === batchSize) break;
        this.cursor = record.seq;
        if (parallelization === 1 || laneOf(record.partitionKey, parallelization) === this.lane)
          this.pending.push(record);
      }
      const ended = records.length === 0 && this.feed.closed;
      if (ended || this.pending.length === 0 || Date.now() >= deadline || this.around.hurries()) break;
    }
  }

  private async handOver(): Promise<void> {
    const count = cut(this.pending, this.mapping.batchSize);
    const batch = this.pending.splice(0, this.around.hostility?.cuts(count) ?? count);
    const before = this.around.checkpoints.get(this.key);
    this.inFlight = batch;
    await this.process(batch);
    this.inFlight = [];
    if (this.stopped) return;
    if (this.around.hostility?.redelivers() === true) {
      this.pending = [];
      this.cursor = before ?? '';
    } else this.checkpoint(this.pending.length === 0 ? this.cursor : (batch.at(-1) as ShardRecord).seq);
  }

  private async process(batch: readonly ShardRecord[]): Promise<void> {
    const work: Piece[] = [{ records: batch, attempts: 0 }];
    let last: Invocation | undefined;
    for (let piece = work.shift(); piece !== undefined && !this.stopped; piece = work.shift()) {
      const { records, attempts } = piece;
      const tooOld = records.filter(({ arrival }) => Date.now() - arrival > this.mapping.maxAgeMs).length;
      if (tooOld > 0) {
        await this.giveUp(records.slice(0, tooOld), 'RecordAgeExceeded', attempts, last);
        if (tooOld < records.length) work.unshift({ records: records.slice(tooOld), attempts });
        continue;
      }
      last = await this.around.functions.invoke(
        this.mapping.functionName,
        kinesisEvent(records, this.shard, this.mapping),
      );
      const { done, broke } = judge(records, this.mapping, last);
      this.counters.invocations++;
      this.counters.delivered += done;
      if (done === records.length) continue;
      this.counters.failures++;
      const rest = records.slice(done);
      // A partial answer is progress: what is left is another batch, with retries of its own.
      const failed = done > 0 ? 1 : attempts + 1;
      if (broke && this.mapping.bisects && rest.length > 1) {
        const middle = Math.ceil(rest.length / 2);
        work.unshift({ records: rest.slice(0, middle), attempts }, { records: rest.slice(middle), attempts });
      } else if (failed > this.mapping.maxRetries) {
        await this.giveUp(rest, 'RetryAttemptsExhausted', failed, last);
        continue;
      } else work.unshift({ records: rest, attempts: failed });
      await this.backOff(failed);
    }
  }

  /** Until it is written: what is lost here is lost for good. */
  private async giveUp(
    records: readonly ShardRecord[],
    condition: GivenUp['condition'],
    invocations: number,
    last: Invocation | undefined,
  ): Promise<void> {
    const functionArn = this.around.functions.model(this.mapping.functionName).arn;
    const functionError = last?.outcome.error !== undefined;
    const requestId = last?.requestId ?? '';
    for (let attempt = 1; !this.stopped; attempt++) {
      try {
        const given = { records, condition, invocations, functionArn, requestId, functionError };
        await writeFailure(this.around.s3, this.mapping, this.shard, given);
        this.counters.givenUp += records.length;
        return;
      } catch (error) {
        this.around.onTrouble(`${this.key}: the failure destination cannot be written`, error);
        await this.backOff(attempt);
      }
    }
  }

  private async backOff(attempt: number): Promise<void> {
    const { baseMs, mostMs } = this.around.backoff;
    const until = Date.now() + Math.min(mostMs, baseMs * 2 ** Math.min(attempt - 1, 20));
    while (!this.stopped && Date.now() < until) await sleep(Math.min(50, Math.max(1, until - Date.now())));
  }

  private checkpoint(seq: string): void {
    this.around.checkpoints.set(this.key, seq);
  }

  private finish(): void {
    this.finished = true;
    this.checkpoint(FINISHED);
  }
}

function laneOf(partitionKey: string, lanes: number): number {
  return createHash('md5').update(partitionKey).digest().readUInt32BE(0) % lanes;
}
