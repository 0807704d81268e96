/** What the model must suppose because no template says it. */
export interface Assumption {
  readonly value: number;
  readonly unit: string;
  readonly why: string;
}

const measured = 'measured on the records of the demo; a test measures it again';

/**
 * Everything supposed, in one place. Where code writes what is weighed, the weight is measured by a test on the
 * generated records of the demo (test/unit/cost/measured.test.ts); the rest says where it comes from.
 */
export const ASSUMPTIONS = {
  applicationBytes: { value: 567, unit: 'bytes of an application with its partition key', why: measured },
  activityBytes: { value: 229, unit: 'bytes of a record of activity with its partition key', why: measured },

  applicationItemKb: {
    value: 1.063,
    unit: 'KB written of a customer for each application, each begun one counted',
    why: `${measured}. A customer has three applications there; with more the item grows by 0.2 KB each`,
  },
  activityItemKb: {
    value: 1.537,
    unit: 'KB written of a customer for each record of activity, likewise',
    why: `${measured}. A customer has six there; above 8 KB the item is deflated`,
  },
  unitsInTransaction: {
    value: 2,
    unit: 'write units for each KB written in a transaction',
    why: 'alerts, and customers with historyWrites=transactions; a statement or a put costs one, with a condition too',
  },
  capacityUse: {
    value: 0.5,
    unit: 'of the capacity of a table that has its own',
    why: 'for tables not on demand: what is paid for and not used follows the day; AWS scales to 70 % at most hours',
  },
  readsPerRecord: {
    value: 1,
    unit: 'read units for each record',
    why: 'its customer is read once, strongly consistent, below 4 KB; one who is not there costs as much',
  },
  applicationItemBytes: { value: 682, unit: 'bytes kept of a customer’s applications', why: measured },
  activityItemBytes: { value: 1449, unit: 'bytes kept of a customer’s activity', why: measured },
  customersPerApplication: {
    value: 0.311,
    unit: 'new customers for each application',
    why: `${measured}; fewer where customers come back`,
  },
  customersPerActivity: {
    value: 0.165,
    unit: 'customers who were not active before for each record of activity',
    why: `${measured}; fewer where customers come back`,
  },

  applicationAlerts: { value: 0.0243, unit: 'alerts for each application', why: `${measured}, policy default` },
  activityAlerts: {
    value: 0.0064,
    unit: 'alerts for each record of activity',
    why: `${measured}, policy default`,
  },
  alertBytes: { value: 1070, unit: 'bytes of an alert, without keys', why: `${measured}; the larger of both streams` },
  alertKeyBytes: { value: 150, unit: 'bytes of an alert’s keys and names', why: 'counted in alert-store-dynamo.ts' },
  alertIos: {
    value: 4,
    unit: 'I/O requests of DocumentDB for each alert',
    why: 'the document, its id and two indexes, each below 4 KB',
  },
  alertAuditBytes: { value: 1000, unit: 'bytes of DocumentDB’s audit log for each alert', why: 'audit_logs is all' },

  applicationLogBytes: { value: 168, unit: 'bytes of an application in the log, compressed', why: measured },
  activityLogBytes: { value: 69, unit: 'bytes of a record of activity in the log, compressed', why: measured },
  applicationReceiptBytes: { value: 302, unit: 'bytes of its receipt, compressed', why: measured },
  activityReceiptBytes: { value: 230, unit: 'bytes of its receipt, compressed', why: measured },
  planSlackHours: {
    value: 24,
    unit: 'hours that plan-batch lists beyond the stream’s reach and the last complete run',
    why: 'SLACK_MS in new-objects.ts',
  },
  listsPerRun: { value: 4, unit: 'requests by which a run lists nothing', why: 'log and receipts of two streams' },

  lakeObjectsPerRun: {
    value: 6,
    unit: 'objects of the lake that a run writes',
    why: 'a day of each of four tables, and of two of them the day before as well',
  },
  lakeRecordBytes: {
    value: 60,
    unit: 'bytes in the lake for each record',
    why: 'an application is there twice, with its decision; `npm run bench -- lake` tells it of a row',
  },
  lakeVersions: {
    value: 1.4,
    unit: 'times the lake that is stored',
    why: 'an hourly run leaves half a day twenty-four times, each kept for a day of the month',
  },

  accessLogBytes: { value: 500, unit: 'bytes of S3’s access log for each request', why: 'a line; writing it is free' },

  onDemandShards: {
    value: 4,
    unit: 'shards of a stream on demand',
    why: 'what Kinesis begins with; enough for 4 MB or 4,000 records a second',
  },
  kinesisPollSeconds: {
    value: 1,
    unit: 'seconds between two looks at a shard',
    why: 'Lambda’s base rate; a batch holds what came since, however short the window is',
  },
  kafkaPollSeconds: {
    value: 0.5,
    unit: 'seconds that Lambda gathers records of Kafka when no window is set',
    why: 'its documentation',
  },
  batchBytes: {
    value: 6_000_000,
    unit: 'bytes of an invocation at most',
    why: 'Lambda’s limit; records count in base64 with 300 bytes of envelope',
  },

  assessCallMs: {
    value: 60,
    unit: 'ms of an invocation of detect-fraud or track-activity that are there for one record too',
    why: 'not measured on AWS: read customers, then alerts and receipts, then write customers, 20 ms each',
  },
  assessRecordMs: {
    value: 1.3,
    unit: 'ms more for each record',
    why: 'bench/results: 2,737 records/s on two cores with every server on them, 0.73 ms; 0.58 vCPU at 1 GB',
  },
  archiveCallMs: {
    value: 40,
    unit: 'ms of an invocation of archive-log for one record',
    why: 'not measured on AWS: a PUT',
  },
  archiveRecordMs: {
    value: 0.1,
    unit: 'ms more for each record',
    why: 'mask, envelope and gzip: 0.05 ms of a core in bench/results, 0.58 vCPU at 1 GB',
  },
  loadGbSecondsPerMillion: {
    value: 220,
    unit: 'GB-seconds of the batch for each million records',
    why: 'bench/results: two loaders 45 s, load 37 s, checks 16 s, reconcile 13 s, by the memory of each',
  },

  logLineBytes: { value: 450, unit: 'bytes of a line of metrics in the log', why: 'one for each set of dimensions' },
  issuesPerRecord: { value: 0.05, unit: 'issues for each record', why: 'the demo plants every failing check' },

  runSteps: {
    value: 16,
    unit: 'state transitions of a run of the batch that finds little',
    why: 'nine states, two maps with a group each',
  },
  stepsPerGroup: {
    value: 3,
    unit: 'state transitions for each group more',
    why: 'start of a child, its task, its end',
  },
  runCalls: { value: 9, unit: 'invocations of such a run', why: 'seven states and two groups' },
  runGbSeconds: {
    value: 20,
    unit: 'GB-seconds of such a run',
    why: 'not measured on AWS: two seconds each by the memory, most of it connecting and waiting',
  },
  runLogBytes: {
    value: 10_000,
    unit: 'bytes of logs of such a run',
    why: 'a few lines of each function, workflow events',
  },
  groupBytes: {
    value: 64 * 1024 * 1024,
    unit: 'compressed bytes of a group of objects',
    why: 'GROUP_LIMITS in plan.ts',
  },
  groupObjects: { value: 2000, unit: 'objects of a group', why: 'GROUP_LIMITS in plan.ts' },

  keyCallsPerHour: {
    value: 12,
    unit: 'requests to KMS for each function and each store it uses',
    why: 'services keep a data key for five minutes; buckets have a key of their own',
  },
  storesPerFunction: { value: 3, unit: 'encrypted stores that a function uses', why: 'stream, bucket, table' },
  policyLooksPerHour: {
    value: 60,
    unit: 'times that each of detect-fraud and track-activity lists and reads the policies',
    why: 'documents.ts looks once a minute; one environment each',
  },
  secondsOfTraces: {
    value: 1,
    unit: 'trace a second that X-Ray always takes of a function',
    why: 'Lambda’s fixed sampling',
  },
  shareOfTraces: { value: 0.05, unit: 'of all other invocations', why: 'Lambda’s fixed sampling' },
} as const satisfies Readonly<Record<string, Assumption>>;

export type AssumptionName = keyof typeof ASSUMPTIONS;
export type Assumed = Readonly<Record<AssumptionName, number>>;

/** The values, some of them as `changes` says: to ask what another design would cost. */
export const assume = (changes: Partial<Assumed> = {}): Assumed => ({
  ...(Object.fromEntries(Object.entries(ASSUMPTIONS).map(([name, { value }]) => [name, value])) as Assumed),
  ...changes,
});
