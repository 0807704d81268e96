import { isUtf8 } from 'node:buffer';
import { MAX_DEPTH } from '../contract/streams.ts';

/** A JSON object as it was parsed; of equal keys the last counts. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Why bytes are no record, or the record. */
export type ReadObject =
  | { readonly ok: true; readonly object: JsonObject }
  | { readonly ok: false; readonly reason: string };

const fault = (reason: string): ReadObject => ({ ok: false, reason });
const NOT_UTF8 = fault('not UTF-8');
const BYTE_ORDER_MARK = fault('begins with a byte-order mark');
const NOT_JSON = fault('not JSON');
const NOT_AN_OBJECT = fault('not a JSON object');
const TOO_DEEP = fault(`nested deeper than ${MAX_DEPTH}`);

/** Reads the JSON object that the bytes are (stage 2). Never throws. */
export function readObject(data: Buffer): ReadObject {
  if (!isUtf8(data)) return NOT_UTF8;
  if (data[0] === 0xef && data[1] === 0xbb && data[2] === 0xbf) return BYTE_ORDER_MARK;
  const text = data.toString('utf8');
  const value = parse(text);
  if (value === undefined) return NOT_JSON;
  if (!isObject(value)) return NOT_AN_OBJECT;
  if (isDeeperThan(text, MAX_DEPTH)) return TOO_DEEP;
  return { ok: true, object: value };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether valid JSON text is nested deeper than `limit`; the outermost object or array is depth 1. */
function isDeeperThan(text: string, limit: number): boolean {
  // nearly every record is flat: no other opener, no depth
  if (text.indexOf('{', text.indexOf('{') + 1) < 0 && !text.includes('[')) return false;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) inString = !inString;
    else if (inString) at += code === 0x5c ? 1 : 0;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > limit) return true;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return false;
}
