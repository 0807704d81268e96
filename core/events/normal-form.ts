import { hash } from 'node:crypto';
import type { Activity, Application } from './types.ts';

/**
 * Canonical JSON (RFC 8785) of normal forms: keys sorted, no white space, numbers and strings as ECMAScript writes
 * them. The keys stand here in sorted order already, which is many times faster than sorting; what is null is left out.
 */

/** Text that JSON writes as it is: no quote, backslash or control character. */
const PLAIN = /^[ !#-[\]-\uffff]*$/;

/** A JSON string. Texts of normal forms hold no halves of surrogate pairs, so nothing else needs an escape. */
export const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));

const text = (key: string, value: string | null): string => (value === null ? '' : key + quoted(value));
const plain = (key: string, value: number | boolean | null): string => (value === null ? '' : key + value);

/** The normal form of an application without its event_id. Amounts are integer cents, event_time is in ms. */
export function canonicalApplication(a: Application): string {
  const body =
    plain(',"age":', a.age) +
    plain(',"annual_income":', a.annual_income) +
    text(',"application_id":', a.application_id) +
    text(',"channel":', a.channel) +
    plain(',"collateral_value":', a.collateral_value) +
    `,"consent":{"analytics":${a.consent.analytics},"scoring":${a.consent.scoring}}` +
    plain(',"credit_limit":', a.credit_limit) +
    plain(',"credit_score":', a.credit_score) +
    plain(',"credit_used":', a.credit_used) +
    text(',"currency":', a.currency) +
    text(',"device_id":', a.device_id) +
    plain(',"employment_months":', a.employment_months) +
    plain(',"event_time":', a.event_time) +
    text(',"gender":', a.gender) +
    text(',"home_ownership":', a.home_ownership) +
    plain(',"interest_rate":', a.interest_rate) +
    text(',"ip_address":', a.ip_address) +
    plain(',"late_payments_12m":', a.late_payments_12m) +
    plain(',"loan_amount":', a.loan_amount) +
    text(',"loan_purpose":', a.loan_purpose) +
    plain(',"monthly_debt_payment":', a.monthly_debt_payment) +
    plain(',"months_since_last_late":', a.months_since_last_late) +
    text(',"name":', a.name) +
    plain(',"previous_default":', a.previous_default) +
    text(',"region":', a.region) +
    plain(',"revision":', a.revision) +
    plain(',"term_months":', a.term_months) +
    plain(',"total_debt":', a.total_debt) +
    text(',"user_id":', a.user_id);
  return `{${body.slice(1)}}`;
}

/** The normal form of a record of account activity without its event_id. */
export function canonicalActivity(a: Activity): string {
  const body =
    plain(',"amount":', a.amount) +
    text(',"application_id":', a.application_id) +
    text(',"card_type":', a.card_type) +
    plain(',"credit_score":', a.credit_score) +
    plain(',"defaulted":', a.defaulted) +
    text(',"device_id":', a.device_id) +
    plain(',"event_time":', a.event_time) +
    plain(',"latitude":', a.latitude) +
    text(',"location":', a.location) +
    plain(',"longitude":', a.longitude) +
    text(',"merchant":', a.merchant) +
    text(',"transaction_id":', a.transaction_id) +
    text(',"type":', a.type) +
    text(',"user_id":', a.user_id);
  return `{${body.slice(1)}}`;
}

/** SHA-256 (hex) of the canonical normal form without event_id: equal for every spelling of one record. */
export const applicationHash = (application: Application): string =>
  hash('sha256', canonicalApplication(application), 'hex');

/** @see applicationHash */
export const activityHash = (activity: Activity): string => hash('sha256', canonicalActivity(activity), 'hex');
