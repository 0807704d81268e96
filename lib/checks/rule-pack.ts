import { type CfnResource, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks, type NagRuleResult, rules } from 'cdk-nag';
import { ACKNOWLEDGED, type Acknowledgement } from './acknowledged.ts';

const PACK = 'AwsSolutions';

/**
 * AWS's rule pack, run at each synth; a finding that {@link ACKNOWLEDGED} does not name fails it.
 *
 * A finding about permissions has the resource in its name, with references as CloudFormation will see them. Those are
 * known only once the stacks are put together, so a finding is acknowledged when it is about to be made.
 */
export class RulePack extends AwsSolutionsChecks {
  protected override checkResource(node: CfnResource): void {
    for (const entry of ACKNOWLEDGED)
      if (entry.at.test(node.node.path) && (entry.when?.(node) ?? true))
        for (const id of idsOf(entry, node))
          Validations.of(node).acknowledge({ id: `${PACK}::${PACK}-${id}`, reason: entry.reason });
    super.checkResource(node);
  }
}

function idsOf({ rule, finding }: Acknowledgement, node: CfnResource): string[] {
  if (finding === undefined) return [rule];
  return findingsOf(rule, node)
    .filter((text) => finding.test(text))
    .map((text) => `${rule}[${text}]`);
}

const TOLD_APART: Readonly<Record<string, (node: CfnResource) => NagRuleResult>> = {
  IAM4: rules.iam.IAMNoManagedPolicies,
  IAM5: rules.iam.IAMNoWildcardPermissions,
  DOC5: rules.documentdb.DocumentDBClusterLogExports,
};

function findingsOf(rule: string, node: CfnResource): readonly string[] {
  const result = TOLD_APART[rule]?.(node);
  return Array.isArray(result) ? result : [];
}
