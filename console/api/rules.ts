import { ruleText } from '../../core/policy/rule-text.ts';
import { rowsOf, type Statement, type Table } from '../../lambdas/adapters/warehouse-reader.ts';
import type { RuleText } from './types.ts';

/** The rules of the policy that decided. */
export const rulesOf = (policyId: string, version: string): Statement => ({
  text: `select rule_id, rule_version, severity, reason, condition from bi.policy_rules
    where policy_id = $1 and version = $2 order by rule_id`,
  values: [policyId, version],
});

/** With the condition as people write one. */
export const ruleTexts = (table: Table): RuleText[] =>
  rowsOf<RuleText>(table).map((rule) => ({
    ...rule,
    rule_version: Number(rule.rule_version),
    condition: ruleText({ when: JSON.parse(rule.condition) as never }),
  }));
