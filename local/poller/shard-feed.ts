import {
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
} from '@aws-sdk/client-kinesis';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Hostility } from './hostility.ts';
import type { ShardRecord } from './event.ts';

/** A place in a shard: after this sequence number; '' is before the first record. Compared as text (56 digits). */
export type Cursor = string;

/** Records that are kept for the slower of the shard's consumers, in bytes of data. */
const WINDOW_BYTES = 24 * 1024 * 1024;
/** What one read should bring back at most; the endpoint itself knows no bound. */
const READ_BYTES = 8 * 1024 * 1024;
const MAX_READ = 5_000;
/** Iterators of consumers that are behind; a forgotten one is asked for again. */
const MAX_ITERATORS = 64;
/** Pauses after a read: when it brought records, and how long they grow while it brings none. */
const BUSY_MS = 50;
const IDLE_MS = 250;

/**
 * Reads one shard for all who consume it: the newest stretch is held in memory and read once, however many mappings
 * and lanes there are; who is further behind reads by himself.
 */
export class ShardFeed {
  readonly shard: string;
  private readonly client: KinesisClient;
  private readonly stream: string;
  private readonly hostility: Hostility | undefined;
  private window: ShardRecord[] = [];
  private windowBytes = 0;
  /** where the window begins */
  private base: Cursor | undefined;
  private readonly iterators = new Map<Cursor, string>();
  private reading: Promise<void> | undefined;
  private pause = 0;
  private limit = 1_000;
  /** the shard was closed by a split or a merge, and its last record is in the window or before it */
  closed = false;
  /** when the last read that found nothing at the end began */
  emptyAt = 0;

  constructor(client: KinesisClient, stream: string, shard: string, hostility?: Hostility) {
    this.client = client;
    this.stream = stream;
    this.shard = shard;
    this.hostility = hostility;
  }

  get end(): Cursor {
    return this.window.at(-1)?.seq ?? this.base ?? '';
  }

  /**
   * At most `most` records after the cursor, in order; none when there are none yet, after a pause.
   * @throws what the endpoint threw, but for an expired iterator, which is asked for anew
   */
  async read(after: Cursor, most: number): Promise<ShardRecord[]> {
    this.base ??= after;
    if (after < this.base) {
      const { records } = await this.fetch(after);
      return records.length > 0 ? records.slice(0, most) : this.held(after, most);
    }
    const found = this.held(after, most);
    if (found.length > 0 || this.closed) return found;
    this.reading ??= this.extend().finally(() => void (this.reading = undefined));
    await this.reading;
    return this.held(after, most);
  }

  /** By bisection: the first held record after the cursor, and those that follow. */
  private held(after: Cursor, most: number): ShardRecord[] {
    let low = 0;
    let high = this.window.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.window[middle] as ShardRecord).seq <= after) low = middle + 1;
      else high = middle;
    }
    return this.window.slice(low, low + most);
  }

  private async extend(): Promise<void> {
    if (this.pause > 0) await sleep(this.pause);
    const began = Date.now();
    const wanted = this.limit;
    const { records, closed } = await this.fetch(this.end);
    if (records.length > 0) this.pause = records.length >= wanted ? 0 : BUSY_MS;
    else {
      this.pause = Math.min(IDLE_MS, Math.max(BUSY_MS, this.pause * 1.5));
      this.emptyAt = began;
    }
    this.window.push(...records);
    this.closed = closed;
    this.dropOldest(records);
  }

  /** Keeps what was just read, and as much before it as the window holds. */
  private dropOldest(newest: readonly ShardRecord[]): void {
    for (const record of newest) this.windowBytes += record.data.length;
    let dropped = 0;
    while (this.windowBytes > WINDOW_BYTES && dropped < this.window.length - newest.length) {
      this.windowBytes -= (this.window[dropped] as ShardRecord).data.length;
      dropped++;
    }
    if (dropped === 0) return;
    this.base = (this.window[dropped - 1] as ShardRecord).seq;
    this.window = this.window.slice(dropped);
  }

  private async fetch(after: Cursor): Promise<{ records: ShardRecord[]; closed: boolean }> {
    this.hostility?.beforeRead();
    const kept = this.hostility?.dropsIterator() === true ? undefined : this.iterators.get(after);
    this.iterators.delete(after);
    const get = (iterator: string) =>
      this.client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: this.limit }));
    const answer = await get(kept ?? (await this.iterator(after))).catch(async (error: unknown) => {
      if (!(error instanceof ExpiredIteratorException)) throw error;
      return get(await this.iterator(after));
    });
    const records = (answer.Records ?? []).map(toRecord);
    if (answer.NextShardIterator !== undefined)
      this.iterators.set(records.at(-1)?.seq ?? after, answer.NextShardIterator);
    if (this.iterators.size > MAX_ITERATORS) this.iterators.clear();
    if (records.length > 0) {
      const mean = records.reduce((sum, { data }) => sum + data.length, 1) / records.length;
      this.limit = Math.max(1, Math.min(MAX_READ, Math.floor(READ_BYTES / mean)));
    }
    return { records, closed: answer.NextShardIterator === undefined };
  }

  private async iterator(after: Cursor): Promise<string> {
    const answer = await this.client.send(
      new GetShardIteratorCommand({
        StreamName: this.stream,
        ShardId: this.shard,
        ...(after === ''
          ? { ShardIteratorType: 'TRIM_HORIZON' as const }
          : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' as const, StartingSequenceNumber: after }),
      }),
    );
    return answer.ShardIterator as string;
  }
}

interface Returned {
  readonly SequenceNumber?: string | undefined;
  readonly PartitionKey?: string | undefined;
  readonly Data?: Uint8Array | undefined;
  readonly ApproximateArrivalTimestamp?: Date | undefined;
}

function toRecord(record: Returned): ShardRecord {
  const data = record.Data as Uint8Array;
  return {
    seq: record.SequenceNumber as string,
    partitionKey: record.PartitionKey as string,
    data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
    arrival: (record.ApproximateArrivalTimestamp as Date).getTime(),
  };
}
