import * as fc from 'fast-check';
import { ACTIVITY_TYPES, CARD_TYPES } from '../../../../core/contract/values.ts';
import type { Activity, Application } from '../../../../core/events/types.ts';

const nullable = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });
const text = nullable(fc.string({ unit: 'binary', maxLength: 20 }).filter((value) => value.isWellFormed()));
const id = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter((value) => value.isWellFormed());
const number = nullable(fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }).map((value) => value + 0));
const cents = fc.integer({ min: 1, max: 1_000_000_000 });
const time = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2100, 0, 1) });
const score = fc.integer({ min: 300, max: 850 });

/** Any normal form of an application, every character and number included. */
export const application: fc.Arbitrary<Application> = fc.record({
  application_id: id,
  user_id: id,
  credit_score: score,
  loan_amount: cents,
  event_time: time,
  revision: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  event_id: text,
  currency: id,
  consent: fc.record({ scoring: fc.boolean(), analytics: fc.boolean() }),
  annual_income: number,
  monthly_debt_payment: number,
  total_debt: number,
  collateral_value: number,
  credit_limit: number,
  credit_used: number,
  employment_months: number,
  late_payments_12m: number,
  months_since_last_late: number,
  previous_default: nullable(fc.boolean()),
  loan_purpose: text,
  term_months: number,
  interest_rate: number,
  home_ownership: text,
  name: text,
  age: number,
  gender: text,
  region: text,
  device_id: text,
  ip_address: text,
  channel: text,
});

export const activity: fc.Arbitrary<Activity> = fc.record({
  type: fc.constantFrom(...ACTIVITY_TYPES),
  user_id: id,
  event_time: time,
  event_id: text,
  transaction_id: nullable(id),
  amount: nullable(cents),
  location: text,
  merchant: text,
  card_type: nullable(fc.constantFrom(...CARD_TYPES)),
  device_id: text,
  credit_score: nullable(score),
  latitude: number,
  longitude: number,
  application_id: nullable(id),
  defaulted: nullable(fc.boolean()),
});
