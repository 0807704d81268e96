import { type Assumed, assume } from './assumptions.ts';
import { estimate } from './estimate.ts';
import type { NanoDollars } from './money.ts';
import type { Resource, Stage } from './stage.ts';

/** Another design, on top of those before it. */
interface Change {
  readonly what: string;
  readonly assumed?: Partial<Assumed>;
  readonly stage?: (stage: Stage) => Stage;
}

const changed =
  (type: string, properties: (resource: Resource) => Resource['properties']) =>
  (stage: Stage): Stage => ({
    ...stage,
    resources: stage.resources.map((resource) =>
      resource.type === type
        ? { ...resource, properties: { ...resource.properties, ...properties(resource) } }
        : resource,
    ),
  });

const within = (seconds: number) =>
  changed('AWS::Lambda::EventSourceMapping', ({ properties }) => ({
    MaximumBatchingWindowInSeconds: Math.max(seconds, Number(properties['MaximumBatchingWindowInSeconds'] ?? 0)),
  }));

/** What would lower the cost of a load. None of it is built: each is a change of the product or of what it promises. */
export const CHANGES: readonly Change[] = [
  { what: 'as it is' },
  { what: 'plan-batch lists the last two days only, not the whole bucket', assumed: { monthsOfObjects: 2 / 30 } },
  {
    what: 'a customer’s entries in binary, 85 bytes each: below 1 KB up to nine records',
    assumed: { applicationItemKb: 1, activityItemKb: 1 },
  },
  {
    what: 'tables with capacity of their own, half of it used',
    stage: (stage) => ({
      ...stage,
      resources: stage.resources.map((resource) =>
        resource.type === 'AWS::DynamoDB::GlobalTable' ? withCapacity(resource) : resource,
      ),
    }),
  },
  {
    what: 'functions are traced only when called with a trace (PassThrough)',
    stage: changed('AWS::Lambda::Function', () => ({ TracingConfig: { Mode: 'PassThrough' } })),
  },
  {
    what: 'streams of two shards each, one batch of a shard at a time',
    stage: (stage) =>
      changed('AWS::Lambda::EventSourceMapping', () => ({ ParallelizationFactor: 1 }))(
        changed('AWS::Kinesis::Stream', () => ({
          StreamModeDetails: { StreamMode: 'PROVISIONED' },
          ShardCount: 2,
        }))(stage),
      ),
  },
  { what: 'alerts may take 10 s (detectWindowSeconds=10): fewer and larger receipt objects', stage: within(10) },
  { what: 'alerts may take a minute (detectWindowSeconds=60)', stage: within(60) },
];

function withCapacity(table: Resource): Resource {
  const least = (kind: 'Write' | 'Read') => ({
    [`${kind}ProvisionedThroughputSettings`]: { [`${kind}CapacityAutoScalingSettings`]: { MinCapacity: 0 } },
  });
  const indexes = (table.properties['GlobalSecondaryIndexes'] ?? []) as readonly object[];
  const properties = {
    ...table.properties,
    BillingMode: 'PROVISIONED',
    ...least('Write'),
    ...(indexes.length === 0
      ? {}
      : { GlobalSecondaryIndexes: indexes.map((index) => ({ ...index, ...least('Write') })) }),
    Replicas: [least('Read')],
  };
  return { ...table, properties };
}

/** What the load costs with the first change, the first two, … */
export function whatIf(
  stage: Stage,
  loads: readonly number[],
): { readonly what: string; readonly each: readonly NanoDollars[]; readonly next: readonly NanoDollars[] }[] {
  let current = stage;
  let assumed: Partial<Assumed> = {};
  return CHANGES.map((change) => {
    current = change.stage?.(current) ?? current;
    assumed = { ...assumed, ...change.assumed };
    const estimates = loads.map((applications) => estimate(current, { applications }, assume(assumed)));
    return {
      what: change.what,
      each: estimates.map(({ perMillion }) => perMillion),
      next: estimates.map(({ nextMillion }) => nextMillion),
    };
  });
}
