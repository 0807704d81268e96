import { ACTIVITY } from '../../core/contract/streams.ts';
import { readReceiptFacts } from '../../core/receipts/receipt-facts.ts';
import { UnreadableObjectError } from '../adapters/s3-objects.ts';
import type { ObjectName } from './object-key.ts';
import { type EncodedObject, MAIN_CHUNK, RowWriter } from './rows.ts';
import { ACTIVITY_RECEIPTS, APPLICATION_RECEIPTS } from './staging-tables.ts';

/** Hexadecimal digits of a policy's digest that make its key in the warehouse: eight bytes. */
export const POLICY_KEY_DIGITS = 16;

/**
 * Encodes what staging keeps of the receipts of one object.
 *
 * @param content uncompressed lines, all of one stream and shard
 * @throws ReceiptLineError naming the line that is cut short or is no receipt
 * @throws RangeError when a value in a receipt has another form than the stream gives it
 */
export function encodeReceipts(name: ObjectName, content: Buffer, loadId: number): EncodedObject {
  const isActivity = name.stream === ACTIVITY;
  const writer = new RowWriter(isActivity ? ACTIVITY_RECEIPTS : APPLICATION_RECEIPTS, MAIN_CHUNK);
  for (const facts of readReceiptFacts(content)) {
    const { stream, shard } = facts.position;
    if (stream !== name.stream || shard !== name.shardId)
      throw new UnreadableObjectError(name.key, 'a receipt in it is of another stream or shard than its name says');
    const row = writer.row();
    row.int4(name.shard);
    row.ascii(checkedSeq(facts.position.seq));
    row.int4(loadId);
    row.timestamp(facts.arrival);
    row.ascii(facts.disposition);
    if (!isActivity) row.boolean(facts.amendment);
    row.text(facts.risk_level);
    if (!isActivity) row.text(facts.outcome);
    row.hex(checkedHash(facts.policy).slice(0, POLICY_KEY_DIGITS));
    row.hex(facts.payload_hash === null ? null : checkedHash(facts.payload_hash));
    row.hex(facts.digest);
  }
  return { main: writer.finish(), beside: [] };
}

const SEQ = /^\d{56}$/;

function checkedSeq(seq: string): string {
  if (!SEQ.test(seq)) throw new RangeError('a receipt names a sequence number that is not one');
  return seq;
}

function checkedHash(hash: string): string {
  if (hash.length !== 64) throw new RangeError('a receipt holds a hash that is not one');
  return hash;
}
