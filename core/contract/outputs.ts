/** Keys of the stacks' outputs: what the command line and the local host look a stage up by. */
export const OUTPUTS = [
  'StreamKind',
  'ApplicationsStreamName',
  'ActivityStreamName',
  'LogBucketName',
  'FailureBucketName',
  'LakeBucketName',
  'CustomersTableName',
  'AlertsTableName',
  'AlertTopicArn',
  'WorkflowArn',
  'BatchIntervalMinutes',
  'MigrateDatabaseFunctionName',
  'QueryFunctionName',
  'PutFunctionName',
  'ReviewFunctionName',
  'PageTopicArn',
  'WarnTopicArn',
] as const;
export type OutputKey = (typeof OUTPUTS)[number];

/** Absent where the alert store is a DocumentDB cluster; where Kinesis carries the streams; where there are no alarms. */
export const OPTIONAL_OUTPUTS: readonly OutputKey[] = [
  'AlertsTableName',
  'PutFunctionName',
  'PageTopicArn',
  'WarnTopicArn',
];
