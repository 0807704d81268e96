import { Duration } from 'aws-cdk-lib/core';
import { DECISION_OBJECTIVE, WAREHOUSE_OBJECTIVE } from '../../../core/contract/objectives.ts';
import type { Settings } from '../../config/settings.ts';
import { type AlarmSet, expression, type Urgency } from './alarm-set.ts';
import { ownMetric } from './own-metric.ts';

/** Of so few decisions one that is late says nothing about one in a thousand. */
const ENOUGH = 100;

interface Burn {
  /** how many times faster than the objective allows; at 1 the budget of a period lasts just that period */
  readonly rate: number;
  /** what is spent over this long is worth telling … */
  readonly long: Duration;
  /** … while it is still being spent: this ends the alarm soon after the fault has ended */
  readonly short: Duration;
  readonly urgency: Urgency;
}

/** In an hour at 14.4 a fiftieth of a month's budget is gone, in six hours at 6 a twentieth, in a day at 1 a thirtieth. */
const BURNS: Readonly<Record<string, Burn>> = {
  fast: { rate: 14.4, long: Duration.hours(1), short: Duration.minutes(5), urgency: 'page' },
  steady: { rate: 6, long: Duration.hours(6), short: Duration.minutes(30), urgency: 'page' },
  // A day is the longest period that CloudWatch has.
  slow: { rate: 1, long: Duration.days(1), short: Duration.hours(2), urgency: 'warn' },
};

/** Whether what was promised is kept: how fast what may go wrong of it is used up. */
export function addObjectiveAlarms(alarms: AlarmSet, { stage }: Settings): void {
  const { withinSeconds, percent } = DECISION_OBJECTIVE;
  const budget = 100 - percent;
  const late = (period: Duration, least: number) =>
    expression(
      `IF(decided >= ${least}, 100 * late / decided, 0)`,
      {
        decided: ownMetric(stage, 'detect-fraud', 'recordsDecided', 'Sum', period),
        late: ownMetric(stage, 'detect-fraud', 'lateDecisions', 'Sum', period),
      },
      `applications decided later than ${withinSeconds} s, %`,
      period,
    );
  for (const [name, { rate, long, short, urgency }] of Object.entries(BURNS))
    alarms.addBoth('decisions-objective', name, {
      windows: { long: late(long, ENOUGH), short: late(short, 1) },
      above: Number((rate * budget).toFixed(4)),
      urgency,
      missing: 'is fine', // nothing decided, nothing late: what does not come at all is for stream-behind and no-traffic
      meaning: `More than ${percent} % of the applications must be decided within ${withinSeconds} s; those that are not use up what may be missed ${rate} times too fast.`,
    });

  // One morning a day: each that is missed uses up a hundred days’ budget, whatever the window. The page is for the one,
  // the ticket stays for as long as CloudWatch looks back.
  const stale = (period: Duration) => ownMetric(stage, 'plan-batch', 'staleMornings', 'Sum', period);
  const meaning = `On ${WAREHOUSE_OBJECTIVE.percent} % of days the warehouse must be fresh by ${WAREHOUSE_OBJECTIVE.byHourUtc}:00 UTC`;
  alarms.add('warehouse-objective', 'missed', {
    metric: stale(Duration.hours(1)),
    urgency: 'page',
    above: 0,
    missing: 'is fine', // no batch began, which batch-not-started tells
    meaning: `${meaning}; this morning it was not.`,
  });
  alarms.add('warehouse-objective', 'budget', {
    metric: stale(Duration.days(1)),
    urgency: 'warn',
    above: 0,
    of: 7,
    m: 1,
    missing: 'is fine', // the same
    meaning: `${meaning}; in the last week it was not.`,
  });
}
