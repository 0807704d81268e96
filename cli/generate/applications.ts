import type { Random } from './random.ts';
import type { Customer } from './people.ts';
import type { Body } from './faults.ts';

const PURPOSES = ['debt_consolidation', 'home_improvement', 'car', 'education', 'medical', 'small_business'] as const;
const HOMES = ['RENT', 'MORTGAGE', 'OWN', 'OTHER'] as const;

export interface ApplicationChoice {
  readonly applicationId: string;
  readonly customer: Customer;
  /** event time, ms since 1970 */
  readonly at: number;
}

/** An ordinary application, with a time in epoch milliseconds. */
export function applicationBody({ applicationId, customer, at }: ApplicationChoice, rng: Random): Body {
  const cents = Math.round(Math.min(80_000, Math.max(500, Math.exp(rng.normal(9, 0.7)))) * 100);
  const limit = rng.int(5, 300) * 100;
  const late = rng.chance(0.75) ? 0 : rng.int(1, 6);
  const debt = Math.round(customer.income * rng.next() * 0.9);
  return {
    application_id: applicationId,
    user_id: customer.id,
    credit_score: Math.min(850, Math.max(300, customer.score + rng.int(-15, 15))),
    loan_amount: cents / 100,
    timestamp: at,
    annual_income: customer.income,
    monthly_debt_payment: Math.round(debt / 36),
    total_debt: debt,
    ...(rng.chance(0.3) ? { collateral_value: Math.round((cents / 100) * (0.8 + rng.next())) } : {}),
    credit_limit: limit,
    credit_used: Math.round(limit * rng.next()),
    employment_months: rng.int(0, 240),
    late_payments_12m: late,
    ...(late > 0 ? { months_since_last_late: rng.int(0, 11) } : {}),
    previous_default: rng.chance(0.06),
    loan_purpose: rng.pick(PURPOSES),
    term_months: rng.pick([12, 24, 36, 48, 60]),
    interest_rate: rng.int(450, 2200) / 100,
    home_ownership: rng.pick(HOMES),
    name: customer.name,
    age: customer.age,
    gender: customer.gender,
    region: customer.region,
    device_id: customer.device,
    ip_address: customer.ip,
    channel: rng.pick(['web', 'mobile', 'branch']),
    ...(customer.consent === null ? {} : { consent: customer.consent }),
  };
}

/** The same record as other systems would write it: the time as text or in seconds, the amount as text. */
export function inSomeNotation(body: Body, rng: Random): Body {
  const at = body['timestamp'] as number;
  const changes: Record<string, unknown> = {};
  const amount = 'loan_amount' in body ? 'loan_amount' : 'amount';
  switch (rng.int(0, 5)) {
    case 0:
      changes['timestamp'] = new Date(at).toISOString();
      break;
    case 1:
      changes['timestamp'] = at / 1000;
      break;
    case 2:
      changes['timestamp'] = `${new Date(at + 7_200_000).toISOString().slice(0, -1)}+02:00`;
      break;
    default:
  }
  if (rng.chance(0.2) && typeof body[amount] === 'number') changes[amount] = (body[amount] as number).toFixed(2);
  return { ...body, ...changes };
}
