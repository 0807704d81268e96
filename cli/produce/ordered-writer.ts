import type { Entry } from './source.ts';
import { Interrupted } from '../errors.ts';

/** A record with the partition key that keeps its customer's order. */
export interface Keyed {
  readonly entry: Entry;
  readonly key: string;
}

/** Sends one request and returns when every record of it was taken or refused for good. */
export type Send = (records: readonly Keyed[]) => Promise<void>;

export interface WriterLimits {
  /** records of one request */
  readonly records: number;
  /** bytes of one request, keys included */
  readonly bytes: number;
  /** requests on their way at the same time */
  readonly inFlight: number;
  /** records that wait to be sent; whoever writes more waits */
  readonly waiting: number;
}

/** PutRecords takes 500 records and 5 MB; the local endpoint takes 7 MiB of base64. */
export const PUT_LIMITS: WriterLimits = { records: 500, bytes: 4_500_000, inFlight: 2, waiting: 3_000 };
const WAITING_BYTES = 16 * 1024 * 1024;

/**
 * Groups records into requests so that one customer's records arrive in order whatever is retried. Within a request
 * a stream may take one record and throttle another, so a request never holds two records of one key, and a key
 * waits while a request with it is on its way. Different keys overtake each other freely: nothing depends on an
 * order between customers.
 */
export class OrderedWriter {
  readonly #send: Send;
  readonly #limits: WriterLimits;
  readonly #signal: AbortSignal | null;
  readonly #busy = new Set<string>();
  readonly #requests = new Set<Promise<void>>();
  #waiting: Keyed[] = [];
  #waitingBytes = 0;
  #failure: unknown = null;

  constructor(
    send: Send,
    { limits = PUT_LIMITS, signal = null }: { limits?: WriterLimits; signal?: AbortSignal | null } = {},
  ) {
    this.#send = send;
    this.#limits = limits;
    this.#signal = signal;
  }

  /**
   * Takes one record; resolves when there is room for the next.
   * @throws what the send function threw, as soon as it is known
   */
  async write(record: Keyed): Promise<void> {
    this.#waiting.push(record);
    this.#waitingBytes += size(record);
    if (this.#waiting.length < this.#limits.records && this.#waitingBytes < this.#limits.bytes) return;
    this.#start(false);
    while (this.#waiting.length >= this.#limits.waiting || this.#waitingBytes >= WAITING_BYTES) {
      this.#start(true);
      await this.#oneRequest();
    }
    this.#check();
  }

  /** Sends what waits; resolves when everything was taken or refused. */
  async end(): Promise<void> {
    for (;;) {
      this.#check();
      this.#start(true);
      if (this.#requests.size === 0) break;
      await this.#oneRequest();
    }
    this.#check();
  }

  #check(): void {
    if (this.#failure !== null) throw this.#failure;
    if (this.#signal?.aborted) throw new Interrupted();
  }

  async #oneRequest(): Promise<void> {
    if (this.#requests.size > 0) await Promise.race(this.#requests);
    this.#check();
  }

  /** Starts requests while there are free slots. Small requests only when `anySize`, so that they fill up. */
  #start(anySize: boolean): void {
    while (this.#failure === null && this.#requests.size < this.#limits.inFlight && this.#waiting.length > 0) {
      const batch = this.#take(anySize);
      if (batch.length === 0) return;
      for (const { key } of batch) this.#busy.add(key);
      const request = this.#send(batch)
        .catch((error: unknown) => {
          this.#failure ??= error;
        })
        .finally(() => {
          for (const { key } of batch) this.#busy.delete(key);
          this.#requests.delete(request);
        });
      this.#requests.add(request);
    }
  }

  /** The next request: the first waiting record of each key that is not on its way. */
  #take(anySize: boolean): Keyed[] {
    const batch: Keyed[] = [];
    const rest: Keyed[] = [];
    const closed = new Set(this.#busy);
    let bytes = 0;
    let full = false;
    for (const record of this.#waiting) {
      const recordSize = size(record);
      // A record that alone is over the limit travels alone: the stream says what it thinks of it.
      if (batch.length > 0 && (batch.length === this.#limits.records || bytes + recordSize > this.#limits.bytes))
        full = true;
      if (full || closed.has(record.key)) rest.push(record);
      else {
        batch.push(record);
        bytes += recordSize;
      }
      closed.add(record.key);
    }
    if (!anySize && !full && batch.length < this.#limits.records) return [];
    this.#waiting = rest;
    this.#waitingBytes -= bytes;
    return batch;
  }
}

const size = ({ entry, key }: Keyed): number => entry.data.length + key.length;
