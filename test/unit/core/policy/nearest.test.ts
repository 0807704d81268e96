import { expect, it } from 'vitest';
import { nearest } from '../../../../core/policy/nearest.ts';

const KNOWN = ['loan_amount', 'annual_income', 'credit_score', 'credit_limit', 'credit_used', 'age', 'name'];

it.each([
  ['loan_amnt', 'loan_amount'],
  ['laon_amount', 'loan_amount'],
  ['Credit_Score', 'credit_score'],
  ['credit_scroe', 'credit_score'],
  ['income', 'annual_income'],
  ['agee', 'age'],
])('%s was meant to be %s', (name, meant) => {
  expect(nearest(name, KNOWN)).toBe(meant);
});

it.each(['fico', 'credit', 'x', ''])('%j is near to nothing', (name) => {
  expect(nearest(name, KNOWN)).toBeNull();
});
