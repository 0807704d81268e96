/**
 * RFC 8785 canonical JSON: keys sorted by UTF-16 code units, no white space, ECMAScript's numbers and escapes.
 * For documents; the hot paths of receipts and payload hashes assemble theirs by hand.
 *
 * @throws TypeError on a value that JSON does not know
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    members.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
  }
  throw new TypeError(`JSON has no ${typeof value}`);
}

const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
/** Up to here a loop beats the regular expression. */
const SHORT = 40;

/** A text as JSON. Almost every text is plain ASCII, and telling so is cheaper than JSON.stringify. */
export const jsonText = (text: string): string => (isPlain(text) ? `"${text}"` : JSON.stringify(text));

function isPlain(text: string): boolean {
  if (text.length > SHORT) return PLAIN.test(text);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === 0x22 || code === 0x5c || code > 0x7e) return false;
  }
  return true;
}

const LOW_DIGITS = 1e7;

/** A time in ms as JSON. Two small integers print four times faster than one number of 13 digits. */
export function timeText(ms: number): string {
  const high = Math.floor(ms / LOW_DIGITS);
  if (!(high >= 1 && high < LOW_DIGITS && Number.isInteger(ms))) return String(ms);
  const low = ms - high * LOW_DIGITS + LOW_DIGITS;
  return (high | 0) + String(low | 0).slice(1);
}
