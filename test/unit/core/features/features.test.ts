import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FEATURE_SCALE, features } from '../../../../core/features/features.ts';
import { APPLICATION } from '../rules/rules.ts';

const amount = fc.option(
  fc.oneof(fc.constantFrom(0, 5e-324, Number.MAX_VALUE), fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })),
);

describe('features', () => {
  it('are whole numbers of millionths or null, and never Infinity, whatever the inputs', () => {
    fc.assert(
      fc.property(
        fc.record({
          annual_income: amount,
          monthly_debt_payment: amount,
          total_debt: amount,
          collateral_value: amount,
          credit_limit: amount,
          credit_used: amount,
          employment_months: amount,
          late_payments_12m: amount,
          months_since_last_late: amount,
        }),
        (inputs) => {
          const all = features({ ...APPLICATION, ...inputs });
          for (const value of Object.values(all)) if (value !== null) expect(Number.isInteger(value)).toBe(true);
          if (inputs.annual_income === null || inputs.annual_income === 0)
            expect([all.debt_to_income, all.loan_to_income, all.monthly_debt_to_income]).toEqual([null, null, null]);
          if (inputs.credit_limit === 0) expect(all.credit_utilisation).toBeNull();
          if (inputs.collateral_value === 0) expect(all.loan_to_value).toBeNull();
        },
      ),
    );
  });

  it('of a plain application are all unknown', () => {
    expect(new Set(Object.values(features(APPLICATION)))).toEqual(new Set([null]));
  });

  it('put a monthly payment beside a month of income', () => {
    const { monthly_debt_to_income } = features({ ...APPLICATION, annual_income: 60_000, monthly_debt_payment: 2_000 });
    expect(monthly_debt_to_income).toBe(0.4 * FEATURE_SCALE);
  });

  it.each([
    [0, 0],
    [60, 0.5],
    [119, 0.991667],
    [120, 1],
    [600, 1],
  ])('call %d months in employment a stability of %d', (employment_months, stability) => {
    expect(features({ ...APPLICATION, employment_months }).income_stability).toBe(
      Math.round(stability * FEATURE_SCALE),
    );
  });
});
