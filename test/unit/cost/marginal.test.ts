import { describe, expect, it } from 'vitest';
import { assume } from '../../../lib/cost/assumptions.ts';
import { carrierOf, consumersOf } from '../../../lib/cost/consumers.ts';
import { marginalCost } from '../../../lib/cost/marginal.ts';
import { dollars, total } from '../../../lib/cost/money.ts';
import { CostError, PRICES } from '../../../lib/cost/prices.ts';
import { runsAMonth, standingCost } from '../../../lib/cost/schedule.ts';
import type { Properties, Stage } from '../../../lib/cost/stage.ts';
import { SECONDS } from '../../../lib/cost/time.ts';
import { stageOf } from './stage-of.ts';

const pipelineFunction = (name: string, more: Properties = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    MemorySize: 1024,
    Architectures: ['arm64'],
    Environment: { Variables: { POWERTOOLS_SERVICE_NAME: name } },
    ...more,
  },
});
const mapping = (target: string, more: Properties = {}) => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: { FunctionName: { Ref: target }, BatchSize: 1000, ...more },
});
const STREAM = { Type: 'AWS::Kinesis::Stream', Properties: { ShardCount: 2 } };
const CONSUMERS = {
  Archive: pipelineFunction('archive-log'),
  Detect: pipelineFunction('detect-fraud'),
  Track: pipelineFunction('track-activity'),
  Archive1: mapping('Archive', { MaximumBatchingWindowInSeconds: 60, BatchSize: 10_000 }),
  Archive2: mapping('Archive', { MaximumBatchingWindowInSeconds: 60, BatchSize: 10_000 }),
  Detected: mapping('Detect'),
  Tracked: mapping('Track'),
};
const KINESIS = { Applications: STREAM, Activity: STREAM, ...CONSUMERS };

const linesOf = (stage: Stage, applications = 1_000_000, changes = {}) =>
  marginalCost(stage, { applications, activity: 2 * applications }, assume(changes), PRICES);
const costOf = (stage: Stage, what: RegExp, applications?: number, changes?: object): string =>
  dollars(
    total(
      linesOf(stage, applications, changes)
        .filter((line) => what.test(line.what))
        .map(({ cost }) => cost),
    ),
  );

describe('what a load costs', () => {
  it('is nothing without one', () => {
    expect(linesOf(stageOf(KINESIS), 0)).toEqual([]);
  });

  it('counts records put on shards, and GB by whole KB on demand, once for each reader', () => {
    expect(costOf(stageOf(KINESIS), /records put/)).toBe('0.04');
    const onDemand = { Type: 'AWS::Kinesis::Stream', Properties: { StreamModeDetails: { StreamMode: 'ON_DEMAND' } } };
    const stage = stageOf({ ...KINESIS, Applications: onDemand, Activity: onDemand }, { streamRetentionHours: 168 });
    const gb = (3_000_000 * 1024) / 1024 ** 3;
    const quantities = Object.fromEntries(linesOf(stage).map(({ price, quantity }) => [price, quantity]));
    expect(quantities['kinesis.on-demand-in']).toBeCloseTo(gb);
    expect(quantities['kinesis.on-demand-out']).toBeCloseTo(3 * gb);
    expect(quantities['kinesis.on-demand-extended-storage']).toBeCloseTo((gb * 144) / 730);
  });

  it('counts the bytes of Kafka as they are', () => {
    const gb = (567e6 + 2 * 229e6) / 1024 ** 3;
    const of = (cluster: { Type: string; Properties?: Properties }) =>
      Object.fromEntries(
        linesOf(stageOf({ Cluster: cluster, ...CONSUMERS }, { stream: 'msk' })).map((line) => [
          line.price,
          line.quantity,
        ]),
      );
    const serverless = of({ Type: 'AWS::MSK::ServerlessCluster' });
    expect(serverless['msk.serverless-in']).toBeCloseTo(gb);
    expect(serverless['msk.serverless-out']).toBeCloseTo(3 * gb);
    expect(serverless['msk.serverless-storage']).toBeCloseTo((gb * 72) / 730);
    const brokers = (InstanceType: string) => ({
      Type: 'AWS::MSK::Cluster',
      Properties: { NumberOfBrokerNodes: 2, BrokerNodeGroupInfo: { InstanceType } },
    });
    expect(of(brokers('express.m7g.large'))['msk.express-in']).toBeCloseTo(gb);
    expect(Object.keys(of(brokers('kafka.m7g.large'))).filter((price) => price.startsWith('msk'))).toEqual([]);
  });

  it('gathers records into invocations by window, lanes and limits', () => {
    const callsOf = (more: Properties, count: number) => {
      const stage = stageOf({ ...KINESIS, Detected: mapping('Detect', more) });
      const records = { credit_applications: { count, bytes: 567 }, account_activity: { count: 0, bytes: 229 } };
      const consumers = consumersOf(stage, carrierOf(stage, assume()), records, assume());
      return consumers.find(({ of }) => of.name === 'detect-fraud')!;
    };
    // Two lanes at a record a second each: the one that opens the window, and one a second while it is open.
    const twoASecond = 2 * SECONDS;
    expect(callsOf({}, twoASecond).recordsPerCall).toBeCloseTo(2);
    expect(callsOf({ MaximumBatchingWindowInSeconds: 9 }, twoASecond).recordsPerCall).toBeCloseTo(10);
    expect(
      callsOf({ MaximumBatchingWindowInSeconds: 9, ParallelizationFactor: 3 }, twoASecond).recordsPerCall,
    ).toBeCloseTo(4);
    expect(callsOf({ MaximumBatchingWindowInSeconds: 300, BatchSize: 100 }, twoASecond).recordsPerCall).toBe(100);
    // 6 MB of an invocation, whatever the batch size.
    expect(callsOf({ MaximumBatchingWindowInSeconds: 300, BatchSize: 10_000 }, 1e12).recordsPerCall).toBeLessThan(6000);
    expect(callsOf({}, twoASecond).calls).toBeCloseTo(SECONDS);
  });

  it('does not know a consumer that is none of the pipeline’s', () => {
    expect(() => linesOf(stageOf({ ...KINESIS, Other: mapping('Nobody') }))).toThrow(CostError);
    expect(() =>
      linesOf(stageOf({ ...KINESIS, Reader: pipelineFunction('count-beans'), Other: mapping('Reader') })),
    ).toThrow('which stream does count-beans follow?');
  });

  it('counts a customer’s write once in a statement, twice in a transaction', () => {
    expect(costOf(stageOf(KINESIS), /^writes of customers/)).toBe('2.59');
    expect(costOf(stageOf(KINESIS, { historyWrites: 'transactions' }), /^writes of customers/)).toBe('5.17');
  });

  const index = (IndexName: string) => ({ IndexName });
  const ALERTS = {
    Type: 'AWS::DynamoDB::GlobalTable',
    Properties: {
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: [index('by_updated'), index('by_application')],
    },
  };

  it('counts each index of the alerts’ table, written once for each alert', () => {
    const lines = linesOf(stageOf({ ...KINESIS, Alerts: ALERTS }));
    const quantity = (what: string) => lines.find((line) => line.what === what)?.quantity;
    const alerts = 24_300 + 2 * 6_400;
    expect(quantity('writes of alerts')).toBeCloseTo(alerts * 2 * 2);
    expect(quantity('writes of the index by_updated')).toBeCloseTo(alerts * 2);
    expect(quantity('writes of the index by_application')).toBeCloseTo(alerts * 2);
    expect(lines.some(({ price }) => price.startsWith('documentdb'))).toBe(false);
    expect(linesOf(stageOf(KINESIS)).some(({ price }) => price === 'documentdb.io')).toBe(true);
  });

  it('charges tables with capacity of their own for what they must have', () => {
    const customers = { Type: 'AWS::DynamoDB::GlobalTable', Properties: { BillingMode: 'PROVISIONED' } };
    const writes = linesOf(stageOf({ ...KINESIS, Customers: customers })).filter(({ what }) =>
      what.startsWith('writes of cust'),
    );
    expect(writes.map(({ price }) => price)).toEqual(['dynamodb.write-capacity-hour', 'dynamodb.write-capacity-hour']);
    expect(writes[0]!.quantity).toBeCloseTo(1_063_000 / 3600 / 0.5);
  });

  it('traces one invocation a second of each function, and a twentieth of the others', () => {
    const traced = pipelineFunction('detect-fraud', { TracingConfig: { Mode: 'Active' } });
    const quiet = (applications: number, Detect = traced): number =>
      linesOf(stageOf({ ...KINESIS, Detect }), applications).find(({ price }) => price === 'xray.trace')?.quantity ?? 0;
    expect(quiet(1000)).toBeGreaterThan(990);
    expect(quiet(1000)).toBeLessThanOrEqual(1000);
    expect(quiet(1e9)).toBeGreaterThan(0.8 * SECONDS);
    expect(quiet(1e9)).toBeLessThan(1.3 * SECONDS);
    expect(quiet(1e9, pipelineFunction('detect-fraud'))).toBe(0);
  });

  it('counts what a trail writes down only where it is told to', () => {
    const trail = (type: string) => ({
      Type: 'AWS::CloudTrail::Trail',
      Properties: { EventSelectors: [{ DataResources: [{ Type: type }] }] },
    });
    expect(costOf(stageOf(KINESIS), /in the trail/)).toBe('0.00');
    expect(costOf(stageOf({ ...KINESIS, Trail: trail('AWS::DynamoDB::Table') }), /in the trail/)).toBe('6.00');
  });

  it('grows more slowly than the load', () => {
    const of = (applications: number) => total(linesOf(stageOf(KINESIS), applications).map(({ cost }) => cost));
    const [one, ten, hundred] = [of(1_000_000), of(10_000_000), of(100_000_000)] as const;
    expect(ten).toBeGreaterThan(one);
    expect(ten).toBeLessThan(10n * one);
    expect(hundred).toBeLessThan(10n * ten);
  });
});

describe('what goes on by the clock', () => {
  it.each([
    ['cron(5 * * * ? *)', 730],
    ['cron(0/15 * * * ? *)', 2920],
    ['cron(5,35 6-9 * * ? *)', (730 / 24) * 8],
    ['rate(30 minutes)', 1460],
    ['rate(1 day)', 730 / 24],
  ])('%s is so often a month', (expression, runs) => {
    expect(runsAMonth(expression)).toBeCloseTo(runs);
  });

  it.each(['cron(5 * ? * MON-FRI *)', 'cron(5 L * * ? *)', 'at(2026-01-01T00:00:00)'])(
    'does not guess %s',
    (expression) => {
      expect(() => runsAMonth(expression)).toThrow(CostError);
    },
  );

  it('counts runs of the batch, and keys only where the stage has some', () => {
    const stage = stageOf({ ...KINESIS, Schedule: { Type: 'AWS::Scheduler::Schedule' } });
    const of = (one: Stage) =>
      Object.fromEntries(standingCost(one, assume(), PRICES).map((line) => [line.price, line.quantity]));
    expect(of(stage)['scheduler.invocation']).toBe(730);
    expect(of(stage)['kms.request']).toBeUndefined();
    const keyed = stageOf({ ...KINESIS, Key: { Type: 'AWS::KMS::Key' } });
    expect(of(keyed)['kms.request']).toBe(3 * 3 * 12 * 730);
    expect(of(keyed)['scheduler.invocation']).toBeUndefined();
  });
});
