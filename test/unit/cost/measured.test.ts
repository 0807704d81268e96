import { beforeAll, describe, expect, it } from 'vitest';
import { ACTIVITY, APPLICATIONS, type StreamName } from '../../../core/contract/streams.ts';
import { GIVE_UP_MARGIN_MINUTES } from '../../../core/contract/reach.ts';
import { ASSUMPTIONS, assume, type AssumptionName } from '../../../lib/cost/assumptions.ts';
import { listedHours } from '../../../lib/cost/load-facts.ts';
import { HOURS } from '../../../lib/cost/time.ts';
import { listedFrom } from '../../../lambdas/plan-batch/new-objects.ts';
import { GROUP_LIMITS } from '../../../lambdas/plan-batch/plan.ts';
import { type MeasuredStream, measureLoad } from './measured-load.ts';
import { stageOf } from './stage-of.ts';

describe('what the model supposes of the records, measured on those of the demo', () => {
  let measured: Readonly<Record<StreamName, MeasuredStream>>;
  beforeAll(() => {
    measured = measureLoad(3000);
  });

  const CHECKS: readonly (readonly [AssumptionName, StreamName, keyof MeasuredStream, number])[] = [
    ['applicationBytes', APPLICATIONS, 'recordBytes', 0.05],
    ['activityBytes', ACTIVITY, 'recordBytes', 0.05],
    ['applicationItemKb', APPLICATIONS, 'itemKilobytes', 0.05],
    ['activityItemKb', ACTIVITY, 'itemKilobytes', 0.05],
    ['applicationItemBytes', APPLICATIONS, 'itemBytes', 0.05],
    ['activityItemBytes', ACTIVITY, 'itemBytes', 0.05],
    ['customersPerApplication', APPLICATIONS, 'customers', 0.05],
    ['customersPerActivity', ACTIVITY, 'customers', 0.05],
    ['applicationLogBytes', APPLICATIONS, 'logBytes', 0.05],
    ['activityLogBytes', ACTIVITY, 'logBytes', 0.05],
    ['applicationReceiptBytes', APPLICATIONS, 'receiptBytes', 0.05],
    ['activityReceiptBytes', ACTIVITY, 'receiptBytes', 0.05],
    ['alertBytes', ACTIVITY, 'alertBytes', 0.05],
    // Alerts are few: chance has more room.
    ['applicationAlerts', APPLICATIONS, 'alerts', 0.25],
    ['activityAlerts', ACTIVITY, 'alerts', 0.25],
  ];

  it.each(CHECKS)('%s', (name, stream, of, tolerance) => {
    const { value } = ASSUMPTIONS[name];
    expect(Math.abs(measured[stream][of] - value) / value).toBeLessThan(tolerance);
  });

  it('knows from when on the batch lists objects', () => {
    const stage = stageOf({}, { maxRecordAgeHours: 30 });
    const listed = listedFrom(0, { maxAgeHours: 30, marginMinutes: GIVE_UP_MARGIN_MINUTES })!;
    // The plan of the run before was made an hour ago, and the first hour that is listed began half an hour earlier.
    expect(listedHours(stage, HOURS, assume())).toBe(-listed / 3_600_000 + 1 + 0.5);
  });

  it('knows the groups of the batch', () => {
    expect(ASSUMPTIONS.groupBytes.value).toBe(GROUP_LIMITS.bytes);
    expect(ASSUMPTIONS.groupObjects.value).toBe(GROUP_LIMITS.objects);
  });
});
