import { Aspects, type App, AspectPriority, CfnResource, type IAspect } from 'aws-cdk-lib/core';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';

export interface Gap {
  /** CloudFormation type that the emulator refuses; with it, it refuses the whole stack */
  readonly type: string;
  /** what is not there in an emulation, and why the pipeline works without it there */
  readonly reason: string;
  /** which resources of the type are meant @default all of them */
  readonly only?: (resource: CfnResource) => boolean;
}

/**
 * What MiniStack 1.5.33 does not know, of all that the app may make. Nothing else is left out where an emulator is
 * deployed to, and `npm run test:emulator` asks the emulator whether it still refuses each of these.
 */
export const EMULATOR_GAPS: readonly Gap[] = [
  { type: 'AWS::EC2::FlowLog', reason: 'records the traffic of a network; an emulated one has no packets' },
  { type: 'AWS::EC2::SecurityGroupIngress', reason: 'a rule beside its group; nothing in the emulator filters' },
  { type: 'AWS::EC2::SecurityGroupEgress', reason: 'a rule beside its group; nothing in the emulator filters' },
  {
    type: 'AWS::SecretsManager::ResourcePolicy',
    reason: 'forbids deleting the password of a database; the emulated database has nobody to log in',
  },
  {
    type: 'AWS::SecretsManager::RotationSchedule',
    reason: 'turns a password over every month; an emulation does not live that long',
  },
  {
    type: 'AWS::Serverless::Application',
    reason: 'the function that turns passwords over, fetched from a repository that the emulator does not have',
  },
  {
    type: 'AWS::CloudWatch::CompositeAlarm',
    reason: 'an alarm over alarms on expressions of metrics, which are not there either',
  },
  { type: 'AWS::CloudWatch::AnomalyDetector', reason: 'a model that CloudWatch trains on weeks of a metric' },
  {
    type: 'AWS::CloudWatch::Alarm',
    reason: 'over an expression of metrics, which the emulator does not compute; alarms on one metric stay',
    only: (resource) => resource instanceof CfnAlarm && resource.metrics !== undefined,
  },
  { type: 'AWS::Logs::QueryDefinition', reason: 'a query that is kept for people; functions never read it' },
];

/** Takes the resources of {@link EMULATOR_GAPS} out of the app, and touches no other. */
class WithoutGaps implements IAspect {
  visit(node: IConstruct): void {
    if (!(node instanceof CfnResource)) return;
    const gap = EMULATOR_GAPS.find(({ type }) => type === node.cfnResourceType);
    if (gap === undefined || gap.only?.(node) === false) return;
    node.node.scope?.node.tryRemoveChild(node.node.id);
  }
}

/** After every aspect that adds resources, so that none is missed. */
export function leaveOutGaps(app: App): void {
  Aspects.of(app).add(new WithoutGaps(), { priority: AspectPriority.DEFAULT + 100 });
}
