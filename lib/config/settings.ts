import * as z from 'zod';
import { FUNCTIONS, type FunctionName } from '../../core/contract/functions.ts';

/** Stages there are; each has an override of the base in stages.ts. */
export const STAGES = ['local', 'dev', 'prod'] as const;
export type Stage = (typeof STAGES)[number];

/** Retentions that CloudWatch Logs knows, in days. */
const LOG_RETENTIONS = [1, 3, 7, 14, 30, 60, 90, 180, 365, 731, 1827, 3653] as const;
const LOG_LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
/** An MSK cluster that is there already, with IAM access. */
const CLUSTER_ARN = /^arn:aws[a-z-]*:kafka:[a-z0-9-]+:\d{12}:cluster\/[A-Za-z0-9._-]+\/[a-z0-9-]+$/;

const whole = (least: number, most: number) => z.int().min(least).max(most);
const flag = z.boolean({ error: 'must be true or false' });

/** What a function is given: memory also buys CPU on Lambda (1,769 MB are one vCPU). */
const functionSettings = z.strictObject({
  memoryMb: whole(128, 10_240),
  timeoutSeconds: whole(1, 900),
});

/** A stage's settings. Flat, so that each can be set by `-c key=value`; `functions` alone is set in the files only. */
export const settingsSchema = z.strictObject({
  stage: z.enum(STAGES),
  account: z.string().regex(/^\d{12}$/, 'must be an account number of 12 digits'),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as eu-central-1'),

  /** availability zones of the network: one is cheap, two survive the loss of one */
  zones: whole(1, 3),

  /** what carries the events: Kinesis, an MSK cluster of the stage's own, or the ARN of one that is there */
  stream: z.union([z.enum(['kinesis', 'msk']), z.string().regex(CLUSTER_ARN)], {
    error: 'must be kinesis, msk, or the ARN of an MSK cluster',
  }),
  /** of Kinesis: shards of our own, or as many as the load asks for */
  streamMode: z.enum(['provisioned', 'on-demand']),
  /** of an MSK cluster of the stage's own */
  mskMode: z.enum(['serverless', 'provisioned']),
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
  historyWrites: z.enum(['statements', 'transactions']),

  alertStore: z.enum(['dynamodb', 'documentdb']),
  /** capacity units of DocumentDB serverless, least and most; half a unit is about 1 GiB of memory */
  documentDbMinCapacity: z.number().min(0.5).max(256).multipleOf(0.5),
  documentDbMaxCapacity: z.number().min(1).max(256).multipleOf(0.5),
  documentDbInstances: whole(1, 16),

  /** where the warehouse is: an RDS instance of the stage's own, or what PGHOST says to the functions' host */
  warehouse: z.enum(['rds', 'host']),
  /** instance class of RDS, without `db.` */
  databaseInstance: z.string().regex(/^[a-z0-9]+\.[a-z0-9]+$/, 'must be an instance class such as t4g.micro'),
  databaseStorageGb: whole(20, 65_536),
  databaseMultiAz: flag,
  /** an RDS Proxy for those who only read; batch and migrations go to the instance directly */
  databaseProxy: flag,
  databaseBackupDays: whole(1, 35),
  deletionProtection: flag,
  warehouseDatabase: z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, 'must be a lower-case name'),
  warehouseUser: z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, 'must be a lower-case name'),
  /** who may read and nothing else, and not the personal data */
  warehouseReader: z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, 'must be a lower-case name'),

  /** when the batch runs: an EventBridge schedule expression, in UTC */
  batchSchedule: z.string().regex(/^(cron\(\S+( \S+){5}\)|rate\([1-9]\d* (minute|hour|day)s?\))$/, {
    error: 'must be cron(minute hour day-of-month month day-of-week year) or rate(n minutes|hours|days)',
  }),
  /** the longest time between two starts of batchSchedule: an alarm goes off half an hour after it */
  batchIntervalMinutes: whole(5, 1440),
  /** groups of objects that are scored or loaded at the same time: each holds a connection to the warehouse */
  batchConcurrency: whole(1, 1000),
  batchTimeoutMinutes: whole(1, 1440),

  /** name of a document under policies/, published with the stage */
  policy: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'must be the name of a document under policies/, without .json'),

  /** whether alarms are set */
  alarms: flag,
  /** whether an hour without an application is an alarm */
  trafficExpected: flag,
  /** mail addresses that alarms go to, with commas between them; each must confirm once */
  alarmAddresses: z
    .string()
    .regex(
      /^([^\s@,]+@[^\s@,]+\.[^\s@,]+)?(,[^\s@,]+@[^\s@,]+\.[^\s@,]+)*$/,
      'must be mail addresses with commas between them',
    ),
  /** keys of the stage's own in KMS, with rotation; otherwise AWS's */
  ownKeys: flag,

  logLevel: z.enum(LOG_LEVELS),
  logRetentionDays: z.literal([...LOG_RETENTIONS]),
  /** what becomes of data when a stack is deleted */
  removalPolicy: z.enum(['destroy', 'retain']),
  /** `strong`: an export and an import, which every emulator knows; `weak` leaves stacks free to go their own way */
  crossStackReferences: z.enum(['strong', 'weak']),
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
