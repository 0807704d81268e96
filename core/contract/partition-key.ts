import { hash } from 'node:crypto';
import { normalId } from '../events/fields.ts';
import { isObject } from '../events/json.ts';

/**
 * The partition key of a record, for producers: its normalised user_id, so that one customer's records stay in order,
 * or the SHA-256 (hex) of the bytes where none can be read. At most 128 characters; Kinesis takes 256.
 */
export function partitionKey(data: Buffer): string {
  return userIdOf(data) ?? hash('sha256', data, 'hex');
}

function userIdOf(data: Buffer): string | null {
  try {
    const value: unknown = JSON.parse(STRICT_UTF8.decode(data));
    return isObject(value) ? (normalId(value.user_id) ?? null) : null;
  } catch {
    return null;
  }
}

const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
