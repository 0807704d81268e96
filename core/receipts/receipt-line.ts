import { STREAM_NAMES } from '../contract/streams.ts';
import type { Position } from '../contract/position.ts';
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

const HEAD = '{"code":"';
const DIGEST = '","digest":"';
const RECEIPT = '","receipt":{';
const POSITION = ',"position":{"seq":"';

/** Where the parts of a line stand; a line is read as latin1, so that a place in the text is a place in the bytes. */
export interface LineParts {
  readonly line: string;
  readonly code: string;
  readonly digest: string;
  /** offset of the receipt's opening brace */
  readonly receiptAt: number;
}

/** @throws ReceiptLineError naming the line when `buffer` does not consist of whole lines of the right form */
export function* receiptLineParts(
  buffer: Buffer,
): Generator<LineParts & { readonly start: number; readonly end: number }> {
  let number = 1;
  for (let start = 0; start < buffer.length; number++) {
    const end = buffer.indexOf(10, start);
    if (end < 0) throw malformed(number, 'is cut short');
    const line = buffer.latin1Slice(start, end);
    const codeEnd = line.indexOf(DIGEST, HEAD.length);
    const digestAt = codeEnd + DIGEST.length;
    const digestEnd = digestAt + 64;
    if (!line.startsWith(HEAD) || codeEnd < 0 || !line.startsWith(RECEIPT, digestEnd) || !line.endsWith('}}'))
      throw malformed(number, 'is not a receipt');
    yield {
      line,
      code: JSON.parse(line.slice(HEAD.length - 1, codeEnd + 1)) as string,
      digest: line.slice(digestAt, digestEnd),
      receiptAt: digestEnd + RECEIPT.length - 1,
      start,
      end,
    };
    start = end + 1;
  }
}

/**
 * The lines of a receipt object, each with its position and the receipt as text.
 *
 * @throws ReceiptLineError
 */
export function* parseReceiptLines(buffer: Buffer): Generator<ReceiptLine> {
  let number = 1;
  for (const { line, code, digest, receiptAt, start, end } of receiptLineParts(buffer)) {
    yield {
      code,
      digest,
      receipt: buffer.utf8Slice(start + receiptAt, end - 1),
      position: readPosition(line, number++),
    };
  }
}

/**
 * A key of the receipt itself is found by searching for it with the comma and the quote before it: within a text both
 * cannot stand together, as a quote in a text has a backslash before it.
 *
 * @throws ReceiptLineError
 */
export function readPosition(line: string, number: number): Position {
  const at = line.indexOf(POSITION);
  const match =
    at < 0
      ? null
      : /^(\d+)","shard":("(?:[^"\\]|\\.)*"),"stream":"(\w+)"\}/.exec(line.slice(at + POSITION.length, at + 400));
  const stream = STREAM_NAMES.find((name) => name === match?.[3]);
  if (match === null || stream === undefined) throw malformed(number, 'has no position');
  const [, seq, shard] = match as unknown as [string, string, string];
  return { stream, shard: JSON.parse(shard) as string, seq };
}

export const malformed = (number: number, problem: string): ReceiptLineError =>
  new ReceiptLineError(`line ${number} ${problem}`);
