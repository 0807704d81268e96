import { setTimeout as sleep } from 'node:timers/promises';
import { canonicalSeq } from '../../core/contract/position.ts';
import type { StreamName } from '../../core/contract/streams.ts';
import { LOG_PREFIX, RECEIPTS_PREFIX } from '../../core/contract/storage.ts';
import { parseReceiptLines } from '../../core/receipts/receipt-line.ts';
import { parseEnvelopes } from '../../core/receipts/envelope.ts';
import type { S3Objects } from '../../lambdas/adapters/s3-objects.ts';
import { Interrupted, UserError } from '../errors.ts';
import { recentSpans } from '../log/recent.ts';
import type { Prefix, Span } from '../log/spans.ts';
import type { Sent } from '../produce/sent.ts';
import type { OnDelivered } from '../target.ts';

const LOOK_EVERY_MS = 3_000;
/** Nothing new for so long: whoever waits should look at the alarms instead. */
const PATIENCE_MS = 15 * 60_000;

/**
 * Waits until every record that was sent lies in the log and has its receipt. Both are told from their objects alone,
 * which is what the batch goes by too.
 *
 * @throws UserError when nothing moves any more; Interrupted
 */
export async function settled(
  objects: S3Objects,
  sent: Sent,
  onDelivered: OnDelivered,
  signal: AbortSignal,
  everyMs = LOOK_EVERY_MS,
  clock: () => number = Date.now,
): Promise<void> {
  const watched = [...sent.streams()].flatMap((stream) =>
    ([LOG_PREFIX, RECEIPTS_PREFIX] as const).map((prefix) => new Watched(objects, prefix, stream, sent)),
  );
  let moved = clock();
  while (watched.some((one) => one.open > 0)) {
    for (const one of watched) {
      const before = one.open;
      await one.look(clock());
      if (one.open < before) moved = clock();
      onDelivered(one.consumer, one.stream, one.total - one.open);
    }
    if (watched.every((one) => one.open === 0)) return;
    if (clock() - moved > PATIENCE_MS)
      throw new UserError(
        `nothing was decided for ${PATIENCE_MS / 60_000} minutes, and ${Math.max(...watched.map(({ open }) => open))} records wait`,
        'They are on the stream and not lost. Look at the alarms and at docs/runbook.md.',
        1,
      );
    await sleep(everyMs, undefined, { signal }).catch(() => {
      throw new Interrupted();
    });
  }
}

/** What was sent to one stream and is not yet in the log, or has no receipt yet. */
class Watched {
  readonly consumer: string;
  readonly total: number;
  readonly stream: StreamName;
  readonly #objects: S3Objects;
  readonly #prefix: Prefix;
  readonly #since: number;
  readonly #waiting: ReadonlyMap<string, Set<string>>;
  readonly #seen = new Set<string>();

  constructor(objects: S3Objects, prefix: Prefix, stream: StreamName, sent: Sent) {
    this.stream = stream;
    this.#objects = objects;
    this.#prefix = prefix;
    this.#since = sent.since;
    this.consumer = prefix === LOG_PREFIX ? 'in the log' : 'decided';
    this.#waiting = new Map([...sent.shards(stream)].map(([shard, seqs]) => [shard, new Set(seqs)]));
    this.total = this.open;
  }

  get open(): number {
    let sum = 0;
    for (const seqs of this.#waiting.values()) sum += seqs.size;
    return sum;
  }

  async look(now: number): Promise<void> {
    if (this.open === 0) return;
    const where = { prefix: this.#prefix, stream: this.stream, since: this.#since, now };
    for await (const span of recentSpans(this.#objects, where)) await this.#take(span);
  }

  async #take({ key, shard }: Span): Promise<void> {
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const waiting = this.#waiting.get(shard);
    if (waiting === undefined || waiting.size === 0) return;
    const bytes = await this.#objects.getGunzipped(key);
    const lines = this.#prefix === LOG_PREFIX ? parseEnvelopes(bytes) : parseReceiptLines(bytes);
    for (const { position } of lines) waiting.delete(canonicalSeq(position.seq));
  }
}
