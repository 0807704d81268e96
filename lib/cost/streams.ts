import { CostError, type Charge } from './prices.ts';
import { reader } from './read.ts';
import { ofType, type Resource, type Stage } from './stage.ts';
import { HOURS } from './time.ts';

/** What a shard keeps without being paid for it, and up to when an hour of more is paid by the shard. */
export const FREE_RETENTION_HOURS = 24;
export const EXTENDED_RETENTION_HOURS = 168;

export function priceKinesisStream(resource: Resource): readonly Charge[] {
  const read = reader(resource);
  if (read.text('StreamModeDetails.StreamMode', 'PROVISIONED') === 'ON_DEMAND')
    return [{ what: 'stream hours', quantity: HOURS, price: 'kinesis.on-demand-stream-hour' }];
  const shards = read.number('ShardCount');
  const kept = read.number('RetentionPeriodHours', FREE_RETENTION_HOURS);
  return [
    { what: `hours of ${shards} shards`, quantity: shards * HOURS, price: 'kinesis.shard-hour' },
    ...(kept > FREE_RETENTION_HOURS
      ? [
          {
            what: `the same, because records are kept ${kept} h`,
            quantity: shards * HOURS,
            price: 'kinesis.extended-retention',
          },
        ]
      : []),
  ];
}

export function priceServerlessKafka(_resource: Resource, stage: Stage): readonly Charge[] {
  const partitions = partitionsOf(stage);
  return [
    { what: 'cluster hours', quantity: HOURS, price: 'msk.serverless-cluster-hour' },
    {
      what: `hours of ${partitions} partitions`,
      quantity: partitions * HOURS,
      price: 'msk.serverless-partition-hour',
    },
  ];
}

/** Partitions of all topics: those of the template, or what the settings ask for where a function makes them. */
export function partitionsOf(stage: Stage): number {
  const topics = ofType(stage, 'AWS::MSK::Topic');
  if (topics.length === 0) return 2 * stage.settings.shardsPerStream;
  return topics.reduce((sum, topic) => sum + reader(topic).number('PartitionCount'), 0);
}

/** EBS of a broker that says nothing of its own. */
const DEFAULT_VOLUME_GB = 100;

export function priceBrokers(resource: Resource): readonly Charge[] {
  const read = reader(resource);
  const brokers = read.number('NumberOfBrokerNodes');
  const type = read.text('BrokerNodeGroupInfo.InstanceType');
  const hours = { what: `hours of ${brokers} brokers`, quantity: brokers * HOURS, price: `msk.broker.${type}` };
  // Express brokers keep as much as is written; the others have a volume of their own each.
  if (type.startsWith('express.')) return [hours];
  const volume = read.number('BrokerNodeGroupInfo.StorageInfo.EBSStorageInfo.VolumeSize', DEFAULT_VOLUME_GB);
  return [hours, { what: `${brokers} volumes`, quantity: brokers * volume, price: 'msk.storage' }];
}

/** Pollers that a unit holds, where none of them needs more than its share of 20 MB a second. */
const POLLERS_PER_UNIT = 10;

/**
 * Pollers of Kafka that are kept ready cost by units of ten. Mappings of one group share their units: the first of the
 * group is charged for all.
 */
export function pricePollers(resource: Resource, stage: Stage): readonly Charge[] {
  const read = reader(resource);
  if (!read.has('ProvisionedPollerConfig')) return [];
  const group = groupOf(resource);
  const mappings =
    group === '' ? [resource] : ofType(stage, 'AWS::Lambda::EventSourceMapping').filter((m) => groupOf(m) === group);
  if (mappings[0] === undefined) throw new CostError(`${resource.name} is not among its stage’s resources`);
  if (mappings[0].name !== resource.name) return [];
  const pollers = mappings.reduce(
    (sum, mapping) => sum + reader(mapping).number('ProvisionedPollerConfig.MinimumPollers', 1),
    0,
  );
  const units = Math.ceil(pollers / POLLERS_PER_UNIT);
  const of = mappings.length === 1 ? '' : ` of the group ${group}`;
  return [{ what: `hours of ${units} poller units${of}`, quantity: units * HOURS, price: 'lambda.event-poller-hour' }];
}

const groupOf = (mapping: Resource): string => reader(mapping).text('ProvisionedPollerConfig.PollerGroupName', '');
