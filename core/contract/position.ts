import type { StreamName } from './streams.ts';

/**
 * Where a record stands in the log. Everything else (uniqueness, order, accounting, replay) follows from it.
 *
 * `shard` is the shard id of Kinesis ("shardId-000000000001") or the partition number of MSK ("1").
 * `seq` is the sequence number or offset in its canonical form, see {@link canonicalSeq}: positions of one
 * customer are ordered by comparing `seq` as plain strings.
 */
export interface Position {
  readonly stream: StreamName;
  readonly shard: string;
  readonly seq: string;
}

/** Digits of a Kinesis sequence number; shorter numbers (offsets of MSK) are padded to it with zeros. */
export const SEQ_DIGITS = 56;

/**
 * @param seq decimal digits of a sequence number or an offset
 * @returns the digits padded with leading zeros to {@link SEQ_DIGITS}, so that text order is numeric order
 * @throws RangeError when `seq` is not a decimal number of at most 56 digits
 */
export function canonicalSeq(seq: string): string {
  if (seq.length === SEQ_DIGITS && /^\d+$/.test(seq)) return seq;
  const digits = seq.replace(/^0+(?=\d)/, '');
  if (!/^\d+$/.test(digits) || digits.length > SEQ_DIGITS)
    throw new RangeError(`not a sequence number of at most ${SEQ_DIGITS} digits: ${seq}`);
  return digits.padStart(SEQ_DIGITS, '0');
}

/** The one text that names a position: `credit_applications/shardId-000000000000/4965…`. */
export const positionId = (p: Position): string => `${p.stream}/${p.shard}/${p.seq}`;

/** The number at the end of a shard id or partition, as the warehouse stores it: shardId-000000000003 → 3. */
export function shardNumber(shard: string): number {
  const digits = /(\d+)$/.exec(shard)?.[1];
  if (digits === undefined) throw new RangeError(`a shard id ends in a number, but got: ${shard}`);
  return Number(digits);
}
