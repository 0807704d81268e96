import { canonicalSeq } from '../../core/contract/position.ts';
import { RECEIPTS_PREFIX } from '../../core/contract/storage.ts';
import { DISPOSITIONS, type Disposition } from '../../core/contract/values.ts';
import { parseReceiptLines } from '../../core/receipts/receipt-line.ts';
import type { S3Objects } from '../../lambdas/adapters/s3-objects.ts';
import { recentSpans } from '../log/recent.ts';
import type { Sent } from './sent.ts';

export interface Outcomes {
  readonly counts: Readonly<Record<Disposition, number>>;
  /** how many have no receipt yet */
  readonly open: number;
  /** ms since 1970: arrival of the first that is in quarantine; null where none is */
  readonly firstQuarantined: number | null;
}

/** A quote within a text of JSON has a backslash before it, so this is the member of the receipt. */
const DISPOSITION = /"disposition":"(\w+)"/;

/**
 * What became of records that were sent, as their receipts say.
 *
 * @param now ms since 1970: receipts of what arrived until then are looked through
 */
export async function outcomesOf(objects: S3Objects, sent: Sent, now: number): Promise<Outcomes> {
  const counts = Object.fromEntries(DISPOSITIONS.map((each) => [each, 0])) as Record<Disposition, number>;
  let firstQuarantined: number | null = null;
  let open = 0;
  for (const stream of sent.streams()) {
    const shards = new Map([...sent.shards(stream)].map(([shard, seqs]) => [shard, waitingFor(seqs)]));
    for await (const span of recentSpans(objects, { prefix: RECEIPTS_PREFIX, stream, since: sent.since, now })) {
      const waiting = shards.get(span.shard);
      if (waiting === undefined || waiting.seqs.size === 0) continue;
      if (span.last < waiting.first || span.first > waiting.last) continue;
      for (const { position, receipt } of parseReceiptLines(await objects.getGunzipped(span.key))) {
        // A retry may have written a receipt twice.
        if (!waiting.seqs.delete(canonicalSeq(position.seq))) continue;
        const disposition = DISPOSITION.exec(receipt)?.[1] as Disposition;
        counts[disposition] += 1;
        if (disposition !== 'quarantined') continue;
        const { arrival } = JSON.parse(receipt) as { arrival: number };
        firstQuarantined = Math.min(firstQuarantined ?? arrival, arrival);
      }
    }
    for (const { seqs } of shards.values()) open += seqs.size;
  }
  return { counts, open, firstQuarantined };
}

function waitingFor(list: readonly string[]): { seqs: Set<string>; first: string; last: string } {
  let [first, last] = [list[0] ?? '', ''];
  for (const seq of list) {
    if (seq < first) first = seq;
    if (seq > last) last = seq;
  }
  return { seqs: new Set(list), first, last };
}
