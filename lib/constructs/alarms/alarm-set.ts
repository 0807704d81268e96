import { Duration, Stack } from 'aws-cdk-lib/core';
import {
  Alarm,
  AlarmRule,
  AlarmState,
  AnomalyDetectionAlarm,
  ComparisonOperator,
  CompositeAlarm,
  type IMetric,
  MathExpression,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/** `page`: customers wait or records are at risk, now. `warn`: within the working day. */
export type Urgency = 'page' | 'warn';

export interface AlarmDefinition {
  readonly metric: Metric | MathExpression;
  readonly urgency: Urgency;
  /** the alarm goes off above this … */
  readonly above?: number;
  /** … or below this */
  readonly below?: number;
  /** of the metric's periods, how many are looked at @default 1 */
  readonly of?: number;
  /** and how many of them must be over the line @default all of them */
  readonly m?: number;
  /** what no data means, and why: there is no good default */
  readonly missing: 'is fine' | 'is bad' | 'says nothing';
  /** one sentence for whoever is woken */
  readonly meaning: string;
}

export interface AlarmSetProps {
  readonly page: ITopic;
  readonly warn: ITopic;
}

const MISSING = {
  'is fine': TreatMissingData.NOT_BREACHING,
  'is bad': TreatMissingData.BREACHING,
  'says nothing': TreatMissingData.IGNORE,
} as const;

/** Where what to do is written. Relative to the repository, which each lender has at another place. */
export const runbookAnchor = (id: string): string => `docs/runbook.md#${id}`;

/** Every alarm of a stage: each has an action, says what silence means, and names its place in the runbook. */
export class AlarmSet extends Construct {
  private readonly props: AlarmSetProps;

  constructor(scope: Construct, id: string, props: AlarmSetProps) {
    super(scope, id);
    this.props = props;
  }

  /**
   * @param anchor place in the runbook
   * @param subject which of several resources, where there are several
   */
  add(anchor: string, subject: string | null, definition: AlarmDefinition): void {
    const { metric, above, below, of = 1, m = of } = definition;
    const threshold = above ?? below;
    if (threshold === undefined) throw new Error(`the alarm ${anchor} has no threshold`);
    const alarm = new Alarm(this, idOf(anchor, subject), {
      alarmName: this.nameOf(anchor, subject),
      alarmDescription: describe(anchor, definition.meaning),
      metric: metric as IMetric,
      threshold,
      comparisonOperator:
        above === undefined ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: of,
      datapointsToAlarm: m,
      treatMissingData: MISSING[definition.missing],
    });
    this.notify(alarm, definition.urgency);
  }

  /** Goes off when a metric leaves the band that CloudWatch has learnt of it, upwards or on either side. */
  addBand(
    anchor: string,
    subject: string | null,
    definition: Omit<AlarmDefinition, 'metric' | 'above' | 'below'> & {
      readonly metric: Metric;
      /** of the band, in standard deviations to each side */
      readonly width: number;
      readonly outside: 'above' | 'either side';
    },
  ): void {
    const { metric, width, outside, of = 1, m = of } = definition;
    const alarm = new AnomalyDetectionAlarm(this, idOf(anchor, subject), {
      alarmName: this.nameOf(anchor, subject),
      alarmDescription: describe(anchor, definition.meaning),
      metric: metric as IMetric,
      stdDevs: width,
      comparisonOperator:
        outside === 'above'
          ? ComparisonOperator.GREATER_THAN_UPPER_THRESHOLD
          : ComparisonOperator.LESS_THAN_LOWER_OR_GREATER_THAN_UPPER_THRESHOLD,
      evaluationPeriods: of,
      datapointsToAlarm: m,
      treatMissingData: MISSING[definition.missing],
    });
    this.notify(alarm, definition.urgency);
  }

  /**
   * Goes off while a figure is over a line in a long window *and* in a short one. The windows are alarms that tell nobody;
   * the one over them does.
   */
  addBoth(
    anchor: string,
    subject: string,
    definition: Required<Pick<AlarmDefinition, 'above' | 'urgency' | 'missing' | 'meaning'>> & {
      readonly windows: Readonly<Record<'long' | 'short', MathExpression>>;
    },
  ): void {
    const { windows, above, missing, meaning } = definition;
    const parts = Object.entries(windows).map(
      ([window, metric]) =>
        new Alarm(this, idOf(anchor, `${subject}-${window}`), {
          alarmName: this.nameOf(anchor, `${subject}-${window}`),
          alarmDescription: describe(anchor, `The ${window} window of ${this.nameOf(anchor, subject)}.`),
          metric,
          threshold: above,
          comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
          evaluationPeriods: 1,
          datapointsToAlarm: 1,
          treatMissingData: MISSING[missing],
        }),
    );
    const both = new CompositeAlarm(this, idOf(anchor, subject), {
      compositeAlarmName: this.nameOf(anchor, subject),
      alarmDescription: describe(anchor, meaning),
      alarmRule: AlarmRule.allOf(...parts.map((part) => AlarmRule.fromAlarm(part, AlarmState.ALARM))),
    });
    this.notify(both, definition.urgency);
  }

  private notify(alarm: Alarm | AnomalyDetectionAlarm | CompositeAlarm, urgency: Urgency): void {
    const action = new SnsAction(this.props[urgency]);
    alarm.addAlarmAction(action);
    // Whoever was woken wants to know that it is over.
    alarm.addOkAction(action);
  }

  private nameOf(anchor: string, subject: string | null): string {
    return [Stack.of(this).stackName, anchor, ...(subject === null ? [] : [subject])].join('/');
  }
}

const idOf = (anchor: string, subject: string | null): string => (subject === null ? anchor : `${anchor}-${subject}`);
const describe = (anchor: string, meaning: string): string => `${meaning} What to do: ${runbookAnchor(anchor)}`;

/** `sum(a, b)` and the like, over the metrics named. */
export const expression = (
  text: string,
  usingMetrics: Readonly<Record<string, Metric>>,
  label: string,
  period = Duration.minutes(5),
): MathExpression =>
  new MathExpression({ expression: text, usingMetrics: usingMetrics as Record<string, IMetric>, label, period });
