import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../../core/contract/values.ts';
import { METRICS } from '../../../core/contract/metrics.ts';
import { backupBeyondStorage } from '../../../lib/cost/databases.ts';
import { fixedCost } from '../../../lib/cost/fixed.ts';
import { CostError, PRICES } from '../../../lib/cost/prices.ts';
import { FREE, PRICED } from '../../../lib/cost/resource-types.ts';
import type { Properties } from '../../../lib/cost/stage.ts';
import { charges, stageOf } from './stage-of.ts';

const one = (Type: string, Properties = {}, context = {}) => charges(stageOf({ It: { Type, Properties } }, context));

describe('what a resource costs by being there', () => {
  it('names every type that it does not know, and where', () => {
    const stage = stageOf({
      Gateway: { Type: 'AWS::EC2::NatGateway' },
      Cache: { Type: 'AWS::ElastiCache::ServerlessCache' },
      Role: { Type: 'AWS::IAM::Role' },
    });
    expect(() => fixedCost(stage, PRICES)).toThrow(
      /AWS::EC2::NatGateway \(data\/Gateway\), AWS::ElastiCache::ServerlessCache \(data\/Cache\)/,
    );
  });

  it('is either a price or a reason why there is none', () => {
    expect(Object.keys(PRICED).filter((type) => Object.hasOwn(FREE, type))).toEqual([]);
    for (const reason of Object.values(FREE)) expect(reason).not.toBe('');
  });

  it('takes a custom resource, whatever its name, for a call at deployment', () => {
    expect(one('Custom::KafkaTopics')).toEqual([]);
  });

  it('counts shards, twice where they keep records for longer than a day', () => {
    expect(one('AWS::Kinesis::Stream', { ShardCount: 3 })).toEqual(['data/It: 2190 × kinesis.shard-hour = 32.85']);
    expect(one('AWS::Kinesis::Stream', { ShardCount: 3, RetentionPeriodHours: 72 })).toEqual([
      'data/It: 2190 × kinesis.shard-hour = 32.85',
      'data/It: 2190 × kinesis.extended-retention = 43.80',
    ]);
    expect(
      one('AWS::Kinesis::Stream', { StreamModeDetails: { StreamMode: 'ON_DEMAND' }, RetentionPeriodHours: 168 }),
    ).toEqual(['data/It: 730 × kinesis.on-demand-stream-hour = 29.20']);
  });

  it('says which property it cannot price', () => {
    expect(() => one('AWS::Kinesis::Stream', { ShardCount: { Ref: 'Shards' } })).toThrow(
      'data/It (AWS::Kinesis::Stream): ShardCount must be a number to be priced',
    );
    expect(() => one('AWS::RDS::DBInstance', { Engine: 'mysql', StorageType: 'gp3' })).toThrow(CostError);
    expect(() => one('AWS::DocDB::DBCluster', { StorageType: 'iopt1' })).toThrow('StorageType iopt1');
    expect(() => one('AWS::SSM::Parameter', { Tier: 'Advanced' })).toThrow('there is no price for Tier');
    expect(() => one('AWS::Lambda::Version', { ProvisionedConcurrencyConfig: {} })).toThrow('ProvisionedConcurrency');
  });

  it('counts the hours and partitions of a serverless Kafka', () => {
    const cluster = { Type: 'AWS::MSK::ServerlessCluster' };
    expect(charges(stageOf({ Cluster: cluster }, { stream: 'msk' }))).toEqual([
      'data/Cluster: 730 × msk.serverless-cluster-hour = 547.50',
      'data/Cluster: 2920 × msk.serverless-partition-hour = 4.38',
    ]);
    const topic = (PartitionCount: number) => ({ Type: 'AWS::MSK::Topic', Properties: { PartitionCount } });
    expect(charges(stageOf({ Cluster: cluster, A: topic(6), B: topic(4) }))).toContain(
      'data/Cluster: 7300 × msk.serverless-partition-hour = 10.95',
    );
  });

  it('counts brokers, and their volumes where they have some', () => {
    const brokers = (InstanceType: string, StorageInfo = {}) =>
      one('AWS::MSK::Cluster', { NumberOfBrokerNodes: 2, BrokerNodeGroupInfo: { InstanceType, StorageInfo } });
    expect(brokers('express.m7g.large')).toEqual(['data/It: 1460 × msk.broker.express.m7g.large = 595.68']);
    expect(brokers('kafka.t3.small', { EBSStorageInfo: { VolumeSize: 50 } })).toEqual([
      'data/It: 1460 × msk.broker.kafka.t3.small = 66.58',
      'data/It: 100 × msk.storage = 10.00',
    ]);
    expect(() => brokers('kafka.m9z.large')).toThrow('there is no price "msk.broker.kafka.m9z.large"');
  });

  it('counts pollers by units of ten, of a group all together', () => {
    const mapping = (MinimumPollers: number, PollerGroupName?: string) => ({
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { ProvisionedPollerConfig: { MinimumPollers, PollerGroupName } },
    });
    const bare = { Type: 'AWS::Lambda::EventSourceMapping', Properties: {} };
    expect(charges(stageOf({ Bare: bare, A: mapping(1), B: mapping(11) }))).toEqual([
      'data/A: 730 × lambda.event-poller-hour = 135.05',
      'data/B: 1460 × lambda.event-poller-hour = 270.10',
    ]);
    expect(charges(stageOf({ A: mapping(4, 'g'), B: mapping(4, 'g'), C: mapping(4, 'g') }))).toEqual([
      'data/A: 1460 × lambda.event-poller-hour = 270.10',
    ]);
  });

  it('counts a serverless DocumentDB at its least', () => {
    const instance = {
      Type: 'AWS::DocDB::DBInstance',
      Properties: { DBInstanceClass: 'db.serverless', DBClusterIdentifier: { Ref: 'Cluster' } },
    };
    const cluster = {
      Type: 'AWS::DocDB::DBCluster',
      Properties: { ServerlessV2ScalingConfiguration: { MinCapacity: 1, MaxCapacity: 8 } },
    };
    expect(charges(stageOf({ Cluster: cluster, A: instance, B: instance }))).toEqual([
      'data/Cluster: 10 × documentdb.storage = 1.00',
      'data/Cluster: 0 × documentdb.backup = 0.00',
      'data/A: 730 × documentdb.dcu-hour = 60.01',
      'data/B: 730 × documentdb.dcu-hour = 60.01',
    ]);
  });

  const database = {
    Type: 'AWS::RDS::DBInstance',
    Properties: {
      Engine: 'postgres',
      DBInstanceClass: 'db.m7g.large',
      StorageType: 'gp3',
      AllocatedStorage: '100',
      BackupRetentionPeriod: 30,
      ManageMasterUserPassword: true,
    },
  };

  it('doubles the database with its standby, storage too', () => {
    const inTwo = { ...database, Properties: { ...database.Properties, MultiAZ: true } };
    expect(charges(stageOf({ It: database }))).toEqual([
      'data/It: 730 × rds.instance.m7g.large = 122.64',
      'data/It: 100 × rds.storage-gp3 = 11.50',
      'data/It: 0 × rds.backup = 0.00',
      'data/It: 1 × secretsmanager.secret-month = 0.40',
    ]);
    expect(charges(stageOf({ It: inTwo })).slice(0, 2)).toEqual([
      'data/It: 1460 × rds.instance.m7g.large = 245.28',
      'data/It: 200 × rds.storage-gp3 = 23.00',
    ]);
  });

  it('charges backups only beyond the size of the storage', () => {
    expect(backupBeyondStorage(100, 30)).toBe(0);
    expect(backupBeyondStorage(100, 60)).toBeCloseTo(10);
  });

  it('counts Database Insights and a proxy by the vCPUs of the instance', () => {
    const advanced = {
      ...database,
      Properties: { ...database.Properties, DatabaseInsightsMode: 'advanced', DBInstanceClass: 'db.m7g.2xlarge' },
    };
    const proxy = { Type: 'AWS::RDS::DBProxy' };
    expect(charges(stageOf({ It: advanced }))).toContain('data/It: 5840 × rds.insights-advanced-vcpu-hour = 73.00');
    expect(charges(stageOf({ It: database, Proxy: proxy }))).toContain(
      'data/Proxy: 1460 × rds.proxy-vcpu-hour = 21.90',
    );
    expect(() => charges(stageOf({ Proxy: proxy }))).toThrow('there are 0');
  });

  it('counts interface endpoints by zone and gateways not at all', () => {
    const SubnetIds = [{ Ref: 'A' }, { Ref: 'B' }, { Ref: 'C' }];
    expect(one('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Interface', SubnetIds })).toEqual([
      'data/It: 2190 × vpc.endpoint-hour = 21.90',
    ]);
    expect(one('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' })).toEqual([]);
  });

  it('counts the metrics of an alarm, and the band of the expected as two more', () => {
    const query = (Period: number) => ({ MetricStat: { Period } });
    expect(one('AWS::CloudWatch::Alarm', { Period: 300 })).toEqual(['data/It: 1 × cloudwatch.alarm-metric = 0.10']);
    expect(one('AWS::CloudWatch::Alarm', { Period: 10 })).toEqual([
      'data/It: 1 × cloudwatch.high-resolution-alarm-metric = 0.30',
    ]);
    expect(one('AWS::CloudWatch::Alarm', { Metrics: [query(60), query(60), { Expression: 'm1 / m2' }] })).toEqual([
      'data/It: 2 × cloudwatch.alarm-metric = 0.20',
    ]);
    expect(
      one('AWS::CloudWatch::Alarm', { Metrics: [query(60), { Expression: 'ANOMALY_DETECTION_BAND(m0, 2)' }] }),
    ).toEqual(['data/It: 3 × cloudwatch.alarm-metric = 0.30']);
    expect(() => one('AWS::CloudWatch::Alarm', { Metrics: [{ Expression: 'SELECT MAX(x) FROM y' }] })).toThrow(
      CostError,
    );
    expect(one('AWS::CloudWatch::CompositeAlarm')).toEqual(['data/It: 1 × cloudwatch.composite-alarm = 0.50']);
    expect(one('AWS::CloudWatch::Dashboard')).toEqual(['data/It: 1 × cloudwatch.dashboard = 3.00']);
  });

  it('knows all that watches: alarms cost, and nothing that tells of them', () => {
    const alarm = (properties: object) => ({ Type: 'AWS::CloudWatch::Alarm', Properties: properties as Properties });
    const stat = { MetricStat: { Period: 300 } };
    const stage = stageOf({
      Plain: alarm({ Period: 300 }),
      Math: alarm({ Metrics: [stat, stat, { Expression: 'a / b' }] }),
      Band: alarm({ Metrics: [stat, { Expression: 'ANOMALY_DETECTION_BAND(m, 2)' }] }),
      ...Object.fromEntries(
        [
          'AWS::CloudWatch::AnomalyDetector',
          'AWS::SNS::Topic',
          'AWS::SNS::TopicPolicy',
          'AWS::SNS::Subscription',
          'AWS::SQS::Queue',
          'AWS::SQS::QueuePolicy',
          'AWS::Events::Rule',
        ].map((Type) => [Type, { Type }]),
      ),
    });
    expect(charges(stage)).toEqual([
      'data/Plain: 1 × cloudwatch.alarm-metric = 0.10',
      'data/Math: 2 × cloudwatch.alarm-metric = 0.20',
      'data/Band: 3 × cloudwatch.alarm-metric = 0.30',
    ]);
  });

  it('counts a table only where it has capacity of its own, its indexes with it', () => {
    const capacity = (MinCapacity: number) => ({
      WriteProvisionedThroughputSettings: { WriteCapacityAutoScalingSettings: { MinCapacity } },
    });
    expect(one('AWS::DynamoDB::GlobalTable', { BillingMode: 'PAY_PER_REQUEST' })).toEqual([]);
    expect(
      one('AWS::DynamoDB::GlobalTable', {
        ...capacity(10),
        GlobalSecondaryIndexes: [capacity(5)],
        Replicas: [{ ReadProvisionedThroughputSettings: { ReadCapacityAutoScalingSettings: { MinCapacity: 2 } } }],
      }),
    ).toEqual([
      'data/It: 7300 × dynamodb.write-capacity-hour = 4.75',
      'data/It: 3650 × dynamodb.write-capacity-hour = 2.37',
      'data/It: 1460 × dynamodb.read-capacity-hour = 0.19',
    ]);
  });

  it('counts every metric with every value of its dimensions', () => {
    const metrics = fixedCost(stageOf({}), PRICES);
    expect(metrics.map(({ what }) => what)).toEqual(Object.values(METRICS));
    expect(metrics.find(({ what }) => what === 'InvalidRecords')?.quantity).toBe(2 * CHECKS.length);
    const rules = fixedCost(stageOf({}, { policy: 'founding' }), PRICES).find(({ what }) => what === 'FraudAlerts');
    expect(rules?.quantity).toBe(1);
  });
});
