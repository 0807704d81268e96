import { ACTIVITY_TYPES, OUTCOMES } from '../contract/values.ts';
import { SEQ_DIGITS } from '../contract/position.ts';
import { CustomerHistory, trim, VIEW_SIZE } from './history.ts';
import type { HistoryEntry, IdentityClaim } from './types.ts';

/**
 * Histories of very many customers at once, for a replay: only those in use are objects, the others are packed into one
 * string each, about 90 bytes a record instead of 400. Positions must be added in ascending order.
 */
export class PackedHistories {
  readonly #hot = new Map<string, CustomerHistory>();
  readonly #cold = new Map<string, string>();
  readonly #capacity: number;

  /** @param capacity how many customers stay unpacked */
  constructor(capacity = 200) {
    this.#capacity = capacity;
  }

  /** @returns the customer's history; additions to it are kept */
  of(customer: string): CustomerHistory {
    let history = this.#hot.get(customer);
    if (history !== undefined) {
      if (history.entries().length >= 2 * VIEW_SIZE) {
        history = shortened(history);
        this.#hot.set(customer, history);
      }
      return history;
    }
    const packed = this.#cold.get(customer);
    history = packed === undefined ? CustomerHistory.empty() : unpack(packed);
    if (packed !== undefined) this.#cold.delete(customer);
    if (this.#hot.size >= this.#capacity) this.#packSome();
    this.#hot.set(customer, history);
    return history;
  }

  /** Packs the half that came first: cheaper than keeping an order of use, and those in use come back at once. */
  #packSome(): void {
    let left = this.#capacity >> 1;
    for (const [customer, history] of this.#hot) {
      if (left-- <= 0) break;
      this.#hot.delete(customer);
      if (history.entries().length > 0) this.#cold.set(customer, pack(history));
    }
  }
}

/** Keeps the entries that rules can see, and of the older ones what they claim. */
function shortened(history: CustomerHistory): CustomerHistory {
  const { entries, spill } = trim(history.entries(), VIEW_SIZE);
  if (spill.length === 0) return history;
  const claims = new Map(history.spilled?.claims);
  const subjects = new Map(history.spilled?.subjects);
  for (const { key, subject, claim } of spill) {
    if (!claims.has(key)) claims.set(key, claim);
    if (!subjects.has(subject)) subjects.set(subject, claim.seq);
  }
  return CustomerHistory.fromStored(entries, { claims, subjects });
}

const SEQ_CHUNK = 14;
const SEQ_BYTES = (SEQ_DIGITS / SEQ_CHUNK) * 6;
const HASH_BYTES = 32;
const NULL_TEXT = 0xffff;
const WIDE = 0x8000;
/** Longest text of a record: 256 UTF-16 units, written as 2 bytes each, plus its length. */
const ENTRY_ROOM = 4096;

let scratch = Buffer.alloc(64 * 1024);
let at = 0;

function room(bytes: number): void {
  if (at + bytes > scratch.length) scratch = Buffer.concat([scratch], 2 * scratch.length + bytes);
}

/** One character a byte: V8 keeps it as such, which a Buffer of its own for each customer would not be worth. */
export function pack(history: CustomerHistory): string {
  const { spilled } = shortened(history);
  const entries = history.entries().slice(-VIEW_SIZE);
  at = 0;
  scratch.writeUInt32LE(entries.length, 0);
  scratch.writeUInt32LE(spilled?.claims.size ?? 0, 4);
  scratch.writeUInt32LE(spilled?.subjects.size ?? 0, 8);
  at = 12;
  for (const entry of entries) packEntry(entry);
  for (const [key, claim] of spilled?.claims ?? []) {
    room(ENTRY_ROOM);
    writeText(key);
    writeSeq(claim.seq);
    writeHash(claim.payload_hash);
  }
  for (const [subject, seq] of spilled?.subjects ?? []) {
    room(ENTRY_ROOM);
    writeText(subject);
    writeSeq(seq);
  }
  return scratch.toString('latin1', 0, at);
}

export function unpack(packed: string): CustomerHistory {
  at = 0;
  room(packed.length);
  scratch.write(packed, 0, 'latin1');
  const [entryCount, claimCount, subjectCount] = [0, 4, 8].map((offset) => scratch.readUInt32LE(offset)) as [
    number,
    number,
    number,
  ];
  at = 12;
  const entries: HistoryEntry[] = [];
  for (let i = 0; i < entryCount; i++) entries.push(unpackEntry());
  if (subjectCount === 0) return CustomerHistory.fromStored(entries);
  const claims = new Map<string, IdentityClaim>();
  for (let i = 0; i < claimCount; i++) {
    const key = readText() as string;
    claims.set(key, { seq: readSeq(), payload_hash: readHash() });
  }
  const subjects = new Map<string, string>();
  for (let i = 0; i < subjectCount; i++) {
    const subject = readText() as string;
    subjects.set(subject, readSeq());
  }
  return CustomerHistory.fromStored(entries, { claims, subjects });
}

function packEntry(entry: HistoryEntry): void {
  room(ENTRY_ROOM);
  writeSeq(entry.seq);
  writeHash(entry.payload_hash);
  writeNumber(entry.event_time);
  if (entry.kind === 'application') {
    scratch[at++] = 0x80 | OUTCOMES.findIndex((outcome) => outcome === entry.outcome);
    writeText(entry.application_id);
    writeNumber(entry.revision);
    return;
  }
  scratch[at++] = ACTIVITY_TYPES.indexOf(entry.type);
  writeText(entry.identity === entry.payload_hash ? null : entry.identity);
  writeNumber(entry.amount);
  writeText(entry.location);
  writeNumber(entry.latitude);
  writeNumber(entry.longitude);
  writeText(entry.device_id);
}

function unpackEntry(): HistoryEntry {
  const seq = readSeq();
  const payload_hash = readHash();
  const event_time = readNumber() as number;
  const tag = scratch[at++] as number;
  if (tag >= 0x80)
    return {
      kind: 'application',
      seq,
      event_time,
      application_id: readText() as string,
      revision: readNumber() as number,
      payload_hash,
      outcome: OUTCOMES[tag & 0x7f] as string,
    };
  return {
    kind: 'activity',
    seq,
    event_time,
    type: ACTIVITY_TYPES[tag] as (typeof ACTIVITY_TYPES)[number],
    identity: readText() ?? payload_hash,
    payload_hash,
    amount: readNumber(),
    location: readText(),
    latitude: readNumber(),
    longitude: readNumber(),
    device_id: readText(),
  };
}

function writeSeq(seq: string): void {
  for (let i = 0; i < SEQ_DIGITS; i += SEQ_CHUNK) at = scratch.writeUIntLE(Number(seq.slice(i, i + SEQ_CHUNK)), at, 6);
}

function readSeq(): string {
  let seq = '';
  for (let i = 0; i < SEQ_BYTES; i += 6) seq += String(scratch.readUIntLE(at + i, 6)).padStart(SEQ_CHUNK, '0');
  at += SEQ_BYTES;
  return seq;
}

function writeHash(hash: string): void {
  at += scratch.write(hash, at, HASH_BYTES, 'hex');
}

function readHash(): string {
  at += HASH_BYTES;
  return scratch.toString('hex', at - HASH_BYTES, at);
}

/** Null is NaN, which no number of a record is. */
function writeNumber(value: number | null): void {
  at = scratch.writeDoubleLE(value ?? NaN, at);
}

function readNumber(): number | null {
  const value = scratch.readDoubleLE(at);
  at += 8;
  return Number.isNaN(value) ? null : value;
}

/** Latin1 where that holds it, otherwise UTF-16, which holds halves of surrogate pairs too. */
function writeText(text: string | null): void {
  if (text === null) {
    at = scratch.writeUInt16LE(NULL_TEXT, at);
    return;
  }
  const wide = isWide(text);
  at = scratch.writeUInt16LE(text.length | (wide ? WIDE : 0), at);
  at += scratch.write(text, at, wide ? 'utf16le' : 'latin1');
}

function readText(): string | null {
  const header = scratch.readUInt16LE(at);
  at += 2;
  if (header === NULL_TEXT) return null;
  const length = header & ~WIDE;
  const bytes = header & WIDE ? 2 * length : length;
  const text = scratch.toString(header & WIDE ? 'utf16le' : 'latin1', at, at + bytes);
  at += bytes;
  return text;
}

function isWide(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) return true;
  return false;
}
