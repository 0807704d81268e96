import { hourOf, RECEIPTS_PREFIX } from '../../core/contract/storage.ts';
import { STREAM_NAMES, type StreamName } from '../../core/contract/streams.ts';
import { type ReceiptFacts, readReceiptFacts } from '../../core/receipts/receipt-facts.ts';
import { ReceiptLineError } from '../../core/receipts/receipt-line.ts';
import { type S3Objects, UnreadableObjectError } from '../../lambdas/adapters/s3-objects.ts';
import type { LiveCounts } from './types.ts';

type Counts = { -readonly [K in keyof LiveCounts]: number };

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const MINUTES_SHOWN = 15;
/** Objects that are read side by side. */
const AT_ONCE = 8;
/** Whoever asks again within this time is given the same answer. */
const REST_MS = 500;
/** A strip that is to move within two seconds is answered well before. */
const PATIENCE_MS = 1_000;

const none = (): Counts => ({
  received: 0,
  decided: 0,
  quarantined: 0,
  duplicates: 0,
  conflicts: 0,
  undecided: 0,
  alerts: 0,
});

/** What an hour of a stream holds: forgotten when no object of it can still come. */
interface Hour {
  readonly objects: Set<string>;
  /** a redelivered batch writes its positions again, in another object */
  readonly positions: Set<string>;
}

/**
 * Counts receipts as they are written. An object never changes, so each is read once; only the hours in which objects
 * can still appear are listed again.
 */
export class LiveCounter {
  readonly since: number;
  readonly total: Counts = none();
  readonly byStream: Readonly<Record<StreamName, Counts>>;
  /** ms since 1970; null before the first record */
  lastArrival: number | null = null;
  readonly #objects: S3Objects;
  readonly #onUnreadable: (error: Error) => void;
  readonly #hours = new Map<string, Hour>();
  readonly #minutes = new Map<number, Counts>();
  readonly #seconds = new Map<number, number>();
  #begun = false;
  #refreshed = Number.NEGATIVE_INFINITY;
  #under: Promise<void> | null = null;

  /** @param onUnreadable told once of an object that cannot be read; the others are counted */
  constructor(objects: S3Objects, since: number, onUnreadable: (error: Error) => void) {
    this.#objects = objects;
    this.#onUnreadable = onUnreadable;
    this.since = since;
    this.byStream = { credit_applications: none(), account_activity: none() };
  }

  /** Reads what has been written since; calls that come meanwhile wait for the same reading. */
  async refresh(now: number): Promise<void> {
    if (now - this.#refreshed < REST_MS) return;
    this.#under ??= this.#read(now).finally(() => {
      this.#under = null;
    });
    // After a burst there is more to read than anyone waits for: what was counted by then is told, and the rest next time.
    const { promise: enough, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, PATIENCE_MS);
    await Promise.race([this.#under, enough]).finally(() => clearTimeout(timer));
  }

  /** The last minutes of arrival, oldest first. */
  minutes(now: number): ({ minute: string } & LiveCounts)[] {
    const last = Math.floor(now / MINUTE_MS);
    return Array.from({ length: MINUTES_SHOWN }, (_, i) => last - MINUTES_SHOWN + 1 + i).map((minute) => ({
      minute: new Date(minute * MINUTE_MS).toISOString(),
      ...(this.#minutes.get(minute) ?? none()),
    }));
  }

  /** How many records arrived after a moment (ms), to the second; one at least where the last one did. */
  after(moment: number | null): number {
    if (this.lastArrival === null || (moment !== null && this.lastArrival <= moment)) return 0;
    if (moment === null) return this.total.received;
    let records = 0;
    for (const [second, received] of this.#seconds) if (second > Math.floor(moment / 1000)) records += received;
    return Math.max(1, records);
  }

  async #read(now: number): Promise<void> {
    // A batch may be archived a while after its first record arrived, under the hour of that one.
    const first = this.#begun ? Math.max(this.since, now - HOUR_MS) : this.since;
    for (const stream of STREAM_NAMES) {
      const prefixes = new Set<string>();
      for (let at = first - HOUR_MS; at < now + HOUR_MS; at += HOUR_MS)
        prefixes.add(hourOf(RECEIPTS_PREFIX, stream, at));
      for (const prefix of prefixes) await this.#hour(prefix, stream);
    }
    this.#forget(now);
    this.#begun = true;
    this.#refreshed = now;
  }

  async #hour(prefix: string, stream: StreamName): Promise<void> {
    const hour = this.#hours.get(prefix) ?? { objects: new Set(), positions: new Set() };
    const fresh: string[] = [];
    for await (const key of this.#objects.listKeys(prefix)) if (!hour.objects.has(key)) fresh.push(key);
    if (fresh.length > 0) this.#hours.set(prefix, hour);
    for (let i = 0; i < fresh.length; i += AT_ONCE) {
      const keys = fresh.slice(i, i + AT_ONCE);
      await Promise.all(keys.map((key) => this.#object(key, stream, hour)));
    }
  }

  async #object(key: string, stream: StreamName, hour: Hour): Promise<void> {
    try {
      const buffer = await this.#objects.getGunzipped(key);
      for (const facts of readReceiptFacts(buffer)) this.#count(facts, stream, hour);
    } catch (error) {
      if (!(error instanceof UnreadableObjectError || error instanceof ReceiptLineError)) throw error;
      this.#onUnreadable(error);
    }
    hour.objects.add(key);
  }

  #count(facts: ReceiptFacts, stream: StreamName, { positions }: Hour): void {
    const { arrival, position } = facts;
    const id = `${position.shard}/${position.seq}`;
    if (arrival < this.since || positions.has(id)) return;
    positions.add(id);
    const minute = Math.floor(arrival / MINUTE_MS);
    const ofMinute = this.#minutes.get(minute) ?? none();
    this.#minutes.set(minute, ofMinute);
    for (const counts of [this.total, this.byStream[stream], ofMinute]) add(counts, facts);
    const second = Math.floor(arrival / 1000);
    this.#seconds.set(second, (this.#seconds.get(second) ?? 0) + 1);
    this.lastArrival = Math.max(this.lastArrival ?? 0, arrival);
  }

  /** The sums stay; what they were made of does not. */
  #forget(now: number): void {
    const oldest = now - 3 * HOUR_MS;
    const kept = new Set(
      STREAM_NAMES.flatMap((stream) =>
        [0, 1, 2, 3].map((hours) => hourOf(RECEIPTS_PREFIX, stream, now + HOUR_MS - hours * HOUR_MS)),
      ),
    );
    for (const prefix of this.#hours.keys()) if (!kept.has(prefix)) this.#hours.delete(prefix);
    for (const minute of this.#minutes.keys()) if (minute * MINUTE_MS < oldest) this.#minutes.delete(minute);
  }
}

function add(counts: Counts, { disposition, fired }: ReceiptFacts): void {
  counts.received += 1;
  counts.alerts += fired.length;
  if (disposition === 'duplicate') counts.duplicates += 1;
  else if (disposition === 'conflict') counts.conflicts += 1;
  else counts[disposition] += 1;
}
