import { describe, expect, it } from 'vitest';
import { editedShipped, loadPolicy } from '../../../../cli/policy-file.ts';
import { bandsText, decisionSteps } from '../../../../cli/policy/decision-text.ts';
import { ruleText } from '../../../../core/policy/rule-text.ts';
import type { Application } from '../../../../core/events/types.ts';
import { decideOutcome } from '../../../../core/policy/decision.ts';
import { parsePolicy } from '../../../../core/policy/policy.ts';
import type { RuleOutcome } from '../../../../core/receipts/types.ts';

const { policy, text } = loadPolicy('default');

describe('ruleText', () => {
  it('says when each shipped rule fires', () => {
    expect(Object.fromEntries(policy.document.rules.map((rule) => [rule.id, ruleText(rule)]))).toEqual({
      R001: 'credit_score < 450 and loan_amount > 15000.00',
      R002: 'number of different application_id among applications in (t-24h, t] (this one included) ≥ 3',
      R003: 'loan_amount > annual_income (where above 0)',
      T001: 'number of transactions in (t-10min, t] (this one included) ≥ 5',
      T002: 'amount > 5 × mean amount among transactions in (t-30d, t) (at least 5 of them)',
      T003: 'since the previous transaction faster than 900 km/h, or without coordinates elsewhere within 15min',
      T004: 'amount ≥ 2000.00 and device_id is new: not among records in (t-90d, t], while another is',
    });
  });

  it('keeps apart what a rule nests', () => {
    const when = {
      any: [
        { all: [{ eq: ['channel', { text: 'web' }] }, { not: { ne: ['previous_default', true] } }] },
        { lte: ['term_months', 12] },
      ],
    };
    expect(ruleText({ when })).toBe('(channel = "web" and not (previous_default ≠ true)) or term_months ≤ 12');
  });
});

describe('decisionSteps', () => {
  const application = (credit_score: number, cents: number, scoring: boolean): Application =>
    ({ credit_score, loan_amount: cents, consent: { scoring, analytics: true } }) as Application;
  const fired = { id: 'R001', result: 'fired', severity: 'review' } as RuleOutcome;

  it('has one step for every decision there is, with its outcome', () => {
    const taken = new Set<number>();
    for (const scoring of [true, false])
      for (const rules of [[], [fired]])
        for (const score of [300, 499, 500, 599, 600, 850])
          for (const cents of [100, 1_500_000, 1_500_001]) {
            const { outcome, reasons } = decideOutcome(application(score, cents, scoring), rules, policy.thresholds);
            for (const reason of reasons) {
              const steps = decisionSteps(policy).filter(({ gives }) => gives(reason));
              expect(steps.map((step) => step.outcome)).toEqual([outcome]);
              taken.add(decisionSteps(policy).findIndex(({ gives }) => gives(reason)));
            }
          }
    expect([...taken].sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it('shows the limits of the policy', () => {
    expect(decisionSteps(policy).map(({ when }) => when)).toEqual([
      'no consent to scoring',
      'a rule of severity review or critical fired',
      'credit_score < 500',
      'credit_score ≥ 600 and loan_amount ≤ 15000.00',
      'otherwise',
    ]);
    expect(bandsText(policy)).toBe('High below 500, Medium below 700, Low from 700');
  });
});

describe('editedShipped', () => {
  it('tells a shipped policy from one that only carries its name', () => {
    expect(editedShipped(policy)).toBeNull();
    expect(editedShipped(parsePolicy(text.replace('"reject_below": 500', '"reject_below": 510')))).toBe('default');
    expect(editedShipped(parsePolicy(text.replace('"version": "1.0.0"', '"version": "1.1.0"')))).toBeNull();
    expect(editedShipped(parsePolicy(JSON.stringify(JSON.parse(text), null, 7)))).toBeNull();
  });
});
