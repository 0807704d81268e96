import type { Settings, Stage, StageOverride } from './settings.ts';

/** What holds on every stage unless the stage says otherwise. Where data is and whose it is has no base. */
export const BASE: Omit<Settings, 'stage' | 'account' | 'region'> = {
  zones: 2,

  stream: 'kinesis',
  streamMode: 'provisioned',
  mskMode: 'serverless',
  shardsPerStream: 2,
  streamRetentionHours: 72,
  maxRecordAgeHours: 12,
  retryAttempts: 10_000,

  detectBatchSize: 1000,
  detectWindowSeconds: 5,
  detectParallelization: 1,
  archiveBatchSize: 10_000,
  archiveWindowSeconds: 60,
  logLagSeconds: 300,

  historyWrites: 'statements',

  alertStore: 'documentdb',
  documentDbMinCapacity: 0.5,
  documentDbMaxCapacity: 8,
  documentDbInstances: 1,

  warehouse: 'rds',
  databaseInstance: 't4g.micro',
  databaseStorageGb: 20,
  databaseMultiAz: false,
  databaseProxy: false,
  databaseBackupDays: 7,
  deletionProtection: false,
  warehouseDatabase: 'credit_risk',
  warehouseUser: 'pipeline',
  warehouseReader: 'reader',

  batchSchedule: 'cron(5 * * * ? *)',
  batchIntervalMinutes: 60,
  batchConcurrency: 2,
  batchTimeoutMinutes: 240,

  policy: 'default',

  alarms: true,
  trafficExpected: false,
  alarmAddresses: '',
  quicksight: false,
  quicksightAdmin: '',
  quicksightReaders: '',
  ownKeys: true,

  logLevel: 'INFO',
  logRetentionDays: 30,
  removalPolicy: 'retain',
  crossStackReferences: 'weak',
  emulator: false,

  functions: {
    'archive-log': { memoryMb: 1024, timeoutSeconds: 60 },
    'detect-fraud': { memoryMb: 1024, timeoutSeconds: 60 },
    'track-activity': { memoryMb: 1024, timeoutSeconds: 60 },
    'publish-policy': { memoryMb: 256, timeoutSeconds: 60 },
    'plan-batch': { memoryMb: 1024, timeoutSeconds: 300 },
    'score-records': { memoryMb: 1769, timeoutSeconds: 900 },
    'load-receipts': { memoryMb: 1769, timeoutSeconds: 900 },
    'mark-undecided': { memoryMb: 1024, timeoutSeconds: 900 },
    'extract-alerts': { memoryMb: 1024, timeoutSeconds: 900 },
    'load-warehouse': { memoryMb: 512, timeoutSeconds: 900 },
    'check-quality': { memoryMb: 512, timeoutSeconds: 600 },
    reconcile: { memoryMb: 1769, timeoutSeconds: 900 },
    'export-lake': { memoryMb: 1769, timeoutSeconds: 900 },
    'record-failure': { memoryMb: 512, timeoutSeconds: 60 },
    'migrate-database': { memoryMb: 512, timeoutSeconds: 600 },
    'query-warehouse': { memoryMb: 512, timeoutSeconds: 60 },
    'review-cases': { memoryMb: 512, timeoutSeconds: 60 },
    'prepare-alert-store': { memoryMb: 512, timeoutSeconds: 120 },
    'prepare-topics': { memoryMb: 512, timeoutSeconds: 120 },
    'put-records': { memoryMb: 512, timeoutSeconds: 60 },
  },
};

/** The account and region that the CDK's command line found credentials for; a synth without any has these. */
function currentAccount(): Pick<Settings, 'account' | 'region'> {
  return {
    account: process.env['CDK_DEFAULT_ACCOUNT'] ?? '111111111111',
    region: process.env['CDK_DEFAULT_REGION'] ?? 'us-east-1',
  };
}

export const OVERRIDES: Record<Stage, StageOverride & Pick<Settings, 'account' | 'region'>> = {
  /** One machine: the embedded stack hosts it, or an emulator that takes the CDK app itself. */
  local: {
    account: '000000000000',
    region: 'us-east-1',
    archiveWindowSeconds: 1,
    detectWindowSeconds: 0,
    detectParallelization: 2,
    logLagSeconds: 0,
    historyWrites: 'transactions',
    alertStore: 'dynamodb',
    warehouse: 'host',
    alarms: false,
    ownKeys: false,
    logRetentionDays: 7,
    removalPolicy: 'destroy',
    crossStackReferences: 'strong',
  },

  /** Small and cheap, and gone without a trace when it is deleted. */
  dev: {
    ...currentAccount(),
    zones: 2,
    removalPolicy: 'destroy',
    databaseBackupDays: 1,
    logRetentionDays: 14,
  },

  /** Survives the loss of a zone, and keeps its data whatever is deleted. */
  prod: {
    ...currentAccount(),
    zones: 2,
    streamMode: 'on-demand',
    streamRetentionHours: 168,
    documentDbInstances: 2,
    databaseInstance: 'm7g.large',
    databaseStorageGb: 100,
    databaseMultiAz: true,
    databaseProxy: true,
    databaseBackupDays: 30,
    deletionProtection: true,
    trafficExpected: true,
    batchConcurrency: 4,
    logRetentionDays: 90,
    functions: { 'load-warehouse': { memoryMb: 1024, timeoutSeconds: 900 } },
  },
};
