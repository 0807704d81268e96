import { isUtf8 } from 'node:buffer';
import { type Position, SEQ_DIGITS } from '../contract/position.ts';
import { STREAM_NAMES, type StreamName } from '../contract/streams.ts';
import type { LogRecord } from '../events/types.ts';

/**
 * The log's lines: one envelope a record, keys in one fixed order, the bytes in base64. Reading is strict, because a
 * replay must notice when a log was altered: what {@link envelopeLine} would not have written is malformed.
 */

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const EQUALS = 0x3d;
const FIRST_PRINTABLE = 0x20;

/** A log object that cannot be read. Names the line, never its content. */
export class EnvelopeError extends Error {
  override readonly name = 'EnvelopeError';
  /** number of the line, from 1 */
  readonly line: number;
  /** truncated = the content ends within the line */
  readonly kind: 'truncated' | 'malformed';

  constructor(line: number, kind: 'truncated' | 'malformed', expected: string) {
    super(`line ${line} of the log object is ${kind}: ${expected}`);
    this.line = line;
    this.kind = kind;
  }
}

/** The line of a record, newline included. */
export function envelopeLine(record: LogRecord): string {
  const { stream, shard, seq } = record.position;
  return (
    `{"v":1,"stream":"${stream}","shard":"${shard}","seq":"${seq}","arrival":${record.arrival},` +
    `"key":${JSON.stringify(record.key)},"masked":${record.masked},"enc":"none","data":"${record.data.toString('base64')}"}\n`
  );
}

/**
 * Reads the uncompressed content of a log object; all of it or nothing.
 *
 * @throws EnvelopeError naming the first line that is truncated or malformed
 */
export function parseEnvelopes(content: Buffer): LogRecord[] {
  const records: LogRecord[] = [];
  if (content.length === 0) return records;
  const reader = new EnvelopeReader(content);
  let start = 0;
  while (start < content.length) {
    const end = content.indexOf(NEWLINE, start);
    if (end < 0) throw new EnvelopeError(records.length + 1, 'truncated', 'it has no end');
    records.push(reader.read(start, end, records.length + 1));
    start = end + 1;
  }
  return records;
}

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

const STREAM = bytes('{"v":1,"stream":"');
const SHARD = bytes('","shard":"');
const SEQ = bytes('","seq":"');
const ARRIVAL = bytes('","arrival":');
const KEY = bytes(',"key":');
const NOT_MASKED = bytes(',"masked":false,"enc":"none","data":"');
const MASKED = bytes(',"masked":true,"enc":"none","data":"');
const END = bytes('"}');

const NAME = /^[A-Za-z0-9_-]{1,128}$/;
/** ms since 1970 of arrivals: up to the year 5138 */
const MAX_ARRIVAL_DIGITS = 14;

/** Reads lines at fixed offsets. Texts are copied out of the buffer, so that keeping one does not keep the buffer. */
class EnvelopeReader {
  readonly #content: Buffer;
  #at = 0;
  #end = 0;
  #line = 0;
  /** the beginning that the lines of one object share, up to the sequence number, and what it says */
  #head: Buffer = Buffer.alloc(0);
  #stream: StreamName = STREAM_NAMES[0];
  #shard = '';

  constructor(content: Buffer) {
    this.#content = content;
  }

  read(start: number, end: number, line: number): LogRecord {
    this.#at = start;
    this.#end = end;
    this.#line = line;
    if (this.#head.length > 0 && this.#has(this.#head)) this.#at += this.#head.length;
    else this.#readHead();
    const position: Position = { stream: this.#stream, shard: this.#shard, seq: this.#readSeq() };
    this.#expect(ARRIVAL, 'arrival');
    const arrival = this.#readArrival();
    this.#expect(KEY, 'key');
    const key = this.#readKey();
    const masked = this.#has(MASKED);
    this.#expect(masked ? MASKED : NOT_MASKED, 'masked, enc and data');
    return { position, arrival, key, data: this.#readData(), masked };
  }

  #fail(field: string): never {
    throw new EnvelopeError(this.#line, 'malformed', `no ${field} where it should be`);
  }

  #has(literal: Buffer): boolean {
    if (this.#at + literal.length > this.#end) return false;
    for (let i = 0; i < literal.length; i++) if (this.#content[this.#at + i] !== literal[i]) return false;
    return true;
  }

  #expect(literal: Buffer, field: string): void {
    if (!this.#has(literal)) this.#fail(field);
    this.#at += literal.length;
  }

  #readHead(): void {
    const start = this.#at;
    this.#expect(STREAM, 'version and stream');
    const stream = this.#readName('stream');
    const known = STREAM_NAMES.find((name) => name === stream);
    if (known === undefined) this.#fail('known stream');
    this.#expect(SHARD, 'shard');
    const shard = this.#readName('shard');
    this.#expect(SEQ, 'seq');
    this.#stream = known;
    this.#shard = shard;
    this.#head = Buffer.from(this.#content.subarray(start, this.#at));
  }

  #readName(field: string): string {
    const quote = this.#content.indexOf(QUOTE, this.#at);
    if (quote < 0 || quote >= this.#end) this.#fail(field);
    const name = this.#content.toString('latin1', this.#at, quote);
    if (!NAME.test(name)) this.#fail(field);
    this.#at = quote;
    return name;
  }

  #digitsFrom(at: number): number {
    let end = at;
    while (end < this.#end && this.#content[end]! >= 0x30 && this.#content[end]! <= 0x39) end++;
    return end - at;
  }

  #readSeq(): string {
    if (this.#digitsFrom(this.#at) !== SEQ_DIGITS) this.#fail('seq');
    const seq = this.#content.toString('latin1', this.#at, this.#at + SEQ_DIGITS);
    this.#at += SEQ_DIGITS;
    return seq;
  }

  #readArrival(): number {
    const count = this.#digitsFrom(this.#at);
    if (count === 0 || count > MAX_ARRIVAL_DIGITS) this.#fail('arrival');
    if (count > 1 && this.#content[this.#at] === 0x30) this.#fail('arrival');
    let arrival = 0;
    for (const end = this.#at + count; this.#at < end; this.#at++)
      arrival = arrival * 10 + (this.#content[this.#at]! - 0x30);
    return arrival;
  }

  #readKey(): string {
    const open = this.#at;
    if (this.#content[open] !== QUOTE) this.#fail('key');
    let at = open + 1;
    let escaped = false;
    while (at < this.#end && this.#content[at] !== QUOTE) {
      if (this.#content[at] === BACKSLASH) {
        escaped = true;
        at++;
      } else if (this.#content[at]! < FIRST_PRINTABLE) this.#fail('key');
      at++;
    }
    if (at >= this.#end) this.#fail('key');
    this.#at = at + 1;
    const literal = this.#content.subarray(open, at + 1);
    if (!isUtf8(literal)) this.#fail('key');
    return escaped ? this.#unescape(literal.toString('utf8')) : literal.toString('utf8', 1, literal.length - 1);
  }

  #unescape(literal: string): string {
    try {
      const key: unknown = JSON.parse(literal);
      if (typeof key === 'string' && JSON.stringify(key) === literal) return key;
    } catch {
      // malformed like the rest
    }
    return this.#fail('key');
  }

  #readData(): Buffer {
    const stop = this.#end - END.length;
    const length = stop - this.#at;
    if (length < 0 || length % 4 !== 0) this.#fail('data');
    const base64 = this.#content.toString('latin1', this.#at, stop);
    const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
    const data = Buffer.from(base64, 'base64');
    if (data.length !== (length / 4) * 3 - padding || !isCanonical(base64, padding, data)) this.#fail('data');
    this.#at = stop;
    this.#expect(END, 'end');
    return data;
  }
}

/** Node's decoder also takes the URL alphabet, and ignores what is in the last bits and what it does not know. */
function isCanonical(base64: string, padding: number, data: Buffer): boolean {
  if (base64.includes('-') || base64.includes('_')) return false;
  if (padding === 0) return true;
  return (
    base64.charCodeAt(base64.length - padding - 1) !== EQUALS &&
    data.toString('base64', data.length - 3 + padding) === base64.slice(-4)
  );
}
