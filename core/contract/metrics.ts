/** CloudWatch namespace and metric names, shared by the functions that emit and the alarms that watch. */
export const METRIC_NAMESPACE = 'CreditRiskPipeline';
export const METRICS = {
  recordsReceived: 'RecordsReceived',
  recordsDecided: 'RecordsDecided',
  /** by check_type */
  invalidRecords: 'InvalidRecords',
  /** records that failed a check, each once */
  quarantinedRecords: 'QuarantinedRecords',
  duplicateRecords: 'DuplicateRecords',
  conflictingRecords: 'ConflictingRecords',
  /** positions that the batch marked because the stream had given them up; each waits for `crp redrive` */
  undecidedRecords: 'UndecidedRecords',
  /** records that came too late to be decided, at each delivery; must stay 0 */
  droppedRecords: 'DroppedRecords',
  /** by rule_id */
  fraudAlerts: 'FraudAlerts',
  /** decided records that raised an alert, each once */
  flaggedRecords: 'FlaggedRecords',
  /** the last day's share of fraud in percent of the 28 days before, as the warehouse has it */
  fraudRateOfTrailing: 'FraudRateOfTrailing',
  /** decided applications that were scored, by risk_level */
  scoredRecords: 'ScoredRecords',
  /** by outcome */
  decisions: 'Decisions',
  /** published policy documents that cannot be used; must stay 0 */
  brokenPolicies: 'BrokenPolicies',
  /** seconds between arrival and the receipt */
  decisionLag: 'DecisionLag',
  /** decided records whose receipt came later than the objective */
  lateDecisions: 'LateDecisions',
  /** a service failed a function of the stream for good: its records are delivered again, and Lambda counts no error */
  serviceFaults: 'ServiceFaults',
  /** seconds between arrival and the log */
  logLag: 'LogLag',
  logObjectsWritten: 'LogObjectsWritten',
  unreadableObjects: 'UnreadableObjects',
  batchDuration: 'BatchDuration',
  /** mornings that the objective of the warehouse counts, each once, and those at which it was not fresh */
  mornings: 'Mornings',
  staleMornings: 'StaleMornings',
  /** runs of the batch that gave up */
  batchFailures: 'BatchFailures',
  rowsLoaded: 'RowsLoaded',
  qualityFailures: 'QualityFailures',
  pendingPositions: 'PendingPositions',
  missingPositions: 'MissingPositions',
  unexpectedPositions: 'UnexpectedPositions',
  parityDifferences: 'ParityDifferences',
} as const;
/** The only dimensions there are: an id as a dimension would be a billed metric each. */
export const METRIC_DIMENSIONS = ['service', 'stage', 'check_type', 'risk_level', 'rule_id', 'outcome'] as const;
