import type { Settings, Stage, StageOverride } from './settings.ts';

/** What holds on every stage unless the stage says otherwise. Where data is and whose it is has no base. */
export const BASE: Omit<Settings, 'stage' | 'account' | 'region'> = {
  shardsPerStream: 2,
  streamRetentionHours: 72,
  maxRecordAgeHours: 12,
  retryAttempts: 10_000,

  detectBatchSize: 1000,
  detectWindowSeconds: 0,
  detectParallelization: 1,
  archiveBatchSize: 10_000,
  archiveWindowSeconds: 60,
  logLagSeconds: 300,

  alertStore: 'documentdb',

  batchSchedule: 'cron(5 * * * ? *)',
  batchConcurrency: 2,
  batchTimeoutMinutes: 240,

  warehouseDatabase: 'credit_risk',
  warehouseUser: 'pipeline',

  policy: 'default',

  logLevel: 'INFO',
  logRetentionDays: 30,
  removalPolicy: 'retain',
  crossStackReferences: 'weak',

  functions: {
    'archive-log': { memoryMb: 1024, timeoutSeconds: 60 },
    'detect-fraud': { memoryMb: 1024, timeoutSeconds: 60 },
    'track-activity': { memoryMb: 1024, timeoutSeconds: 60 },
    'plan-batch': { memoryMb: 1024, timeoutSeconds: 300 },
    'score-records': { memoryMb: 1769, timeoutSeconds: 900 },
    'load-receipts': { memoryMb: 1769, timeoutSeconds: 900 },
    'extract-alerts': { memoryMb: 1024, timeoutSeconds: 900 },
    'load-warehouse': { memoryMb: 512, timeoutSeconds: 900 },
    'check-quality': { memoryMb: 512, timeoutSeconds: 600 },
    reconcile: { memoryMb: 1769, timeoutSeconds: 900 },
    'record-failure': { memoryMb: 512, timeoutSeconds: 60 },
    'migrate-database': { memoryMb: 512, timeoutSeconds: 600 },
  },
};

export const OVERRIDES: Record<Stage, StageOverride & Pick<Settings, 'account' | 'region'>> = {
  /** One machine: the embedded stack hosts it, or an emulator that takes the CDK app itself. */
  local: {
    account: '000000000000',
    region: 'us-east-1',
    archiveWindowSeconds: 1,
    detectParallelization: 2,
    logLagSeconds: 0,
    alertStore: 'dynamodb',
    logRetentionDays: 7,
    removalPolicy: 'destroy',
    crossStackReferences: 'strong',
  },
};
