import { canonicalSeq } from '../../core/contract/position.ts';
import type { StreamName } from '../../core/contract/streams.ts';

/** The positions that the streams gave to what was sent: what to wait for. */
export class Sent {
  /** ms since 1970: nothing of it arrived earlier */
  readonly since: number;
  readonly #positions = new Map<StreamName, Map<string, string[]>>();

  constructor(since: number) {
    this.since = since;
  }

  add(stream: StreamName, shard: string, seq: string): void {
    let shards = this.#positions.get(stream);
    if (shards === undefined) this.#positions.set(stream, (shards = new Map<string, string[]>()));
    const seqs = shards.get(shard);
    if (seqs === undefined) shards.set(shard, [canonicalSeq(seq)]);
    else seqs.push(canonicalSeq(seq));
  }

  streams(): Iterable<StreamName> {
    return this.#positions.keys();
  }

  /** canonical sequence numbers by shard */
  shards(stream: StreamName): ReadonlyMap<string, readonly string[]> {
    return this.#positions.get(stream) ?? new Map();
  }
}
