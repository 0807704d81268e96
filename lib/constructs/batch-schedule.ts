import { Duration, TimeZone } from 'aws-cdk-lib/core';
import { Schedule, ScheduleExpression, ScheduleTargetInput, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import type { ScoringWorkflow } from './scoring-workflow.ts';

export interface BatchScheduleProps {
  readonly workflow: ScoringWorkflow;
  /** `cron(…)` or `rate(…)`, in UTC */
  readonly expression: string;
}

/** Starts the batch at its times. A start that cannot be made within the hour is left to the next one. */
export class BatchSchedule extends Construct {
  constructor(scope: Construct, id: string, props: BatchScheduleProps) {
    super(scope, id);
    new Schedule(this, 'Schedule', {
      description: 'Scores what the log has gathered and loads the warehouse',
      schedule: ScheduleExpression.expression(props.expression, TimeZone.ETC_UTC),
      timeWindow: TimeWindow.off(),
      target: new StepFunctionsStartExecution(props.workflow.stateMachine, {
        input: ScheduleTargetInput.fromObject({}),
        retryAttempts: 10,
        maxEventAge: Duration.hours(1),
      }),
    });
  }
}
