import { ACTIVITY_TYPES, type ActivityType, CARD_TYPES, type CardType } from '../contract/values.ts';
import type { Findings } from '../quality/findings.ts';
import { amountExpected, readCents } from './amounts.ts';
import {
  isAbsent,
  isScore,
  MAX_ID_LENGTH,
  normalId,
  optionalNumber,
  optionalText,
  readEventTime,
  readId,
} from './fields.ts';
import type { JsonObject } from './json.ts';
import type { Activity } from './types.ts';

/**
 * The normal form of a record of account activity. What a type does not know (a transaction_id outside transactions,
 * application_id and defaulted outside loan outcomes) is ignored like any unknown field.
 *
 * @param ceiling highest amount, integer cents
 * @returns null where a required field failed; `findings` names every one of them
 */
export function readActivity(o: JsonObject, arrival: number, ceiling: number, findings: Findings): Activity | null {
  const type = readType(o, findings);
  const user_id = readId(o.user_id, 'user_id', findings);
  const event_time = readEventTime(o.timestamp, arrival, findings);
  const isTransaction = type === 'transaction';
  const isOutcome = type === 'loan_outcome';
  const transaction_id = isTransaction ? readId(o.transaction_id, 'transaction_id', findings) : null;
  const required = isTransaction ? readAmount(o.amount, ceiling, findings) : null;
  const application_id = isOutcome ? readId(o.application_id, 'application_id', findings) : null;
  const defaulted = isOutcome ? readDefaulted(o.defaulted, findings) : null;
  if (type === null || user_id === null || findings.failures.length > 0) return null;
  return {
    type,
    user_id,
    event_time,
    event_id: optionalText(o.event_id, 'event_id', findings, MAX_ID_LENGTH),
    transaction_id,
    amount: isTransaction ? required : optionalAmount(o.amount, ceiling, findings),
    location: optionalText(o.location, 'location', findings),
    merchant: optionalText(o.merchant, 'merchant', findings),
    card_type: optionalCardType(o.card_type, findings),
    device_id: optionalText(o.device_id, 'device_id', findings),
    credit_score: optionalScore(o.credit_score, findings),
    latitude: optionalNumber(o.latitude, 'latitude', findings, -90, 90),
    longitude: optionalNumber(o.longitude, 'longitude', findings, -180, 180),
    application_id,
    defaulted,
  };
}

/** The one among `known` that a trimmed text is. */
function oneOf<T extends string>(value: unknown, known: readonly T[]): T | null {
  if (typeof value !== 'string') return null;
  const text = value.trim();
  return known.find((name) => name === text) ?? null;
}

/** A record with a transaction_id and no type is a transaction. */
function readType(o: JsonObject, findings: Findings): ActivityType | null {
  const value = o.type;
  if (isAbsent(value) || (typeof value === 'string' && value.trim() === '')) {
    if (normalId(o.transaction_id) !== undefined) return 'transaction';
    findings.missing('type');
    return null;
  }
  const type = oneOf(value, ACTIVITY_TYPES);
  if (type === null) findings.fail('invalid_field', 'type', `expected one of ${ACTIVITY_TYPES.join(', ')}`);
  return type;
}

/** Integer cents; null with a finding where there are none */
function readAmount(value: unknown, ceiling: number, findings: Findings): number | null {
  const cents = readCents(value, ceiling);
  if (cents !== null) return cents;
  if (isAbsent(value)) findings.missing('amount');
  else findings.fail('invalid_field', 'amount', `expected ${amountExpected(ceiling)}`);
  return null;
}

function readDefaulted(value: unknown, findings: Findings): boolean | null {
  if (typeof value === 'boolean') return value;
  if (isAbsent(value)) findings.missing('defaulted');
  else findings.fail('invalid_field', 'defaulted', 'expected true or false');
  return null;
}

function optionalAmount(value: unknown, ceiling: number, findings: Findings): number | null {
  if (isAbsent(value)) return null;
  const cents = readCents(value, ceiling);
  if (cents === null) findings.drop('amount', amountExpected(ceiling));
  return cents;
}

function optionalCardType(value: unknown, findings: Findings): CardType | null {
  if (isAbsent(value)) return null;
  const type = oneOf(value, CARD_TYPES);
  if (type === null) findings.drop('card_type', `one of ${CARD_TYPES.join(', ')}`);
  return type;
}

function optionalScore(value: unknown, findings: Findings): number | null {
  if (isAbsent(value)) return null;
  if (isScore(value)) return value;
  findings.drop('credit_score', 'a whole number from 300 to 850');
  return null;
}
