import type { Random } from './random.ts';
import type { Customer } from './people.ts';
import type { Body } from './faults.ts';

const MERCHANTS = [
  'Corner Grocery',
  'City Fuel',
  'Book Nook',
  'Harbor Café',
  'Metro Transit',
  'Home & Garden',
  'Pharmacy Plus',
] as const;

export interface TransactionChoice {
  readonly transactionId: string;
  readonly customer: Customer;
  /** event time, ms since 1970 */
  readonly at: number;
}

/** An everyday purchase at home on the customer's own device. */
export function transactionBody({ transactionId, customer, at }: TransactionChoice, rng: Random): Body {
  return {
    ...(rng.chance(0.8) ? { type: 'transaction' } : {}),
    transaction_id: transactionId,
    user_id: customer.id,
    amount: rng.int(300, 18_000) / 100,
    timestamp: at,
    location: customer.home.name,
    merchant: rng.pick(MERCHANTS),
    card_type: customer.cardType,
    device_id: customer.device,
    ...(rng.chance(0.5) ? { credit_score: customer.score } : {}),
    ...(rng.chance(0.6) ? { latitude: customer.home.latitude, longitude: customer.home.longitude } : {}),
  };
}

export interface EventChoice {
  readonly eventId: string;
  readonly customer: Customer;
  readonly at: number;
  /** the application that a loan outcome is about */
  readonly applicationId: string;
}

/** A payment, a spike of credit usage or the outcome of a loan. */
export function eventBody({ eventId, customer, at, applicationId }: EventChoice, rng: Random): Body {
  const type = rng.pick([
    'payment_made',
    'payment_made',
    'payment_made',
    'payment_missed',
    'credit_usage_spike',
    'loan_outcome',
  ]);
  const head = { type, event_id: eventId, user_id: customer.id, timestamp: at };
  if (type === 'loan_outcome') return { ...head, application_id: applicationId, defaulted: rng.chance(0.12) };
  return { ...head, amount: rng.int(2_000, 90_000) / 100 };
}
