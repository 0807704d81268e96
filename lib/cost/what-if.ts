import { type Assumed, assume } from './assumptions.ts';
import { estimate } from './estimate.ts';
import type { Load } from './load-facts.ts';
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

/** What would lower the cost of a load: each is a setting, or a change of the product or of what it promises. */
export const CHANGES: readonly Change[] = [
  { what: 'as it is' },
  {
    what: 'detectWindowSeconds=10: alerts may take 5 s longer than as it is, receipt objects are fewer and larger',
    stage: within(10),
  },
  { what: 'detectWindowSeconds=60: alerts may take 55 s longer than as it is', stage: within(60) },
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
  loads: readonly Load[],
): { readonly what: string; readonly standing: readonly NanoDollars[]; readonly marginal: readonly NanoDollars[] }[] {
  let current = stage;
  let assumed: Partial<Assumed> = {};
  return CHANGES.map((change) => {
    current = change.stage?.(current) ?? current;
    assumed = { ...assumed, ...change.assumed };
    const estimates = loads.map((load) => estimate(current, load, assume(assumed)));
    return {
      what: change.what,
      standing: estimates.map(({ standingCost }) => standingCost),
      marginal: estimates.map(({ marginal }) => marginal.applications),
    };
  });
}
