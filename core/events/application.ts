import type { Findings } from '../quality/findings.ts';
import { amountExpected, readCents } from './amounts.ts';
import { readConsent } from './consent.ts';
import {
  isAbsent,
  isScore,
  MAX_ID_LENGTH,
  optionalBoolean,
  optionalNumber,
  optionalText,
  readEventTime,
  readId,
} from './fields.ts';
import type { JsonObject } from './json.ts';
import type { Application } from './types.ts';

/**
 * The normal form of a credit application.
 *
 * @param ceiling highest loan amount, integer cents
 * @returns null where a required field failed; `findings` names every one of them
 */
export function readApplication(
  o: JsonObject,
  arrival: number,
  ceiling: number,
  findings: Findings,
): Application | null {
  const application_id = readId(o.application_id, 'application_id', findings);
  const user_id = readId(o.user_id, 'user_id', findings);
  const credit_score = readScore(o.credit_score, findings);
  const loan_amount = readLoanAmount(o.loan_amount, ceiling, findings);
  const event_time = readEventTime(o.timestamp, arrival, findings);
  const revision = readRevision(o.revision, findings);
  if (application_id === null || user_id === null || findings.failures.length > 0) return null;
  return {
    application_id,
    user_id,
    credit_score,
    loan_amount,
    event_time,
    revision,
    event_id: optionalText(o.event_id, 'event_id', findings, MAX_ID_LENGTH),
    currency: optionalText(o.currency, 'currency', findings) ?? 'USD',
    consent: readConsent(o.consent, findings),
    annual_income: optionalNumber(o.annual_income, 'annual_income', findings),
    monthly_debt_payment: optionalNumber(o.monthly_debt_payment, 'monthly_debt_payment', findings),
    total_debt: optionalNumber(o.total_debt, 'total_debt', findings),
    collateral_value: optionalNumber(o.collateral_value, 'collateral_value', findings),
    credit_limit: optionalNumber(o.credit_limit, 'credit_limit', findings),
    credit_used: optionalNumber(o.credit_used, 'credit_used', findings),
    employment_months: optionalNumber(o.employment_months, 'employment_months', findings),
    late_payments_12m: optionalNumber(o.late_payments_12m, 'late_payments_12m', findings),
    months_since_last_late: optionalNumber(o.months_since_last_late, 'months_since_last_late', findings),
    previous_default: optionalBoolean(o.previous_default, 'previous_default', findings),
    loan_purpose: optionalText(o.loan_purpose, 'loan_purpose', findings),
    term_months: optionalNumber(o.term_months, 'term_months', findings, Number.MIN_VALUE),
    interest_rate: optionalNumber(o.interest_rate, 'interest_rate', findings, 0, 100),
    home_ownership: optionalText(o.home_ownership, 'home_ownership', findings),
    name: optionalText(o.name, 'name', findings),
    age: optionalNumber(o.age, 'age', findings, 18, 120),
    gender: optionalText(o.gender, 'gender', findings),
    region: optionalText(o.region, 'region', findings),
    device_id: optionalText(o.device_id, 'device_id', findings),
    ip_address: optionalText(o.ip_address, 'ip_address', findings),
    channel: optionalText(o.channel, 'channel', findings),
  };
}

/** 0 with a finding where there is none */
function readScore(value: unknown, findings: Findings): number {
  if (isScore(value)) return value;
  if (isAbsent(value)) findings.fail('missing_credit_score', 'credit_score', 'credit_score is required');
  else findings.fail('invalid_credit_score', 'credit_score', 'expected a whole number from 300 to 850');
  return 0;
}

/** Integer cents; 0 with a finding where there is none */
function readLoanAmount(value: unknown, ceiling: number, findings: Findings): number {
  const cents = readCents(value, ceiling);
  if (cents !== null) return cents;
  if (isAbsent(value)) findings.fail('missing_loan_amount', 'loan_amount', 'loan_amount is required');
  else findings.fail('invalid_loan_amount', 'loan_amount', `expected ${amountExpected(ceiling)}`);
  return 0;
}

/** 0 with a finding where it is no revision */
function readRevision(value: unknown, findings: Findings): number {
  if (isAbsent(value)) return 1;
  if (Number.isSafeInteger(value) && (value as number) >= 1) return value as number;
  findings.fail('invalid_field', 'revision', 'expected a whole number of at least 1');
  return 0;
}
