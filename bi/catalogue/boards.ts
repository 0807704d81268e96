import { BATCH_FUNCTIONS, type FunctionName, STREAM_FUNCTIONS } from '../../core/contract/functions.ts';
import { METRIC_NAMESPACE, METRICS } from '../../core/contract/metrics.ts';
import { ACTIVITY, APPLICATIONS, STREAM_NAMES } from '../../core/contract/streams.ts';
import { CHECKS, OUTCOMES, RISK_LEVELS } from '../../core/contract/values.ts';
import type { Board, Place, Signal, Widget } from './board-types.ts';

const FOLLOWERS = ['detect-fraud', 'track-activity'] as const;
/** The checks that the stream makes; the batch alone finds the other two. */
const STREAM_CHECKS = CHECKS.filter((check) => check !== 'conflicting_record' && check !== 'reused_application_id');

/** A metric that a function of ours writes, under the dimensions it writes it with. */
const own = (
  service: FunctionName,
  metric: keyof typeof METRICS,
  statistic: Signal['statistic'],
  label: string,
  dimensions: Readonly<Record<string, string>> = {},
): Signal => ({
  namespace: METRIC_NAMESPACE,
  metric: METRICS[metric],
  dimensions: { service, stage: '{stage}', ...dimensions },
  statistic,
  label,
});
const aws = (
  namespace: string,
  metric: string,
  dimensions: Readonly<Record<string, Place>>,
  statistic: Signal['statistic'],
  label = metric,
): Signal => ({ namespace: `AWS/${namespace}`, metric, dimensions, statistic, label });
const eachFunction = (metric: string, statistic: Signal['statistic']): readonly Signal[] =>
  [...STREAM_FUNCTIONS, ...BATCH_FUNCTIONS]
    .filter(isCalledAgain)
    .map((name) => aws('Lambda', metric, { FunctionName: `{function:${name}}` }, statistic, name));
const eachStream = (metric: string, statistic: Signal['statistic']): readonly Signal[] =>
  STREAM_NAMES.map((name) => aws('Kinesis', metric, { StreamName: `{stream:${name}}` }, statistic, name));
/** Steps of a deployment run once, and CloudFormation tells how they ended. */
const isCalledAgain = (name: string): boolean => name !== 'publish-policy' && name !== 'migrate-database';
/** `part` of `whole` in percent, of the sums of the period: never a mean of percentages. */
const percent = (whole: Signal, part: Signal, label: string): Pick<Widget, 'signals' | 'expressions'> => ({
  signals: [whole, part],
  expressions: [{ expression: '100 * m2 / MAX([m1, 1])', label }],
});

/** What on-call engineers open: first whether customers are served, then the stages of the pipeline, then resources. */
const OPERATIONS: Board = {
  id: 'operations',
  title: 'Operations',
  sections: [
    {
      title: 'Are customers served?',
      widgets: [
        {
          title: 'Records decided',
          kind: 'lines',
          unit: 'count',
          signals: FOLLOWERS.map((service) => own(service, 'recordsDecided', 'Sum', service)),
        },
        {
          title: 'Wait for a decision, longest',
          kind: 'lines',
          unit: 'seconds',
          signals: FOLLOWERS.map((service) => own(service, 'decisionLag', 'Maximum', service)),
          line: { at: 60, label: 'promised' },
        },
        {
          title: 'Decided later than a minute',
          kind: 'lines',
          unit: 'percent',
          ...percent(
            own('detect-fraud', 'recordsDecided', 'Sum', 'decided'),
            own('detect-fraud', 'lateDecisions', 'Sum', 'late'),
            'late, %',
          ),
        },
        {
          title: 'Runs of the batch that came to their end',
          kind: 'lines',
          unit: 'count',
          signals: [own('reconcile', 'pendingPositions', 'SampleCount', 'runs')],
        },
        {
          title: 'Positions that do not add up',
          kind: 'lines',
          unit: 'count',
          signals: [
            own('reconcile', 'missingPositions', 'Maximum', 'missing'),
            own('reconcile', 'unexpectedPositions', 'Maximum', 'unexpected'),
            own('reconcile', 'parityDifferences', 'Maximum', 'parity'),
            own('reconcile', 'pendingPositions', 'Maximum', 'pending'),
          ],
        },
        {
          title: 'Given up',
          kind: 'lines',
          unit: 'count',
          signals: [
            own('mark-undecided', 'undecidedRecords', 'Sum', 'undecided'),
            ...FOLLOWERS.map((service) => own(service, 'droppedRecords', 'Sum', `refused by ${service}`)),
          ],
        },
      ],
    },
    {
      title: 'Streams and log',
      widgets: [
        {
          title: 'Records in',
          kind: 'lines',
          unit: 'count',
          only: 'kinesis',
          signals: eachStream('IncomingRecords', 'Sum'),
        },
        {
          title: 'Age of what is read',
          kind: 'lines',
          unit: 'milliseconds',
          only: 'kinesis',
          signals: eachStream('GetRecords.IteratorAgeMilliseconds', 'Maximum'),
        },
        {
          title: 'Refused by Kinesis',
          kind: 'lines',
          unit: 'count',
          only: 'kinesis',
          signals: [
            ...eachStream('ReadProvisionedThroughputExceeded', 'Sum'),
            ...eachStream('WriteProvisionedThroughputExceeded', 'Sum'),
          ].map((signal) => ({
            ...signal,
            label: `${signal.label} ${signal.metric.startsWith('Read') ? 'read' : 'write'}`,
          })),
        },
        {
          title: 'Bytes into the topics',
          kind: 'lines',
          unit: 'bytes',
          only: 'msk',
          signals: STREAM_NAMES.map((name) =>
            aws(
              'Kafka',
              'BytesInPerSec',
              { 'Cluster Name': '{kafka-cluster}', Topic: `{stream:${name}}` },
              'Average',
              name,
            ),
          ),
        },
        {
          title: 'Records received',
          kind: 'lines',
          unit: 'count',
          signals: FOLLOWERS.map((service) => own(service, 'recordsReceived', 'Sum', service)),
        },
        {
          title: 'Wait for the log, longest',
          kind: 'lines',
          unit: 'seconds',
          signals: [own('archive-log', 'logLag', 'Maximum', 'archive-log')],
        },
        {
          title: 'Services that failed a function',
          kind: 'lines',
          unit: 'count',
          signals: (['archive-log', ...FOLLOWERS] as const).map((service) =>
            own(service, 'serviceFaults', 'Sum', service),
          ),
        },
      ],
    },
    {
      title: 'Batch',
      widgets: [
        {
          title: 'Runs',
          kind: 'lines',
          unit: 'count',
          signals: (
            ['ExecutionsStarted', 'ExecutionsSucceeded', 'ExecutionsFailed', 'ExecutionsTimedOut'] as const
          ).map((metric) => aws('States', metric, { StateMachineArn: '{state-machine}' }, 'Sum')),
        },
        {
          title: 'Duration of a run',
          kind: 'lines',
          unit: 'seconds',
          signals: [own('reconcile', 'batchDuration', 'Maximum', 'batch')],
        },
        {
          title: 'Rows loaded',
          kind: 'stacked',
          unit: 'count',
          signals: (['score-records', 'load-receipts', 'extract-alerts', 'load-warehouse'] as const).map((service) =>
            own(service, 'rowsLoaded', 'Sum', service),
          ),
        },
        {
          title: 'Failures of quality, unreadable objects, runs that gave up',
          kind: 'lines',
          unit: 'count',
          signals: [
            own('check-quality', 'qualityFailures', 'Sum', 'quality'),
            own('score-records', 'unreadableObjects', 'Sum', 'unreadable log'),
            own('load-receipts', 'unreadableObjects', 'Sum', 'unreadable receipts'),
            own('record-failure', 'batchFailures', 'Sum', 'gave up'),
          ],
        },
      ],
    },
    {
      title: 'Functions',
      widgets: [
        { title: 'Calls', kind: 'lines', unit: 'count', signals: eachFunction('Invocations', 'Sum') },
        { title: 'Errors', kind: 'lines', unit: 'count', signals: eachFunction('Errors', 'Sum') },
        { title: 'Throttles', kind: 'lines', unit: 'count', signals: eachFunction('Throttles', 'Sum') },
        { title: 'Duration, p99', kind: 'lines', unit: 'milliseconds', signals: eachFunction('Duration', 'p99') },
      ],
    },
    {
      title: 'Stores',
      widgets: [
        {
          title: 'Warehouse: processor and connections',
          kind: 'lines',
          unit: 'count',
          only: 'rds',
          signals: [
            aws('RDS', 'CPUUtilization', { DBInstanceIdentifier: '{warehouse}' }, 'Average', 'processor, %'),
            aws('RDS', 'DatabaseConnections', { DBInstanceIdentifier: '{warehouse}' }, 'Maximum', 'connections'),
          ],
        },
        {
          title: 'Warehouse: memory and storage free',
          kind: 'lines',
          unit: 'bytes',
          only: 'rds',
          signals: [
            aws('RDS', 'FreeableMemory', { DBInstanceIdentifier: '{warehouse}' }, 'Minimum', 'memory'),
            aws('RDS', 'FreeStorageSpace', { DBInstanceIdentifier: '{warehouse}' }, 'Minimum', 'storage'),
          ],
        },
        {
          title: 'Warehouse: disk',
          kind: 'lines',
          unit: 'seconds',
          only: 'rds',
          signals: [
            aws('RDS', 'ReadLatency', { DBInstanceIdentifier: '{warehouse}' }, 'Average', 'reads'),
            aws('RDS', 'WriteLatency', { DBInstanceIdentifier: '{warehouse}' }, 'Average', 'writes'),
          ],
          line: { at: 0.02, label: 'slow' },
        },
        {
          title: 'Alert store',
          kind: 'lines',
          unit: 'count',
          only: 'documentdb',
          signals: [
            aws('DocDB', 'CPUUtilization', { DBClusterIdentifier: '{alert-cluster}' }, 'Average', 'processor, %'),
            aws('DocDB', 'DatabaseConnections', { DBClusterIdentifier: '{alert-cluster}' }, 'Maximum', 'connections'),
            aws(
              'DocDB',
              'BufferCacheHitRatio',
              { DBClusterIdentifier: '{alert-cluster}' },
              'Average',
              'found in memory, %',
            ),
          ],
        },
        {
          title: 'Customers: capacity used',
          kind: 'lines',
          unit: 'count',
          signals: [
            aws('DynamoDB', 'ConsumedReadCapacityUnits', { TableName: '{customers-table}' }, 'Sum', 'reads'),
            aws('DynamoDB', 'ConsumedWriteCapacityUnits', { TableName: '{customers-table}' }, 'Sum', 'writes'),
          ],
        },
      ],
    },
  ],
};

/** What credit officers and fraud analysts see without waiting for the batch: the figures of the stream itself. */
const BUSINESS: Board = {
  id: 'business',
  title: 'Business',
  sections: [
    {
      title: 'Decisions',
      widgets: [
        {
          title: 'Applications',
          kind: 'lines',
          unit: 'count',
          signals: [own('detect-fraud', 'recordsReceived', 'Sum', APPLICATIONS)],
        },
        {
          title: 'Decisions',
          kind: 'stacked',
          unit: 'count',
          signals: OUTCOMES.map((outcome) => own('detect-fraud', 'decisions', 'Sum', outcome, { outcome })),
        },
        {
          title: 'Risk mix',
          kind: 'stacked',
          unit: 'count',
          signals: RISK_LEVELS.map((risk_level) =>
            own('detect-fraud', 'scoredRecords', 'Sum', risk_level, { risk_level }),
          ),
        },
      ],
    },
    {
      title: 'Fraud',
      widgets: [
        {
          title: 'Flagged share of applications',
          kind: 'lines',
          unit: 'percent',
          ...percent(
            own('detect-fraud', 'recordsDecided', 'Sum', 'decided'),
            own('detect-fraud', 'flaggedRecords', 'Sum', 'flagged'),
            'flagged, %',
          ),
        },
        {
          title: 'Alerts by rule',
          kind: 'stacked',
          unit: 'count',
          signals: [
            own('detect-fraud', 'fraudAlerts', 'Sum', 'rule', { rule_id: '*' }),
            own('track-activity', 'fraudAlerts', 'Sum', 'rule', { rule_id: '*' }),
          ],
        },
        {
          title: 'Fraud against the four weeks before',
          kind: 'lines',
          unit: 'percent',
          signals: [own('check-quality', 'fraudRateOfTrailing', 'Maximum', 'of the trailing rate, %')],
          line: { at: 200, label: 'twice' },
        },
      ],
    },
    {
      title: 'Data quality',
      widgets: [
        {
          title: `Invalid share of ${APPLICATIONS}`,
          kind: 'lines',
          unit: 'percent',
          ...percent(
            own('detect-fraud', 'recordsReceived', 'Sum', 'received'),
            own('detect-fraud', 'quarantinedRecords', 'Sum', 'quarantined'),
            'invalid, %',
          ),
          line: { at: 5, label: 'alarm' },
        },
        {
          title: `Invalid share of ${ACTIVITY}`,
          kind: 'lines',
          unit: 'percent',
          ...percent(
            own('track-activity', 'recordsReceived', 'Sum', 'received'),
            own('track-activity', 'quarantinedRecords', 'Sum', 'quarantined'),
            'invalid, %',
          ),
          line: { at: 5, label: 'alarm' },
        },
        {
          title: 'Failed checks',
          kind: 'stacked',
          unit: 'count',
          signals: STREAM_CHECKS.map((check_type) =>
            own('detect-fraud', 'invalidRecords', 'Sum', check_type, { check_type }),
          ),
        },
        {
          title: 'Said again, or said otherwise',
          kind: 'lines',
          unit: 'count',
          signals: FOLLOWERS.flatMap((service) => [
            own(service, 'duplicateRecords', 'Sum', `duplicates, ${service}`),
            own(service, 'conflictingRecords', 'Sum', `conflicts, ${service}`),
          ]),
        },
      ],
    },
  ],
};

export const BOARDS: readonly Board[] = [OPERATIONS, BUSINESS];
