import { Duration } from 'aws-cdk-lib/core';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { DECISION_OBJECTIVE } from '../../../core/contract/objectives.ts';
import type { Settings } from '../../config/settings.ts';
import { type IEventStream, KinesisEventStream } from '../event-stream.ts';
import { type AlarmSet, expression } from './alarm-set.ts';
import { ownMetric } from './own-metric.ts';

const HOUR_S = 3600;
const LAG_S = DECISION_OBJECTIVE.withinSeconds;
const FOLLOWERS = ['detect-fraud', 'track-activity'] as const;

/** Of one feeding of a stream to a function. */
export interface Feeding {
  /** such as `detect-fraud-applications` */
  readonly name: string;
  /** uuid of the event source mapping */
  readonly mappingId: string;
}

export interface StreamAlarmsProps {
  readonly settings: Settings;
  readonly streams: Readonly<Record<string, IEventStream>>;
  readonly feedings: readonly Feeding[];
}

/** Whether records come in, how long they wait, and whether any was given up. */
export function addStreamAlarms(alarms: AlarmSet, { settings, streams, feedings }: StreamAlarmsProps): void {
  const page = (settings.maxRecordAgeHours * HOUR_S) / 4;
  for (const [name, stream] of Object.entries(streams))
    if (stream instanceof KinesisEventStream) addKinesisAlarms(alarms, name, stream.streamName, page * 1000);

  for (const service of FOLLOWERS) {
    const lag = ownMetric(settings.stage, service, 'decisionLag', 'Maximum', Duration.minutes(1));
    alarms.add('decisions-late', service, {
      metric: lag,
      urgency: 'warn',
      above: LAG_S,
      of: 5,
      missing: 'is fine', // no records, none late
      meaning: 'Records wait longer than a minute for their decision.',
    });
    alarms.add('records-near-their-end', service, {
      metric: lag,
      urgency: 'page',
      above: page,
      of: 5,
      m: 3,
      missing: 'is fine', // the same
      meaning: 'Records have waited a quarter of the age at which they are given up.',
    });
    alarms.add('records-refused', service, {
      metric: ownMetric(settings.stage, service, 'droppedRecords', 'Sum'),
      urgency: 'page',
      above: 0,
      missing: 'is fine', // no records, none too old
      meaning: 'Records came after the age at which the batch gives them up; nobody decides them.',
    });
    alarms.add('services-fail', service, {
      metric: ownMetric(settings.stage, service, 'serviceFaults', 'Sum'),
      urgency: 'warn',
      above: 0,
      of: 6,
      m: 3,
      missing: 'is fine', // written when a service fails only
      meaning: 'A service that decisions need fails again and again; the records are delivered again.',
    });
  }
  alarms.add('records-near-their-end', 'archive-log', {
    metric: ownMetric(settings.stage, 'archive-log', 'logLag', 'Maximum', Duration.minutes(1)),
    urgency: 'page',
    above: page,
    of: 5,
    m: 3,
    missing: 'is fine', // no records, none late
    meaning: 'Records have waited for the log a quarter of the age at which they are given up.',
  });
  alarms.add('services-fail', 'archive-log', {
    metric: ownMetric(settings.stage, 'archive-log', 'serviceFaults', 'Sum'),
    urgency: 'page',
    above: 0,
    of: 6,
    m: 3,
    missing: 'is fine', // the same
    meaning: 'The log cannot be written: nothing that happens meanwhile can be replayed until it can.',
  });
  for (const { name, mappingId } of feedings) addFeedingAlarms(alarms, name, mappingId);
  addLogAlarms(alarms, settings);
}

function addKinesisAlarms(alarms: AlarmSet, name: string, StreamName: string, pageMs: number): void {
  const metric = (metricName: string, statistic: string, period: Duration): Metric =>
    new Metric({ namespace: 'AWS/Kinesis', metricName, dimensionsMap: { StreamName }, statistic, period });
  const age = metric('GetRecords.IteratorAgeMilliseconds', 'Maximum', Duration.minutes(1));
  alarms.add('stream-behind', name, {
    metric: age,
    urgency: 'warn',
    above: LAG_S * 1000,
    of: 5,
    missing: 'is fine', // nobody reads where nothing is
    meaning: 'Somebody who follows the stream is more than a minute behind.',
  });
  alarms.add('stream-far-behind', name, {
    metric: age,
    urgency: 'page',
    above: pageMs,
    of: 5,
    m: 3,
    missing: 'is fine', // the same
    meaning: 'Somebody who follows the stream is a quarter of the maximum record age behind.',
  });
  for (const [what, metricName] of [
    ['reads', 'ReadProvisionedThroughputExceeded'],
    ['writes', 'WriteProvisionedThroughputExceeded'],
  ] as const)
    alarms.add('stream-throttled', `${name}-${what}`, {
      metric: metric(metricName, 'Sum', Duration.minutes(1)),
      urgency: 'warn',
      above: 0,
      of: 15,
      m: 5,
      missing: 'is fine', // no calls, none refused
      meaning: `Kinesis refuses ${what} of the stream: its shards are too few.`,
    });
  alarms.add('puts-fail', name, {
    metric: metric('PutRecords.FailedRecords', 'Sum', Duration.minutes(1)),
    urgency: 'warn',
    above: 0,
    of: 5,
    m: 3,
    missing: 'is fine', // nobody puts
    meaning: 'Kinesis fails records that producers put; they must put them again.',
  });
}

function addFeedingAlarms(alarms: AlarmSet, name: string, EventSourceMappingUUID: string): void {
  for (const [anchor, metricName, meaning] of [
    ['records-dropped', 'DroppedEventCount', 'Records were given up and could not be kept: they are in the log alone.'],
    [
      'records-given-up',
      'OnFailureDestinationDeliveredEventCount',
      'Records were given up and lie in the failure bucket; they wait for crp redrive.',
    ],
  ] as const)
    alarms.add(anchor, name, {
      metric: new Metric({
        namespace: 'AWS/Lambda',
        metricName,
        dimensionsMap: { EventSourceMappingUUID },
        statistic: 'Sum',
        period: Duration.minutes(5),
      }),
      urgency: 'page',
      above: 0,
      missing: 'is fine', // written when it happens only
      meaning,
    });
}

function addLogAlarms(alarms: AlarmSet, { stage, batchIntervalMinutes }: Settings): void {
  const quarter = Duration.minutes(15);
  alarms.add('log-silent', null, {
    metric: expression(
      'IF(FILL(applications, 0) + FILL(activity, 0) > 0 AND FILL(objects, 0) == 0, 1, 0)',
      {
        applications: ownMetric(stage, 'detect-fraud', 'recordsReceived', 'Sum', quarter),
        activity: ownMetric(stage, 'track-activity', 'recordsReceived', 'Sum', quarter),
        objects: ownMetric(stage, 'archive-log', 'logObjectsWritten', 'Sum', quarter),
      },
      'records arrive and the log does not grow',
      quarter,
    ),
    urgency: 'page',
    above: 0,
    missing: 'is fine', // no records, nothing to write
    meaning: 'Records were decided for 15 minutes and none was written to the log.',
  });
  const batch = Duration.minutes(batchIntervalMinutes);
  for (const [service, period] of [
    ['detect-fraud', undefined],
    ['track-activity', undefined],
    ['score-records', batch],
    ['mark-undecided', batch],
  ] as const)
    alarms.add('policy-broken', service, {
      metric: ownMetric(stage, service, 'brokenPolicies', 'Maximum', period),
      urgency: 'warn',
      above: 0,
      missing: 'is fine', // nobody looked
      meaning: `A published policy cannot be used by ${service}; the last good one stays in force.`,
    });
}
