import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Estimate, estimate } from '../../../lib/cost/estimate.ts';
import { dollars } from '../../../lib/cost/money.ts';
import type { Properties, Stage } from '../../../lib/cost/stage.ts';
import { stageOf } from './stage-of.ts';

const called = (name: string, more: Properties = {}) => ({
  [name]: {
    Type: 'AWS::Lambda::Function',
    Properties: { MemorySize: 1024, Environment: { Variables: { POWERTOOLS_SERVICE_NAME: name } } },
  },
  [`${name}-mapping`]: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { FunctionName: { Ref: name }, BatchSize: 1000, ...more },
  },
});
const STREAM = { Type: 'AWS::Kinesis::Stream', Properties: { ShardCount: 2 } };
const stageWith = (window: number): Stage =>
  stageOf({
    Applications: STREAM,
    Activity: STREAM,
    Schedule: { Type: 'AWS::Scheduler::Schedule' },
    ...called('detect-fraud', { MaximumBatchingWindowInSeconds: window }),
    ...called('track-activity', { MaximumBatchingWindowInSeconds: window }),
  });
const MILLION = 1_000_000;
const puts = ({ added }: Estimate) => added.find(({ what }) => what === 'receipt objects written')!;

describe('the parts of a bill', () => {
  it('are the whole, whatever the load; no part is below nothing', () => {
    const volume = fc.integer({ min: 0, max: 1_000 * MILLION });
    fc.assert(
      fc.property(volume, volume, fc.constantFrom(0, 10, 300), (applications, activity, window) => {
        const { fixedCost, standingCost, recordsCost, totalCost, added, marginal } = estimate(stageWith(window), {
          applications,
          activity,
        });
        expect(fixedCost + standingCost + recordsCost).toBe(totalCost);
        for (const line of added) {
          expect(line.standing).toBeGreaterThanOrEqual(0n);
          expect(line.standing).toBeLessThanOrEqual(line.cost);
        }
        expect(marginal.applications).toBeGreaterThan(0n);
        expect(marginal.activity).toBeGreaterThan(0n);
      }),
      { numRuns: 60 },
    );
  });

  it('without a load are what is there and what goes by the clock', () => {
    const { clock, added, standingCost, recordsCost } = estimate(stageWith(0), { applications: 0, activity: 0 });
    expect(clock.map(({ price }) => price)).toContain('scheduler.invocation');
    expect(added.every(({ cost, standing }) => cost === 0n && standing === 0n)).toBe(true);
    expect(standingCost).toBe(clock.reduce((sum, { cost }) => sum + cost, 0n));
    expect(recordsCost).toBe(0n);
  });

  it('keep what the next million costs apart for applications and activity', () => {
    const load = { applications: 10 * MILLION, activity: 30 * MILLION };
    const at = (more: object) => estimate(stageWith(0), { ...load, ...more }).totalCost;
    const { marginal } = estimate(stageWith(0), load);
    expect(marginal.applications).toBe(at({ applications: 11 * MILLION }) - at({}));
    expect(marginal.activity).toBe(at({ activity: 31 * MILLION }) - at({}));
    expect(marginal.activity).not.toBe(marginal.applications);
  });

  it('put what each record pays for alone into the marginal part, and nothing of it to the clock', () => {
    const { added } = estimate(stageWith(0), { applications: 5 * MILLION, activity: 0 });
    const reads = added.find(({ what }) => what === 'reads of customers')!;
    expect([reads.standing, dollars(reads.nextApplications, 3)]).toEqual([0n, '0.125']);
  });

  it('count windows that are full anyway as standing: a PUT of each is as many, whatever is in it', () => {
    const busy = { applications: 50 * MILLION, activity: 0 };
    const line = puts(estimate(stageWith(60), busy));
    // Two lanes, a window a minute: 19 records a second do not make more objects.
    expect(line.quantity).toBeCloseTo((2 * 730 * 3600) / 60, -3);
    expect(Number(line.standing) / Number(line.cost)).toBeGreaterThan(0.99);
    const quiet = puts(estimate(stageWith(0), { applications: 100_000, activity: 0 }));
    // One record in 26 s: each opens a window of its own.
    expect(quiet.quantity).toBeGreaterThan(95_000);
    expect(Number(quiet.standing) / Number(quiet.cost)).toBeLessThan(0.25);
  });
});
