import { zoneCount } from '../config/zones.ts';
import { CostError, type Charge } from './prices.ts';
import { priceAlarm, priceMetricFilter } from './alarms.ts';
import { priceDocumentInstance, priceDocumentCluster, priceProxy, priceWarehouse } from './databases.ts';
import { reader } from './read.ts';
import { type Resource, type Stage, ofType } from './stage.ts';
import { priceBrokers, priceKinesisStream, pricePollers, priceServerlessKafka } from './streams.ts';
import { HOURS } from './time.ts';

export type Pricing = (resource: Resource, stage: Stage) => readonly Charge[];

/** Types that cost by being there. Each reads all the properties that make its price. */
export const PRICED: Readonly<Record<string, Pricing>> = {
  'AWS::KMS::Key': () => [{ what: 'key', quantity: 1, price: 'kms.key-month' }],
  'AWS::Kinesis::Stream': priceKinesisStream,
  'AWS::MSK::ServerlessCluster': priceServerlessKafka,
  'AWS::MSK::Cluster': priceBrokers,
  'AWS::Lambda::EventSourceMapping': pricePollers,
  'AWS::DocDB::DBCluster': priceDocumentCluster,
  'AWS::DocDB::DBInstance': priceDocumentInstance,
  'AWS::RDS::DBInstance': priceWarehouse,
  'AWS::RDS::DBProxy': priceProxy,
  'AWS::EC2::VPCEndpoint': priceEndpoint,
  'AWS::MSK::VpcConnection': priceConnection,
  'AWS::SecretsManager::Secret': () => [{ what: 'secret', quantity: 1, price: 'secretsmanager.secret-month' }],
  'AWS::CloudWatch::Alarm': priceAlarm,
  'AWS::CloudWatch::CompositeAlarm': () => [
    { what: 'composite alarm', quantity: 1, price: 'cloudwatch.composite-alarm' },
  ],
  'AWS::CloudWatch::Dashboard': () => [{ what: 'dashboard', quantity: 1, price: 'cloudwatch.dashboard' }],
  'AWS::Logs::MetricFilter': priceMetricFilter,
  'AWS::DynamoDB::GlobalTable': priceTable,
  'AWS::Lambda::Version': refuse('ProvisionedConcurrencyConfig', 'ProvisionedConcurrency'),
  'AWS::Lambda::Alias': refuse('ProvisionedConcurrencyConfig'),
  'AWS::SSM::Parameter': refuse('Tier'),
};

function priceEndpoint(resource: Resource, { settings }: Stage): readonly Charge[] {
  const read = reader(resource);
  if (read.text('VpcEndpointType', 'Gateway') === 'Gateway') return [];
  const zones = read.has('SubnetIds') ? read.list('SubnetIds').length : zoneCount(settings);
  return [{ what: `endpoint hours in ${zones} zones`, quantity: zones * HOURS, price: 'vpc.endpoint-hour' }];
}

/** A connection to a cluster of another network is one of PrivateLink; what the cluster itself costs, its owner pays. */
function priceConnection(resource: Resource, { settings }: Stage): readonly Charge[] {
  const subnets = reader(resource).list('ClientSubnets').length || zoneCount(settings);
  return [{ what: `connection hours in ${subnets} zones`, quantity: subnets * HOURS, price: 'msk.connection-hour' }];
}

/** On demand a table costs by use; with capacity of its own, at least the least of it. */
function priceTable(resource: Resource): readonly Charge[] {
  const read = reader(resource);
  if (read.text('BillingMode', 'PROVISIONED') === 'PAY_PER_REQUEST') return [];
  const least = (kind: 'Write' | 'Read', from: unknown): number => {
    const holder = { ...resource, properties: (from ?? {}) as Resource['properties'] };
    return reader(holder).number(`${kind}ProvisionedThroughputSettings.${kind}CapacityAutoScalingSettings.MinCapacity`);
  };
  const indexes = read.list('GlobalSecondaryIndexes');
  return [
    ...[resource.properties, ...indexes].map((of) => ({
      what: 'least write capacity, hours',
      quantity: least('Write', of) * HOURS,
      price: 'dynamodb.write-capacity-hour',
    })),
    ...read.list('Replicas').map((of) => ({
      what: 'least read capacity, hours',
      quantity: least('Read', of) * HOURS,
      price: 'dynamodb.read-capacity-hour',
    })),
  ];
}

/** Free without these properties; with one of them it is no longer, and nobody has said what it costs. */
function refuse(...properties: string[]): Pricing {
  return (resource) => {
    const found = properties.find((property) => reader(resource).has(property));
    if (found === undefined || (found === 'Tier' && resource.properties['Tier'] === 'Standard')) return [];
    throw new CostError(`${resource.name} (${resource.type}): there is no price for ${found}`);
  };
}

const byUse = 'costs by what goes through it: in the load';
const wiring = 'a setting of something else';
const network = 'networks, routes and groups are free; endpoints are priced';
const quicksight = 'paid by the user and by the GB of SPICE, by the account: no part of the model';
const deployment = 'runs when the stage is deployed, for seconds';

/** Types that cost nothing by being there, and why. */
export const FREE: Readonly<Record<string, string>> = {
  'AWS::ApplicationAutoScaling::ScalableTarget': wiring,
  'AWS::ApplicationAutoScaling::ScalingPolicy': 'its alarms are AWS’s',
  'AWS::CDK::Metadata': wiring,
  'AWS::CloudFormation::CustomResource': deployment,
  'AWS::CloudTrail::Trail': 'the first trail of management events is free; data events are in the load',
  'AWS::CloudWatch::AnomalyDetector': 'paid with the alarm that uses it',
  'AWS::DocDB::DBClusterParameterGroup': wiring,
  'AWS::DocDB::DBSubnetGroup': wiring,
  'AWS::DocDB::EventSubscription': 'events are free; telling them is in the load',
  'AWS::EC2::FlowLog': 'rejected connections only: none on an ordinary day',
  'AWS::EC2::InternetGateway': network,
  'AWS::EC2::Route': network,
  'AWS::EC2::RouteTable': network,
  'AWS::EC2::SecurityGroup': network,
  'AWS::EC2::SecurityGroupEgress': network,
  'AWS::EC2::SecurityGroupIngress': network,
  'AWS::EC2::Subnet': network,
  'AWS::EC2::SubnetRouteTableAssociation': network,
  'AWS::EC2::VPC': network,
  'AWS::EC2::VPCGatewayAttachment': network,
  'AWS::Events::Rule': 'events of AWS services are free',
  'AWS::IAM::ManagedPolicy': 'IAM is free',
  'AWS::IAM::Policy': 'IAM is free',
  'AWS::IAM::Role': 'IAM is free',
  'AWS::IAM::RolePolicy': 'IAM is free',
  'AWS::KMS::Alias': wiring,
  'AWS::Lambda::EventInvokeConfig': wiring,
  'AWS::Lambda::Function': byUse,
  'AWS::Lambda::LayerVersion': wiring,
  'AWS::Lambda::Permission': wiring,
  'AWS::Logs::LogGroup': byUse,
  'AWS::Logs::QueryDefinition': 'paid by whoever runs the query',
  'AWS::Logs::ResourcePolicy': wiring,
  'AWS::MSK::BatchScramSecret': wiring,
  'AWS::MSK::ClusterPolicy': wiring,
  'AWS::MSK::Configuration': wiring,
  'AWS::MSK::Topic': 'its partitions are paid with the cluster',
  'AWS::QuickSight::Analysis': quicksight,
  'AWS::QuickSight::Dashboard': quicksight,
  'AWS::QuickSight::DataSet': quicksight,
  'AWS::QuickSight::DataSource': quicksight,
  'AWS::QuickSight::RefreshSchedule': quicksight,
  'AWS::QuickSight::VPCConnection': quicksight,
  'AWS::RDS::DBParameterGroup': wiring,
  'AWS::RDS::DBProxyTargetGroup': wiring,
  'AWS::RDS::DBSubnetGroup': wiring,
  'AWS::RDS::EventSubscription': 'events are free; telling them is in the load',
  'AWS::S3::Bucket': byUse,
  'AWS::S3::BucketPolicy': wiring,
  'AWS::SNS::Subscription': wiring,
  'AWS::SNS::Topic': byUse,
  'AWS::SNS::TopicPolicy': wiring,
  'AWS::SQS::Queue': 'costs by the message: only what failed comes here',
  'AWS::SQS::QueuePolicy': wiring,
  'AWS::Scheduler::Schedule': 'costs by the start: with the runs of the batch',
  'AWS::Scheduler::ScheduleGroup': wiring,
  'AWS::SecretsManager::ResourcePolicy': wiring,
  'AWS::SecretsManager::RotationSchedule': wiring,
  'AWS::SecretsManager::SecretTargetAttachment': wiring,
  'AWS::Serverless::Application': 'the function that turns a password over, for seconds each month',
  'AWS::StepFunctions::StateMachine': 'costs by the transition: with the runs of the batch and in the load',
};

/** Custom resources are calls of a function when the stage is deployed, whatever they are named. */
const isCustom = (type: string): boolean => type.startsWith('Custom::');

export const isFree = (type: string): boolean => Object.hasOwn(FREE, type) || isCustom(type);

/** @throws CostError naming every type that is neither priced nor said to be free */
export function checkTypes(stage: Stage): void {
  const unknown = new Set(
    stage.resources.map(({ type }) => type).filter((type) => !Object.hasOwn(PRICED, type) && !isFree(type)),
  );
  if (unknown.size === 0) return;
  const named = [...unknown].sort().map((type) => `${type} (${ofType(stage, type)[0]!.name})`);
  throw new CostError(
    `the cost model does not know ${named.join(', ')}: price it, or say why it is free, in lib/cost/resource-types.ts`,
  );
}
