import { Duration, TimeZone } from 'aws-cdk-lib/core';
import { Schedule, ScheduleExpression, ScheduleTargetInput, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ScoringWorkflow } from './scoring-workflow.ts';

export interface BatchScheduleProps {
  readonly workflow: ScoringWorkflow;
  /** `cron(…)` or `rate(…)`, in UTC */
  readonly expression: string;
}

/** Starts the batch at its times. A start that cannot be made within the hour is left to the next one, and kept. */
export class BatchSchedule extends Construct {
  /** starts that could not be made */
  readonly missedStarts: Queue;

  constructor(scope: Construct, id: string, props: BatchScheduleProps) {
    super(scope, id);
    this.missedStarts = new Queue(this, 'MissedStarts', {
      // A start holds nothing but when it was due.
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    new Schedule(this, 'Schedule', {
      description: 'Scores what the log has gathered and loads the warehouse',
      schedule: ScheduleExpression.expression(props.expression, TimeZone.ETC_UTC),
      timeWindow: TimeWindow.off(),
      target: new StepFunctionsStartExecution(props.workflow.stateMachine, {
        input: ScheduleTargetInput.fromObject({}),
        retryAttempts: 10,
        maxEventAge: Duration.hours(1),
        deadLetterQueue: this.missedStarts,
      }),
    });
  }
}
