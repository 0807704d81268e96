import type { Position } from '../contract/position.ts';
import {
  DISPOSITIONS,
  type Disposition,
  OUTCOMES,
  type Outcome,
  RISK_LEVELS,
  type RiskLevel,
} from '../contract/values.ts';
import { type Cursor, head, lines, POLICY, position } from './receipt-line.ts';

/** What the warehouse keeps of a receipt. */
export interface ReceiptFacts {
  readonly position: Position;
  /** ms since 1970 */
  readonly arrival: number;
  readonly disposition: Disposition;
  /** digest of the receipt, as stored beside it */
  readonly digest: string;
  /** null where quarantined or undecided */
  readonly payload_hash: string | null;
  /** decided applications only */
  readonly outcome: Outcome | null;
  readonly risk_level: RiskLevel | null;
  /** whether an earlier revision had been decided; false for all but applications */
  readonly amendment: boolean;
  /** ids of the rules that fired, in the order of the policy */
  readonly fired: readonly string[];
  /** digest of the policy in force */
  readonly policy: string;
}

const NONE: readonly string[] = [];

/**
 * The facts of each receipt of an object, without parsing the whole of its JSON: several times faster, and exact.
 *
 * @throws ReceiptLineError naming the line that is cut short or is no receipt
 */
export function* readReceiptFacts(buffer: Buffer): Generator<ReceiptFacts> {
  for (const cursor of lines(buffer)) yield read(cursor);
}

function read(cursor: Cursor): ReceiptFacts {
  const { digest } = head(cursor);
  cursor.expect('{');
  const amendment = cursor.skip('"amendment":true,');
  if (!amendment) cursor.skip('"amendment":false,');
  cursor.expect('"arrival":');
  const arrival = Number(cursor.until(','));
  if (!Number.isSafeInteger(arrival)) cursor.fail('has no arrival');
  cursor.expect('"disposition":"');
  const disposition = oneOf(DISPOSITIONS, cursor);
  const isDecided = disposition === 'decided';
  let outcome: Outcome | null = null;
  if (isDecided) {
    cursor.find(',"outcome":');
    outcome = orNull(OUTCOMES, cursor);
  }
  let payload_hash: string | null = null;
  if (disposition !== 'quarantined' && disposition !== 'undecided') {
    cursor.find(',"payload_hash":"');
    payload_hash = cursor.until('"');
  }
  cursor.find(',"policy":');
  const policy = cursor.text(',"position":{"seq":"', POLICY);
  const place = position(cursor);
  let risk_level: RiskLevel | null = null;
  let fired = NONE;
  if (isDecided) {
    cursor.find(',"risk_level":');
    risk_level = orNull(RISK_LEVELS, cursor);
    cursor.expect(',"rules":[');
    fired = firedRules(cursor);
  }
  return {
    position: place,
    arrival,
    disposition,
    digest,
    payload_hash,
    outcome,
    risk_level,
    amendment,
    fired,
    policy,
  };
}

/** Reads one of the known values and the quote that ends it. */
function oneOf<T extends string>(known: readonly T[], cursor: Cursor): T {
  for (const value of known) if (cursor.skip(`${value}"`)) return value;
  return cursor.fail('has a value that this version does not know');
}

function orNull<T extends string>(known: readonly T[], cursor: Cursor): T | null {
  if (cursor.skip('null')) return null;
  cursor.expect('"');
  return oneOf(known, cursor);
}

/** Rules stand as `{"id":…,"reason":…,"result":…,…}`; an id needs no escapes. */
function firedRules(cursor: Cursor): readonly string[] {
  let fired: string[] | null = null;
  while (cursor.seek('{"id":"')) {
    const from = cursor.at;
    cursor.find('"');
    const to = cursor.at - 1;
    cursor.find(',"result":"');
    if (cursor.skip('fired"')) (fired ??= []).push(cursor.bytes(from, to));
  }
  return fired ?? NONE;
}
