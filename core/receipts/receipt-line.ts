import type { Position } from '../contract/position.ts';
import { STREAM_NAMES } from '../contract/streams.ts';
import { jsonText } from '../policy/canonical.ts';
import type { Assessment } from './types.ts';

/** A line of a receipt object that is not one: cut short, or written by something else. */
export class ReceiptLineError extends Error {
  override readonly name = 'ReceiptLineError';
}

export interface ReceiptLine {
  /** version of the code that wrote it; outside the digest */
  readonly code: string;
  /** as stored; whether it is that of the receipt is for the reader to check */
  readonly digest: string;
  /** canonical JSON */
  readonly receipt: string;
  readonly position: Position;
}

/** `{"code":…,"digest":…,"receipt":{…}}` and a newline. @param code version of the running code */
export const receiptLine = ({ digest, receipt }: Pick<Assessment, 'digest' | 'receipt'>, code: string): string =>
  `{"code":${jsonText(code)},"digest":"${digest}","receipt":${receipt}}\n`;

/**
 * The lines of a receipt object, in their order.
 *
 * @throws ReceiptLineError naming the line that is cut short or is no receipt
 */
export function* parseReceiptLines(buffer: Buffer): Generator<ReceiptLine> {
  for (const cursor of lines(buffer)) {
    const { code, digest, receiptStart } = head(cursor);
    cursor.find(',"position":{"seq":"');
    yield { code, digest, receipt: cursor.bytes(receiptStart, cursor.length - 1), position: position(cursor) };
  }
}

/** Walks over the lines of a buffer with one cursor. */
export function* lines(buffer: Buffer): Generator<Cursor> {
  const cursor = new Cursor(buffer);
  while (cursor.nextLine()) yield cursor;
}

export interface LineHead {
  readonly code: string;
  readonly digest: string;
  /** where the receipt's opening brace stands in the line */
  readonly receiptStart: number;
}

/** Texts that are the same on line after line, and are made once. */
const CODE = 0;
const SHARD = 1;
export const POLICY = 2;

/** Reads up to the receipt's opening brace. */
export function head(cursor: Cursor): LineHead {
  cursor.expect('{"code":');
  const code = cursor.text(',"digest":"', CODE);
  const digest = cursor.until('"');
  if (digest.length !== 64) cursor.fail('has no digest');
  cursor.expect(',"receipt":');
  return { code, digest, receiptStart: cursor.at };
}

/** Reads a position from behind `"position":{"seq":"` to its closing brace. */
export function position(cursor: Cursor): Position {
  const seq = cursor.until('"');
  cursor.expect(',"shard":');
  const shard = cursor.text(',"stream":"', SHARD);
  const stream = STREAM_NAMES.find((known) => cursor.skip(`${known}"}`));
  if (stream === undefined) return cursor.fail('names an unknown stream');
  return { stream, shard, seq };
}

/**
 * Reads lines of canonical JSON by looking for their keys. That is exact: a searched text holds a quote with a comma, a
 * colon or a brace before it, while a quote within a JSON text always has a backslash before it. The line is searched as
 * latin1, in which a place in the text is a place in the bytes; what is returned comes from the bytes, so that it does
 * not keep the line in memory.
 */
export class Cursor {
  readonly #buffer: Buffer;
  readonly #remembered: { json: string; value: string }[] = [];
  #number = 0;
  #start = 0;
  #end = -1;
  #line = '';
  /** place in the line */
  at = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  get length(): number {
    return this.#line.length;
  }

  /** @returns false at the end @throws ReceiptLineError when the last line is cut short, or the line is no object */
  nextLine(): boolean {
    this.#start = this.#end + 1;
    if (this.#start >= this.#buffer.length) return false;
    this.#number++;
    this.#end = this.#buffer.indexOf(10, this.#start);
    if (this.#end < 0) this.fail('is cut short');
    this.#line = this.#buffer.toString('latin1', this.#start, this.#end);
    this.at = 0;
    if (!this.#line.endsWith('}}')) this.fail('is cut short');
    return true;
  }

  startsWith(text: string): boolean {
    return this.#line.startsWith(text, this.at);
  }

  /** Steps over `text`, which must be here. */
  expect(text: string): void {
    if (!this.startsWith(text)) this.fail('is not a receipt line');
    this.at += text.length;
  }

  /** Steps over `text` if it is here. */
  skip(text: string): boolean {
    const here = this.startsWith(text);
    if (here) this.at += text.length;
    return here;
  }

  /** Steps behind the next `text`. */
  find(text: string): void {
    if (!this.seek(text)) this.fail('is not a receipt line');
  }

  /** @returns false, and stays, when there is no `text` further on */
  seek(text: string): boolean {
    const found = this.#line.indexOf(text, this.at);
    if (found < 0) return false;
    this.at = found + text.length;
    return true;
  }

  /** Reads ASCII up to `end` and steps over it. */
  until(end: string): string {
    const from = this.at;
    this.find(end);
    return this.#buffer.toString('latin1', this.#start + from, this.#start + this.at - end.length);
  }

  /** Reads a JSON text that `next` follows, and steps over both. @param kind where it is remembered */
  text(next: string, kind: number): string {
    const known = this.#remembered[kind];
    if (known !== undefined && this.startsWith(known.json)) {
      this.at += known.json.length;
      return known.value;
    }
    const from = this.at;
    this.find(`"${next}`);
    let value: string;
    try {
      value = JSON.parse(this.bytes(from, this.at - next.length)) as string;
    } catch {
      return this.fail('is not a receipt line');
    }
    this.#remembered[kind] = { json: this.#line.slice(from, this.at), value };
    return value;
  }

  bytes(from: number, to: number): string {
    return this.#buffer.toString('utf8', this.#start + from, this.#start + to);
  }

  fail(problem: string): never {
    throw new ReceiptLineError(`receipt line ${this.#number} ${problem}`);
  }
}
