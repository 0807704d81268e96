import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { METRICS } from '../../core/contract/metrics.ts';
import { CHECKS, OUTCOMES, RISK_LEVELS } from '../../core/contract/values.ts';
import { PROJECT_ROOT } from '../paths.ts';
import type { Charge } from './prices.ts';
import type { Stage } from './stage.ts';

type Key = keyof typeof METRICS;

/** Functions that write a metric, times the values that a further dimension of it can have; 1 where nothing is said. */
const seriesOf = (rules: number): Partial<Record<Key, number>> => ({
  recordsReceived: 2,
  recordsDecided: 2,
  invalidRecords: 2 * CHECKS.length,
  duplicateRecords: 2,
  conflictingRecords: 2,
  droppedRecords: 2,
  // A rule looks at one of the two streams.
  fraudAlerts: rules,
  decisions: OUTCOMES.length,
  scoredRecords: RISK_LEVELS.length,
  decisionLag: 2,
  lateDecisions: 2,
  serviceFaults: 3,
  brokenPolicies: 4,
  unreadableObjects: 2,
  rowsLoaded: 4,
});

/** Every metric with every value of its dimensions: each is paid for the hours in which it was written. */
export function metricCharges({ settings }: Stage): readonly Charge[] {
  const policy = readFileSync(join(PROJECT_ROOT, 'policies', `${settings.policy}.json`), 'utf8');
  const { rules } = JSON.parse(policy) as { readonly rules: readonly unknown[] };
  const series = seriesOf(rules.length);
  return (Object.keys(METRICS) as Key[]).map((key) => ({
    what: METRICS[key],
    quantity: series[key] ?? 1,
    price: 'cloudwatch.metric',
  }));
}
