import { App, Stack } from 'aws-cdk-lib/core';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { ACKNOWLEDGED } from '../../lib/checks/acknowledged.ts';
import { RulePack } from '../../lib/checks/rule-pack.ts';
import { QUICKSIGHT } from './quicksight.ts';
import { synthesise, type Synthesised } from './synth.ts';

/** Every stage, with what changes the resources there are. */
const APPS = [
  { stage: 'local' },
  { stage: 'dev', alertStore: 'documentdb' },
  { stage: 'dev', alertStore: 'dynamodb' },
  { stage: 'prod', alertStore: 'documentdb', ...QUICKSIGHT },
  { stage: 'prod', alertStore: 'dynamodb', stream: 'msk' },
] as const;

describe('the rule pack', () => {
  let apps: Synthesised[];
  beforeAll(() => {
    apps = APPS.map((context) => synthesise(context));
  }, 300_000);
  const suppressed = ({ validation }: Synthesised) =>
    validation.pluginReports.flatMap(({ suppressedViolations }) => suppressedViolations ?? []);

  it('is run at each synth and has no finding that nobody acknowledged', () => {
    for (const app of apps) {
      const report = app.validation.pluginReports.find(({ pluginName }) => pluginName === 'AwsSolutions');
      expect(report, 'the report of AwsSolutions').toBeDefined();
      expect(report!.violations ?? []).toEqual([]);
    }
  });

  it('has no acknowledgement that no stage needs', () => {
    const used = new Set(apps.flatMap(suppressed).map(({ reason }) => reason));
    // The validator of CloudFormation has one of its own, beside the resource it is about.
    expect(ACKNOWLEDGED.filter(({ reason }) => !used.has(reason)).map(({ rule, at }) => `${rule} at ${at}`)).toEqual(
      [],
    );
  });

  it('finds what is wrong, also beside what was acknowledged', () => {
    const app = new App();
    const stack = new Stack(app, 'credit-risk-dev-data');
    new CfnBucket(stack, 'Open');
    const { success, violations } = new RulePack().validateScope(app);
    expect(success).toBe(false);
    expect(violations.map(({ ruleName }) => ruleName).sort()).toEqual(['AwsSolutions-S1', 'AwsSolutions-S10']);
  });
});
