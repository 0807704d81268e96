import { Stack, type StackProps } from 'aws-cdk-lib/core';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Grant, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Settings } from '../config/settings.ts';
import { AlarmSet, runbookAnchor, type Urgency } from '../constructs/alarms/alarm-set.ts';
import { addBatchAlarms } from '../constructs/alarms/batch-alarms.ts';
import { addBusinessAlarms } from '../constructs/alarms/business-alarms.ts';
import { addAlertStoreAlarms, addWarehouseAlarms } from '../constructs/alarms/database-alarms.ts';
import { addFunctionAlarms } from '../constructs/alarms/function-alarms.ts';
import { addObjectiveAlarms } from '../constructs/alarms/objective-alarms.ts';
import { addStreamAlarms } from '../constructs/alarms/stream-alarms.ts';
import { Dashboards } from '../constructs/dashboards.ts';
import { DocumentAlertStore } from '../constructs/document-alert-store.ts';
import { grantKeyToWrite } from '../constructs/stage-key.ts';
import { RdsWarehouse } from '../constructs/warehouse.ts';
import type { BatchStack } from './batch.ts';
import type { DataStack } from './data.ts';
import { addOutputs } from './outputs.ts';
import type { StreamingStack } from './streaming.ts';

export interface MonitoringStackProps extends StackProps {
  readonly settings: Settings;
  readonly data: DataStack;
  readonly streaming: StreamingStack;
  readonly batch: BatchStack;
}

/** Who is told when something is wrong, and of what. */
export class MonitoringStack extends Stack {
  constructor(scope: Construct, id: string, { settings, data, streaming, batch, ...props }: MonitoringStackProps) {
    super(scope, id, props);
    const topic = (urgency: Urgency, displayName: string): ITopic => {
      const made = new Topic(this, urgency === 'page' ? 'Page' : 'Warn', {
        displayName,
        ...(data.key === undefined ? {} : { masterKey: data.key }),
      });
      // The policy that asks for TLS takes the place of the topic's own, which would let the account's alarms in.
      made.addToResourcePolicy(
        new PolicyStatement({
          principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
          actions: ['sns:Publish'],
          resources: [made.topicArn],
          conditions: { StringEquals: { 'aws:SourceAccount': settings.account } },
        }),
      );
      for (const address of settings.alarmAddresses.split(',').filter((text) => text !== ''))
        made.addSubscription(new EmailSubscription(address));
      return made;
    };
    const page = topic('page', `credit-risk ${settings.stage}: now`);
    const warn = topic('warn', `credit-risk ${settings.stage}: today`);
    const alarms = new AlarmSet(this, 'Alarms', { page, warn });
    addStreamAlarms(alarms, {
      settings,
      streams: { applications: data.applications, activity: data.activity },
      feedings: streaming.feedings,
    });
    addFunctionAlarms(alarms, [...streaming.functions, ...batch.functions]);
    addBatchAlarms(alarms, {
      settings,
      stateMachine: batch.workflow.stateMachine,
      missedStarts: batch.schedule.missedStarts,
    });
    addBusinessAlarms(alarms, settings);
    addObjectiveAlarms(alarms, settings);
    if (data.warehouse instanceof RdsWarehouse) addWarehouseAlarms(alarms, data.warehouse, settings);
    if (data.alerts instanceof DocumentAlertStore) addAlertStoreAlarms(alarms, data.alerts);
    this.tellOfRuns(settings, batch, page, data.key);
    new Dashboards(this, 'Dashboards', {
      settings,
      data,
      functions: [...streaming.functions, ...batch.functions],
      stateMachineArn: batch.workflow.stateMachine.stateMachineArn,
    });
    addOutputs(this, { PageTopicArn: page.topicArn, WarnTopicArn: warn.topicArn });
  }

  /** An alarm says that a run failed; this says which, also when it was aborted or timed out, which no catch sees. */
  private tellOfRuns({ stage }: Settings, { workflow }: BatchStack, page: ITopic, key: IKey | undefined): void {
    // By a role, which uses the key like everybody: the service itself then need not be in the key's policy.
    const role = new Role(this, 'RunEndedRole', { assumedBy: new ServicePrincipal('events.amazonaws.com') });
    Grant.addToPrincipal({ grantee: role, actions: ['sns:Publish'], resourceArns: [page.topicArn] });
    grantKeyToWrite(key, role);
    const field = (name: string): string => EventField.fromPath(`$.detail.${name}`);
    new Rule(this, 'RunEnded', {
      description: 'A run of the batch that did not end well',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [workflow.stateMachine.stateMachineArn],
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
        },
      },
      targets: [
        new SnsTopic(page, {
          role: role.withoutPolicyUpdates(),
          message: RuleTargetInput.fromText(
            `credit-risk ${stage}: the batch ${field('name')} ended as ${field('status')}. What to do: ${runbookAnchor('batch-fails')}`,
          ),
        }),
      ],
    });
  }
}
