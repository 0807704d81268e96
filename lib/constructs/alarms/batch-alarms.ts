import { Duration } from 'aws-cdk-lib/core';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { WAREHOUSE_SLACK_MINUTES } from '../../../core/contract/objectives.ts';
import type { Settings } from '../../config/settings.ts';
import { type AlarmSet, expression } from './alarm-set.ts';
import { ownMetric } from './own-metric.ts';

export interface BatchAlarmsProps {
  readonly settings: Settings;
  readonly stateMachine: StateMachine;
  /** starts that the scheduler could not make */
  readonly missedStarts: IQueue;
}

const WINDOW = Duration.minutes(30);
const DAY_MINUTES = 1440;

/** Whether the batch runs, ends well, in time, and with everything accounted for. */
export function addBatchAlarms(alarms: AlarmSet, { settings, stateMachine, missedStarts }: BatchAlarmsProps): void {
  const { stage } = settings;
  const once = { statistic: 'Sum', period: Duration.minutes(5) };
  for (const [how, metric] of [
    ['failed', stateMachine.metricFailed(once)],
    ['timed-out', stateMachine.metricTimedOut(once)],
    ['aborted', stateMachine.metricAborted(once)],
  ] as const)
    alarms.add('batch-fails', how, {
      metric: metric as Metric,
      urgency: how === 'aborted' ? 'warn' : 'page',
      above: 0,
      missing: 'is fine', // no run ended in that way
      meaning: `A batch ended as ${how}. Nothing is half loaded; the next one tries again.`,
    });
  alarms.add('batch-fails', 'gave-up', {
    metric: ownMetric(stage, 'record-failure', 'batchFailures', 'Sum'),
    urgency: 'warn',
    above: 0,
    missing: 'is fine', // no run gave up
    meaning: 'A batch caught an error that no retry mended; its row of lineage names it.',
  });

  // CloudWatch looks back a day, or a week in periods of an hour.
  const late = settings.batchIntervalMinutes + WAREHOUSE_SLACK_MINUTES;
  const period = late > DAY_MINUTES ? Duration.hours(1) : WINDOW;
  const windows = Math.ceil(late / period.toMinutes());
  alarms.add('batch-not-started', null, {
    metric: stateMachine.metricStarted({ statistic: 'Sum', period }) as Metric,
    urgency: 'page',
    below: 1,
    of: windows,
    missing: 'is bad', // a start that is missed leaves no trace but this
    meaning: 'No batch was started in the time of one.',
  });
  alarms.add('warehouse-stale', null, {
    // One figure is written by each run that came to its end.
    metric: ownMetric(stage, 'reconcile', 'pendingPositions', 'SampleCount', period),
    urgency: 'page',
    below: 1,
    of: windows,
    missing: 'is bad', // no run came to its end
    meaning: 'The warehouse is older than its schedule and half an hour: no batch came to its end.',
  });
  alarms.addBand('batch-slow', null, {
    metric: stateMachine.metricTime({ statistic: 'Maximum', period: WINDOW }) as Metric,
    urgency: 'warn',
    width: 2,
    outside: 'either side',
    of: 3,
    m: 2,
    missing: 'is fine', // none ended
    meaning: 'Batches take longer than they use to, or end so soon that they can hardly have done anything.',
  });
  alarms.add('starts-missed', 'waiting', {
    metric: missedStarts.metricApproximateNumberOfMessagesVisible({
      statistic: 'Maximum',
      period: Duration.minutes(5),
    }) as Metric,
    urgency: 'warn',
    above: 0,
    missing: 'is fine', // an idle queue says nothing
    meaning: 'The scheduler could not start a batch.',
  });
  alarms.add('starts-missed', 'old', {
    metric: missedStarts.metricApproximateAgeOfOldestMessage({
      statistic: 'Maximum',
      period: Duration.minutes(5),
    }) as Metric,
    urgency: 'warn',
    above: 3600,
    missing: 'is fine', // the same
    meaning: 'A missed start has lain for more than an hour, and nobody has looked.',
  });

  const reconciled = (name: Parameters<typeof ownMetric>[2]) => ownMetric(stage, 'reconcile', name, 'Maximum', WINDOW);
  alarms.add('positions-do-not-add-up', null, {
    metric: expression(
      'missing + unexpected + parity',
      {
        missing: reconciled('missingPositions'),
        unexpected: reconciled('unexpectedPositions'),
        parity: reconciled('parityDifferences'),
      },
      'positions that do not add up',
      WINDOW,
    ),
    urgency: 'page',
    above: 0,
    missing: 'says nothing', // the last finding stands until the next batch
    meaning: 'Stream, log, receipts and warehouse do not hold the same positions.',
  });
  alarms.add('positions-pending', null, {
    metric: ownMetric(
      stage,
      'reconcile',
      'pendingPositions',
      'Minimum',
      Duration.minutes(settings.batchIntervalMinutes),
    ),
    urgency: 'warn',
    above: 0,
    of: 3,
    missing: 'says nothing', // the last finding stands until the next batch
    meaning: 'In three batches on end there were positions without a receipt.',
  });
  alarms.add('records-undecided', null, {
    metric: ownMetric(stage, 'mark-undecided', 'undecidedRecords', 'Sum', WINDOW),
    urgency: 'page',
    above: 0,
    missing: 'is fine', // no batch ran
    meaning: 'The stream gave records up; they wait for crp redrive.',
  });
  for (const service of ['score-records', 'load-receipts'] as const)
    alarms.add('objects-unreadable', service, {
      metric: ownMetric(stage, service, 'unreadableObjects', 'Sum', WINDOW),
      urgency: 'warn',
      above: 0,
      missing: 'is fine', // nothing was loaded
      meaning: 'An object of the log or the receipts could not be read.',
    });
  alarms.add('quality-fails', null, {
    metric: ownMetric(stage, 'check-quality', 'qualityFailures', 'Sum', WINDOW),
    urgency: 'page',
    above: 0,
    missing: 'is fine', // no batch came so far
    meaning: 'The warehouse breaks something that must always hold.',
  });
}
