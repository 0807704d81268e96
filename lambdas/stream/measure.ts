import { METRICS } from '../../core/contract/metrics.ts';
import { DECISION_OBJECTIVE } from '../../core/contract/objectives.ts';
import type { Meter } from '../runtime/metrics.ts';
import type { Evaluated } from './evaluate.ts';

const NOUGHTS = ['droppedRecords', 'quarantinedRecords', 'flaggedRecords', 'recordsDecided', 'lateDecisions'] as const;

/** The figures of DOMAIN §2 for what a batch decided. */
export function measureBatch(meter: Meter, evaluated: readonly Evaluated[]): void {
  const now = Date.now();
  meter.count(METRICS.recordsReceived, evaluated.length);
  // Rates are made of these: where there was none of a kind, that is a figure too.
  for (const name of NOUGHTS) meter.count(METRICS[name], 0);
  const oldest = evaluated[0];
  if (oldest) meter.seconds(METRICS.decisionLag, Math.max(0, now - oldest.record.arrival) / 1000);
  for (const { assessment, record } of evaluated) {
    const { disposition, inspection, outcome, riskLevel, alerts } = assessment;
    if (disposition === 'decided') {
      meter.count(METRICS.recordsDecided);
      if (now - record.arrival > DECISION_OBJECTIVE.withinSeconds * 1000) meter.count(METRICS.lateDecisions);
    } else if (disposition === 'duplicate') meter.count(METRICS.duplicateRecords);
    else if (disposition === 'conflict') meter.count(METRICS.conflictingRecords);
    if (inspection.kind === 'quarantined') {
      meter.count(METRICS.quarantinedRecords);
      for (const { check } of inspection.issues) meter.count(METRICS.invalidRecords, 1, { check_type: check });
    }
    if (outcome !== null && riskLevel !== null) meter.count(METRICS.scoredRecords, 1, { risk_level: riskLevel });
    if (outcome !== null) meter.count(METRICS.decisions, 1, { outcome });
    if (alerts.length > 0) meter.count(METRICS.flaggedRecords);
    for (const { rule_id } of alerts) meter.count(METRICS.fraudAlerts, 1, { rule_id });
  }
}
