import * as z from 'zod';
import { ROLES } from '../../bi/quicksight/rows.ts';
import { FUNCTIONS, type FunctionName } from '../../core/contract/functions.ts';

/** Stages there are; each has an override of the base in stages.ts. */
export const STAGES = ['local', 'dev', 'prod'] as const;
export type Stage = (typeof STAGES)[number];

/** Retentions that CloudWatch Logs knows, in days. */
const LOG_RETENTIONS = [1, 3, 7, 14, 30, 60, 90, 180, 365, 731, 1827, 3653] as const;
const LOG_LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
/** An MSK cluster that is there already, with IAM access. */
const CLUSTER_ARN = /^arn:aws[a-z-]*:kafka:[a-z0-9-]+:\d{12}:cluster\/[A-Za-z0-9._-]+\/[a-z0-9-]+$/;

/** Each setting is described by what is allowed: whoever gives another value is told so. */
const whole = (least: number, most: number) =>
  z.int().min(least).max(most).describe(`whole numbers from ${least} to ${most}`);
const halves = (least: number, most: number) =>
  z.number().min(least).max(most).multipleOf(0.5).describe(`halves from ${least} to ${most}`);
const flag = z.boolean().describe('true and false');
const oneOf = <const Values extends readonly string[]>(values: Values) => z.enum(values).describe(values.join(', '));
const text = (pattern: RegExp, allowed: string) => z.string().regex(pattern).describe(allowed);
const NAME = text(/^[a-z_][a-z0-9_]{0,62}$/, 'names of at most 63 lower-case letters, digits and _');
/** A user or group of QuickSight, in the region in which the account keeps them. */
const QUICKSIGHT_PRINCIPAL = /^arn:aws[a-z-]*:quicksight:[a-z0-9-]+:\d{12}:(user|group)\/[\w.@/+=-]+$/;
const isReader = (one: string): boolean => {
  const [role, ...arn] = one.split('=');
  return ROLES.some((known) => known === role) && QUICKSIGHT_PRINCIPAL.test(arn.join('='));
};

/** What a function is given: memory also buys CPU on Lambda (1,769 MB are one vCPU). */
const functionSettings = z.strictObject({
  memoryMb: whole(128, 10_240),
  timeoutSeconds: whole(1, 900),
});

/** A stage's settings. Flat, so that each can be set by `-c key=value`; `functions` alone is set in the files only. */
export const settingsSchema = z.strictObject({
  stage: oneOf(STAGES),
  account: text(/^\d{12}$/, 'account numbers of 12 digits'),
  region: text(/^[a-z]{2}(-[a-z]+)+-\d$/, 'regions such as eu-central-1'),

  /**
   * availability zones of functions and endpoints, the first so many or by letter: one is cheap, two survive the loss of
   * one; letters name all that the network has, where an account has no zone a or a type is not in it
   */
  zones: z
    .union([whole(1, 3), text(/^([a-f])(?:,(?!\1)([a-f])(?:,(?!\1|\2)[a-f])?)$/, '')])
    .describe('1, 2, 3, and two or three different letters from a to f with commas between them'),

  /** what carries the events: Kinesis, an MSK cluster of the stage's own, or the ARN of one that is there */
  stream: z
    .union([z.enum(['kinesis', 'msk']), z.string().regex(CLUSTER_ARN)])
    .describe('kinesis, msk, and the ARN of an MSK cluster'),
  /** of Kinesis: shards of our own, or as many as the load asks for */
  streamMode: oneOf(['provisioned', 'on-demand']),
  /** of an MSK cluster of the stage's own */
  mskMode: oneOf(['serverless', 'provisioned']),
  /** shards (partitions) of each of the two streams; two at least, so that nothing comes to rest on there being one order */
  shardsPerStream: whole(2, 500),
  /** how long a stream keeps its records; must outlast the maximum age by far, or nothing could be redriven */
  streamRetentionHours: whole(24, 8760),
  /** a consumer gives a record up at this age; the record then lies in the failure bucket */
  maxRecordAgeHours: whole(1, 168),
  /** of a failing batch; high, so that it is the age that decides and an outage of hours loses nothing */
  retryAttempts: whole(1, 10_000),

  /** records in a batch of detect-fraud and track-activity */
  detectBatchSize: whole(1, 10_000),
  /** how long Lambda gathers records for those two; 0 = as soon as there are any: see docs/decisions/0005 */
  detectWindowSeconds: whole(0, 300),
  /** batches of one shard at the same time, divided by partition key: a customer's order is kept */
  detectParallelization: whole(1, 10),
  archiveBatchSize: whole(1, 10_000),
  /** how long archive-log gathers: longer means fewer, larger objects in the log and a later batch */
  archiveWindowSeconds: whole(0, 300),
  /** how far the log may lag behind the stream before reconcile calls a position missing; 0 where the batch waits for it */
  logLagSeconds: whole(0, 3600),

  /**
   * how customers are written: in statements each of which costs what a put costs, or in transactions, which cost twice
   * but are one sync of the disk for a hundred customers where the endpoint has a disk of its own
   */
  historyWrites: oneOf(['statements', 'transactions']),

  alertStore: oneOf(['dynamodb', 'documentdb']),
  /** capacity units of DocumentDB serverless, least and most; half a unit is about 1 GiB of memory */
  documentDbMinCapacity: halves(0.5, 256),
  documentDbMaxCapacity: halves(1, 256),
  documentDbInstances: whole(1, 16),

  /** where the warehouse is: an RDS instance of the stage's own, or what PGHOST says to the functions' host */
  warehouse: oneOf(['rds', 'host']),
  /** instance class of RDS, without `db.` */
  databaseInstance: text(/^[a-z0-9]+\.[a-z0-9]+$/, 'instance classes such as t4g.micro'),
  databaseStorageGb: whole(20, 65_536),
  databaseMultiAz: flag,
  /** an RDS Proxy for those who only read; batch and migrations go to the instance directly */
  databaseProxy: flag,
  databaseBackupDays: whole(1, 35),
  deletionProtection: flag,
  warehouseDatabase: NAME,
  warehouseUser: NAME,
  /** who may read and nothing else, and not the personal data */
  warehouseReader: NAME,

  /** when the batch runs: an EventBridge schedule expression, in UTC */
  batchSchedule: text(
    /^(cron\(\S+( \S+){5}\)|rate\([1-9]\d* (minute|hour|day)s?\))$/,
    'cron(minute hour day-of-month month day-of-week year) and rate(n minutes|hours|days)',
  ),
  /** the longest time between two starts of batchSchedule: an alarm goes off half an hour after it */
  batchIntervalMinutes: whole(5, 1440),
  /** groups of objects that are scored or loaded at the same time: each holds a connection to the warehouse */
  batchConcurrency: whole(1, 1000),
  batchTimeoutMinutes: whole(1, 1440),

  /** name of a document under policies/, published with the stage */
  policy: text(/^[a-z0-9][a-z0-9-]*$/, 'names of documents under policies/, without .json'),

  /** whether alarms are set */
  alarms: flag,
  /** whether an hour without an application is an alarm */
  trafficExpected: flag,
  /** mail addresses that alarms go to, with commas between them; each must confirm once */
  alarmAddresses: z
    .string()
    .regex(/^([^\s@,]+@[^\s@,]+\.[^\s@,]+(,[^\s@,]+@[^\s@,]+\.[^\s@,]+)*)?$/)
    .refine((given) => new Set(given.split(',')).size === given.split(',').length)
    .describe('different mail addresses with commas between them'),
  /** data sets, an analysis and a dashboard in the account's QuickSight, which is subscribed to by hand */
  quicksight: flag,
  /** owner of all that is there: ARN of a user or group of QuickSight */
  quicksightAdmin: z
    .string()
    .refine((given) => given === '' || QUICKSIGHT_PRINCIPAL.test(given))
    .describe('the ARN of a user or group of QuickSight'),
  /** who sees the dashboard and as what: `role=ARN` with commas between them; the role decides which rows */
  quicksightReaders: z
    .string()
    .refine((given) => given === '' || given.split(',').every(isReader))
    .describe(`role=ARN with commas between them, roles being ${ROLES.join(', ')}`),
  /** keys of the stage's own in KMS, with rotation; otherwise AWS's */
  ownKeys: flag,

  logLevel: oneOf(LOG_LEVELS),
  logRetentionDays: z
    .literal([...LOG_RETENTIONS])
    .describe(`days, of which CloudWatch knows ${LOG_RETENTIONS.join(', ')}`),
  /** what becomes of data when a stack is deleted */
  removalPolicy: oneOf(['destroy', 'retain']),
  /** `strong`: an export and an import, which every emulator knows; `weak` leaves stacks free to go their own way */
  crossStackReferences: oneOf(['strong', 'weak']),
  /** leave out the few types of resources that an emulator of AWS does not know: see emulator-gaps.ts */
  emulator: flag,

  functions: z.record(z.enum(FUNCTIONS), functionSettings),
});

export type Settings = Readonly<z.infer<typeof settingsSchema>>;
export type FunctionSettings = Settings['functions'][FunctionName];
/** What a stage says of its own; the rest is the base's. */
export type StageOverride = Partial<Omit<Settings, 'stage' | 'functions'>> & {
  readonly functions?: Partial<Settings['functions']>;
};
