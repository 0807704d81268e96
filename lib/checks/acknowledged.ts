import { CfnDeletionPolicy, type CfnResource } from 'aws-cdk-lib/core';

/**
 * Findings of the rule pack that stay, each with where it stays and why. What is not here fails the synth, and a test
 * fails for an entry that no stage needs any more.
 */
export interface Acknowledgement {
  /** the rule, without the pack's name: `IAM5` */
  readonly rule: string;
  /** which of the rule's findings, where it tells them apart: text of the finding */
  readonly finding?: RegExp;
  /** path of the construct, without the name of its stack */
  readonly at: RegExp;
  /** @default always */
  readonly when?: (node: CfnResource) => boolean;
  readonly reason: string;
}

const FUNCTION_ROLE = /^[^/]+\/([A-Za-z]+)\/Role\/DefaultPolicy\/Resource$/;

/** The function that CDK brings for custom resources, by the name it always has. */
const CUSTOM_RESOURCE = /^[^/]+\/AWS679f53fac002430cb0da5b7982bd2287\/ServiceRole\//;

export const ACKNOWLEDGED: readonly Acknowledgement[] = [
  {
    rule: 'IAM5',
    finding: /^Resource::\*$/,
    at: FUNCTION_ROLE,
    reason:
      'X-Ray knows no resources, and EC2 makes and describes network interfaces without naming one; ' +
      'test/infra/functions.test.ts lists the actions that may have a star',
  },
  {
    rule: 'IAM5',
    finding: /\/(log|receipts|plans|lake|undecided|documents\/policies|aws\/lambda)\/\*$/,
    at: FUNCTION_ROLE,
    reason: 'keys below one prefix of one bucket: made of positions, digests or days, so none is known ahead',
  },
  {
    rule: 'IAM5',
    finding: /^Resource::\*$/,
    at: /\/Workflow\/StateMachine\/Role\/DefaultPolicy\/Resource$/,
    reason: 'the delivery of a workflow’s logs and X-Ray know no resources',
  },
  {
    rule: 'IAM5',
    finding: /^Resource::arn:[^*]+:execution:[^*]+:\*$/,
    at: /\/Workflow\/StateMachine\/DistributedMapPolicy\/Resource$/,
    reason: 'executions of this one workflow and of its maps, whose names are given when they start',
  },
  {
    rule: 'IAM4',
    finding: /AWSLambdaBasicExecutionRole$/,
    at: CUSTOM_RESOURCE,
    reason: 'CDK’s own function that asks MSK for its brokers: it writes its log by the managed policy',
  },
  {
    rule: 'IAM5',
    finding: /^Resource::\*$/,
    at: CUSTOM_RESOURCE,
    reason: 'the same function is traced, and X-Ray knows no resources; it may ask for one cluster alone',
  },
  {
    rule: 'IAM5',
    finding: /^Resource::\*$/,
    at: /-bi\/Connection\/Role\/Resource$/,
    reason: 'QuickSight makes network interfaces, which have no name before, and describes what knows no resources',
  },
  {
    rule: 'S1',
    at: /-local-data\//,
    reason: 'on the local stage a bucket has one reader, the person who started it',
  },
  {
    rule: 'KDS3',
    at: /\/(Applications|Activity)\/Stream\/Resource$/,
    reason: 'the stage’s own key, which turns over and whose use is logged, is wanted; its cost is in the cost model',
  },
  {
    rule: 'SQS3',
    at: /\/Schedule\/MissedStarts\/Resource$/,
    reason: 'it is where failed deliveries end; an alarm watches it',
  },
  {
    rule: 'RDS3',
    at: /-dev-data\/Warehouse\/Instance\/Resource$/,
    reason: 'dev pays for one zone; prod has two (databaseMultiAz)',
  },
  {
    rule: 'RDS10',
    at: /\/Warehouse\/Instance\/Resource$/,
    when: ({ cfnOptions }) => cfnOptions.deletionPolicy === CfnDeletionPolicy.DELETE,
    reason: 'what is to be gone without a trace when its stack is deleted; what is kept must be protected',
  },
  {
    rule: 'DOC3',
    at: /\/AlertCluster\/Cluster\/Resource$/,
    reason: 'the rule cannot read a user name out of a secret; the password is made, kept and turned over there',
  },
  {
    rule: 'DOC5',
    finding: /^LogExport::(authenticate|createIndex|dropCollection)$/,
    at: /\/AlertCluster\/Cluster\/Resource$/,
    reason: 'the audit log has all three events; the rule looks for them among names of log exports',
  },
];
