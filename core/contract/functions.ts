/** The functions, by the name of their folder under lambdas/; also the `service` of their logs and metrics. */
export const STREAM_FUNCTIONS = ['archive-log', 'detect-fraud', 'track-activity', 'publish-policy'] as const;
export const BATCH_FUNCTIONS = [
  'plan-batch',
  'score-records',
  'load-receipts',
  'mark-undecided',
  'extract-alerts',
  'load-warehouse',
  'check-quality',
  'reconcile',
  'export-lake',
  'record-failure',
  'migrate-database',
  'query-warehouse',
  'review-cases',
] as const;
/** Only where the alert store is a DocumentDB cluster. */
export const CLUSTER_FUNCTIONS = ['prepare-alert-store'] as const;
/** Only where Kafka carries the streams. */
export const KAFKA_FUNCTIONS = ['prepare-topics', 'put-records'] as const;
export const FUNCTIONS = [...STREAM_FUNCTIONS, ...BATCH_FUNCTIONS, ...CLUSTER_FUNCTIONS, ...KAFKA_FUNCTIONS] as const;
export type StreamFunctionName = (typeof STREAM_FUNCTIONS)[number];
export type BatchFunctionName = (typeof BATCH_FUNCTIONS)[number];
export type FunctionName = (typeof FUNCTIONS)[number];
