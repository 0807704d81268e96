import { hash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { StreamName } from '../../core/contract/streams.ts';
import { decodeEntries, encodeEntries } from '../../core/history/codec.ts';
import type { HistoryEntry, IdentityClaim } from '../../core/history/types.ts';
import { PipelineError } from '../runtime/errors.ts';
import type { Item } from './dynamo-calls.ts';

/**
 * The items of the customers table (key: customer, item):
 *
 * | item | holds |
 * |---|---|
 * | `<stream>#history` | the head: version, names of its parts, the newest decided records |
 * | `<stream>#history#<part>` | what does not fit into the head; written before it under a new name, never changed |
 * | `<stream>#claim#<hash>` | an older decided record, by its identity; written once and never changed |
 * | `<stream>#subject#<hash>` | position of the first decided record of an application; likewise |
 */
const FORMAT = '1';
/** Text above this is deflated: below, a customer's few records stay readable in the console. */
const DEFLATE_FROM = 8 * 1024;
/** DynamoDB takes items of up to 400 KiB, names and keys included. */
const PART_BYTES = 350 * 1024;

export interface Head {
  readonly version: number;
  /** names of the further parts, in order */
  readonly parts: readonly string[];
  /** the greatest position that is no longer in the head but in a claim item */
  readonly spilledTo: string | null;
  readonly text: string | null;
  readonly bytes: Buffer | null;
}

export const headKey = (stream: StreamName, customer: string): Item => key(customer, `${stream}#history`);
export const partKey = (stream: StreamName, customer: string, part: string): Item =>
  key(customer, `${stream}#history#${part}`);
export const claimKey = (stream: StreamName, customer: string, identity: string): Item =>
  key(customer, `${stream}#claim#${digest(identity)}`);
export const subjectItemKey = (stream: StreamName, customer: string, subject: string): Item =>
  key(customer, `${stream}#subject#${digest(subject)}`);
export const claimPrefix = (stream: StreamName): string => `${stream}#claim#`;

const key = (customer: string, item: string): Item => ({
  customer: { S: encodeCustomer(customer) },
  item: { S: item },
});

/** Hashed: an identity may be longer than a sort key, and hold what a key must not. */
const digest = (text: string): string => hash('sha256', JSON.stringify(text));

/** Ids are any text, half surrogate pairs too, which UTF-8 cannot hold and which would merge into one customer. */
const encodeCustomer = (id: string): string =>
  id.isWellFormed() && !id.includes('\\')
    ? id
    : id.replaceAll('\\', '\\\\').replace(/\p{Surrogate}/gu, (half) => `\\u${half.charCodeAt(0).toString(16)}`);

export interface StoredHistory {
  readonly head: Item;
  /** further parts by name: to be there before the head */
  readonly parts: ReadonlyMap<string, Item>;
  /** about what the head weighs */
  readonly bytes: number;
}

/**
 * The stored form of a history, without keys. A part's name is its version, number and content: what another writer of
 * the same version makes of the customer has other names, or is the same.
 */
export function storeHistory(state: {
  readonly version: number;
  readonly spilledTo: string | null;
  readonly entries: readonly HistoryEntry[];
}): StoredHistory {
  const text = encodeEntries(state.entries);
  const deflated = text.length > DEFLATE_FROM ? deflateRawSync(text, { level: 1 }) : null;
  const [first, ...further] = deflated === null ? [] : cut(deflated, PART_BYTES);
  const parts = new Map(
    further.map((piece, index) => [
      `${state.version}.${index + 1}.${hash('sha256', piece).slice(0, 32)}`,
      { entries: { B: piece } },
    ]),
  );
  const head: Item = {
    format: { N: FORMAT },
    version: { N: String(state.version) },
    parts: { L: [...parts.keys()].map((S) => ({ S })) },
    entries: first === undefined ? { S: text } : { B: first },
    ...(state.spilledTo === null ? {} : { spilled_to: { S: state.spilledTo } }),
  };
  return { head, parts, bytes: 512 + (first?.length ?? Buffer.byteLength(text)) };
}

/** @throws CustomerItemError when the item is of another format */
export function readHead(item: Item): Head {
  if (item['format']?.N !== FORMAT) throw new CustomerItemError('has a format that this version does not know');
  return {
    version: Number(item['version']?.N),
    parts: (item['parts']?.L ?? []).map((name) => name.S ?? ''),
    spilledTo: item['spilled_to']?.S ?? null,
    text: item['entries']?.S ?? null,
    bytes: item['entries']?.B ? Buffer.from(item['entries'].B) : null,
  };
}

/**
 * @param parts the further parts by name
 * @returns null when one is missing: the head that names it has been replaced since it was read
 */
export function readEntries(head: Head, parts: ReadonlyMap<string, Item>): HistoryEntry[] | null {
  if (head.text !== null) return decodeEntries(head.text);
  const pieces = [head.bytes ?? Buffer.alloc(0)];
  for (const name of head.parts) {
    const bytes = parts.get(name)?.['entries']?.B;
    if (bytes === undefined) return null;
    pieces.push(Buffer.from(bytes));
  }
  return decodeEntries(inflateRawSync(Buffer.concat(pieces)).toString('utf8'));
}

export const claimAttributes = (entry: HistoryEntry): Item => ({
  seq: { S: entry.seq },
  payload_hash: { S: entry.payload_hash },
  entry: { S: encodeEntries([entry]) },
});

export const readClaim = (item: Item): IdentityClaim => ({
  seq: item['seq']?.S ?? '',
  payload_hash: item['payload_hash']?.S ?? '',
});

export const readClaimEntry = (item: Item): HistoryEntry[] => decodeEntries(item['entry']?.S ?? '');

/** An item that this code did not write. */
export class CustomerItemError extends PipelineError {
  constructor(problem: string) {
    super(`An item of the customers table ${problem}.`);
  }
}

function cut(bytes: Buffer, size: number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += size) pieces.push(bytes.subarray(start, start + size));
  return pieces;
}
