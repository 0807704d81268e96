import { readdirSync, readFileSync } from 'node:fs';
import canonicalize from 'canonicalize';
import { describe, expect, it } from 'vitest';
import { Replayer } from '../../../../core/receipts/replay.ts';
import type { Assessment } from '../../../../core/receipts/types.ts';
import { bookOf, type Expectation, recordsOf, seqOf, type Vector } from './vectors.ts';

const FOLDER = new URL('../../../vectors/decisions/', import.meta.url);
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

/** Of an assessment, what the expectation speaks of. */
function observed(assessment: Assessment, expectation: Expectation): Expectation {
  const receipt = JSON.parse(assessment.receipt);
  const { rules } = assessment;
  const all = {
    disposition: assessment.disposition,
    outcome: assessment.outcome,
    reasons: receipt.reasons,
    risk_level: receipt.risk_level,
    amendment: receipt.amendment,
    fired: rules.filter((rule) => rule.result === 'fired').map((rule) => rule.id),
    rules: Object.fromEntries(
      rules
        .filter((rule) => expectation.rules === undefined || rule.id in expectation.rules)
        .map((rule) => [rule.id, rule.result]),
    ),
    first: receipt.first,
    checks: assessment.inspection.issues.map((issue) => issue.check).sort(),
    features: receipt.features,
    alerts: assessment.alerts.map((alert) => alert.rule_id),
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => name in expectation));
}

describe('golden decisions', () => {
  it('are many', () => {
    expect(FILES.length).toBeGreaterThanOrEqual(80);
  });

  it.each(FILES)('%s', (file) => {
    const vector: Vector = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
    const replayer = new Replayer(bookOf(vector.policy));
    for (const { record, vector: entry } of recordsOf(vector)) {
      const assessment = replayer.replay(record);
      expect(canonicalize(JSON.parse(assessment.receipt)), 'canonical').toBe(assessment.receipt);
      if (entry.expect === undefined) continue;
      const expected = {
        ...entry.expect,
        ...(entry.expect.first === undefined ? {} : { first: seqOf(entry.expect.first) }),
      };
      expect(observed(assessment, entry.expect), vector.why).toEqual(expected);
      expect(JSON.parse(assessment.receipt)).toEqual(entry.receipt);
      expect(assessment.alerts).toMatchObject(entry.alerts ?? []);
      expect(assessment.alerts.length).toBe(entry.alerts?.length ?? 0);
    }
  });
});
