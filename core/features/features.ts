import type { Application } from '../events/types.ts';

/** Features are integers: the value times this, rounded. Doubles print slowly and invite comparing them for equality. */
export const FEATURE_SCALE = 1_000_000;

/** DOMAIN §5. Each is scaled by {@link FEATURE_SCALE}; null where an input or the denominator is missing or zero. */
export interface Features {
  /** credit used / credit limit */
  readonly credit_utilisation: number | null;
  /** total debt / annual income */
  readonly debt_to_income: number | null;
  /** years in employment, at most 10, as a share of 10 years */
  readonly income_stability: number | null;
  /** late payments in 12 months, each month counted: late payments / 12 */
  readonly late_payment_rate: number | null;
  /** amount / annual income */
  readonly loan_to_income: number | null;
  /** amount / collateral value */
  readonly loan_to_value: number | null;
  /** monthly debt payment / (annual income / 12) */
  readonly monthly_debt_to_income: number | null;
  /** months since the last late payment */
  readonly months_since_last_late: number | null;
}

const STABLE_AFTER_MONTHS = 120;

function scaled(value: number): number | null {
  const result = Math.round(value * FEATURE_SCALE);
  // a huge numerator over a tiny denominator overflows: no ratio is better than Infinity
  return Number.isFinite(result) ? result : null;
}

const ratio = (numerator: number | null, denominator: number | null): number | null =>
  numerator === null || denominator === null || denominator === 0 ? null : scaled(numerator / denominator);

export function features(application: Application): Features {
  const { annual_income, employment_months, late_payments_12m, months_since_last_late, monthly_debt_payment } =
    application;
  const amount = application.loan_amount / 100;
  return {
    credit_utilisation: ratio(application.credit_used, application.credit_limit),
    debt_to_income: ratio(application.total_debt, annual_income),
    income_stability:
      employment_months === null
        ? null
        : scaled(Math.min(employment_months, STABLE_AFTER_MONTHS) / STABLE_AFTER_MONTHS),
    late_payment_rate: ratio(late_payments_12m, 12),
    loan_to_income: ratio(amount, annual_income),
    loan_to_value: ratio(amount, application.collateral_value),
    monthly_debt_to_income: ratio(monthly_debt_payment === null ? null : monthly_debt_payment * 12, annual_income),
    months_since_last_late: months_since_last_late === null ? null : scaled(months_since_last_late),
  };
}
