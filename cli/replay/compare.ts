import type { LogRecord } from '../../core/events/types.ts';
import type { Replayer } from '../../core/receipts/replay.ts';

/** A receipt as it is stored. */
export interface StoredReceipt {
  readonly seq: string;
  readonly shard: string;
  readonly digest: string;
  /** false where the stored text does not have the digest beside it */
  readonly intact: boolean;
  /** the batch's mark that the stream gave the position up */
  readonly undecided: boolean;
}

export type Finding = 'different' | 'missing' | 'unlogged';

export interface Comparison {
  equal: number;
  /** a finding at a position */
  found(kind: Finding, shard: string, seq: string): void;
}

/**
 * Walks the log and the receipts of a group side by side, both ascending. Which positions were given up the marks say;
 * where the stream has decided one after all, its later records saw it, and so must the replay.
 * `different`: a stored receipt is not the recomputed one, or the log holds two versions of the record;
 * `missing`: a record without a receipt; `unlogged`: a receipt without a record.
 */
export async function compare(
  log: AsyncIterable<readonly LogRecord[]>,
  receipts: AsyncIterable<readonly StoredReceipt[]>,
  replayer: Replayer,
  comparison: Comparison,
  onProgress: (positions: number) => void,
): Promise<void> {
  const stored = new Peekable(receipts);
  const records = new Peekable(log);
  const here: StoredReceipt[] = [];
  let done = 0;
  for (;;) {
    const record = records.ready() ? records.peek : await records.next();
    if (record === null) break;
    records.drop();
    const { seq, shard } = record.position;
    let faulty = false;
    for (;;) {
      const again = records.ready() ? records.peek : await records.next();
      if (again === null || again.position.seq !== seq) break;
      faulty ||= !again.data.equals(record.data) || again.arrival !== record.arrival;
      records.drop();
    }
    here.length = 0;
    for (;;) {
      const line = stored.ready() ? stored.peek : await stored.next();
      if (line === null || line.seq > seq) break;
      stored.drop();
      if (line.seq < seq) comparison.found('unlogged', line.shard, line.seq);
      else here.push(line);
    }
    const { digest } = replayer.replay(record, here.length > 0 && here.every(({ undecided }) => undecided));
    faulty ||= here.some((line) => line.digest !== digest || !line.intact);
    if (here.length === 0) comparison.found('missing', shard, seq);
    else if (faulty) comparison.found('different', shard, seq);
    else comparison.equal += 1;
    done += 1;
    if (done % 2_000 === 0) onProgress(done);
  }
  for (let line = stored.peek ?? (await stored.next()); line !== null; line = await stored.next()) {
    stored.drop();
    comparison.found('unlogged', line.shard, line.seq);
  }
  onProgress(done);
}

/** An iterator over runs that can look at its next item, awaiting only where a run ends. */
class Peekable<T> {
  readonly #runs: AsyncIterator<readonly T[]>;
  #run: readonly T[] = [];
  #at = 0;

  constructor(runs: AsyncIterable<readonly T[]>) {
    this.#runs = runs[Symbol.asyncIterator]();
  }

  ready(): boolean {
    return this.#at < this.#run.length;
  }

  get peek(): T | null {
    return this.#run[this.#at] ?? null;
  }

  drop(): void {
    this.#at += 1;
  }

  async next(): Promise<T | null> {
    while (!this.ready()) {
      const { done, value } = await this.#runs.next();
      if (done === true) return null;
      this.#run = value;
      this.#at = 0;
    }
    return this.peek;
  }
}
