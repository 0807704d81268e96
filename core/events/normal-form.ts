import { hash } from 'node:crypto';
import type { Activity, Application } from './types.ts';

/**
 * Canonical JSON (RFC 8785) of normal forms. JSON.stringify writes numbers and strings as the RFC wants them and leaves
 * out what is undefined; the keys below stand in sorted order, which is many times faster than sorting them.
 */

/** The normal form of an application without its event_id. Amounts are integer cents, event_time is in ms. */
export function canonicalApplication(a: Application): string {
  return JSON.stringify({
    age: a.age ?? undefined,
    annual_income: a.annual_income ?? undefined,
    application_id: a.application_id,
    channel: a.channel ?? undefined,
    collateral_value: a.collateral_value ?? undefined,
    consent: { analytics: a.consent.analytics, scoring: a.consent.scoring },
    credit_limit: a.credit_limit ?? undefined,
    credit_score: a.credit_score,
    credit_used: a.credit_used ?? undefined,
    currency: a.currency,
    device_id: a.device_id ?? undefined,
    employment_months: a.employment_months ?? undefined,
    event_time: a.event_time,
    gender: a.gender ?? undefined,
    home_ownership: a.home_ownership ?? undefined,
    interest_rate: a.interest_rate ?? undefined,
    ip_address: a.ip_address ?? undefined,
    late_payments_12m: a.late_payments_12m ?? undefined,
    loan_amount: a.loan_amount,
    loan_purpose: a.loan_purpose ?? undefined,
    monthly_debt_payment: a.monthly_debt_payment ?? undefined,
    months_since_last_late: a.months_since_last_late ?? undefined,
    name: a.name ?? undefined,
    previous_default: a.previous_default ?? undefined,
    region: a.region ?? undefined,
    revision: a.revision,
    term_months: a.term_months ?? undefined,
    total_debt: a.total_debt ?? undefined,
    user_id: a.user_id,
  });
}

/** The normal form of a record of account activity without its event_id. */
export function canonicalActivity(a: Activity): string {
  return JSON.stringify({
    amount: a.amount ?? undefined,
    application_id: a.application_id ?? undefined,
    card_type: a.card_type ?? undefined,
    credit_score: a.credit_score ?? undefined,
    defaulted: a.defaulted ?? undefined,
    device_id: a.device_id ?? undefined,
    event_time: a.event_time,
    latitude: a.latitude ?? undefined,
    location: a.location ?? undefined,
    longitude: a.longitude ?? undefined,
    merchant: a.merchant ?? undefined,
    transaction_id: a.transaction_id ?? undefined,
    type: a.type,
    user_id: a.user_id,
  });
}

/** SHA-256 (hex) of the canonical normal form without event_id: equal for every spelling of one record. */
export const applicationHash = (application: Application): string =>
  hash('sha256', canonicalApplication(application), 'hex');

/** @see applicationHash */
export const activityHash = (activity: Activity): string => hash('sha256', canonicalActivity(activity), 'hex');
