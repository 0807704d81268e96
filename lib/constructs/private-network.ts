import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  type IConnectable,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  type SubnetSelection,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Settings } from '../config/settings.ts';
import { networkZones, zoneCount } from '../config/zones.ts';

/**
 * Interface endpoints, each paid by the hour and zone, and why it is there: a call of a function inside the network
 * that has no other way out. test/infra/stages.test.ts derives the same list from the functions' grants.
 */
const ENDPOINTS = {
  /** reconcile reads the streams again, from inside because it writes to the warehouse; brokers are inside as well */
  kinesis: InterfaceVpcEndpointAwsService.KINESIS_STREAMS,
  /** migrate-database and prepare-alert-store read the administrators' passwords; rotation writes them */
  secretsmanager: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  /** detect-fraud and track-activity notify; they are inside where the alert store is a cluster */
  sns: InterfaceVpcEndpointAwsService.SNS,
} as const;
export type EndpointName = keyof typeof ENDPOINTS;

export interface PrivateNetworkProps {
  readonly settings: Settings;
}

/** A network without a way to the internet, for the databases and the functions that reach them. */
export class PrivateNetwork extends Construct {
  readonly vpc: IVpc;
  /** where functions and endpoints are: as many zones as the stage pays for */
  readonly subnets: SubnetSelection;
  /** peers and ports are named by whoever is connected */
  readonly functions: SecurityGroup;
  readonly endpoints: readonly EndpointName[];

  constructor(scope: Construct, id: string, { settings }: PrivateNetworkProps) {
    super(scope, id);
    const all = networkZones(settings);
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.60.0.0/20'),
      availabilityZones: all,
      natGateways: 0,
      subnetConfiguration: [{ name: 'isolated', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 }],
      // Nothing is ever put into the default group; emptying it would take a function that may change every group.
      restrictDefaultSecurityGroup: false,
      flowLogs: {
        rejected: {
          destination: FlowLogDestination.toCloudWatchLogs(new LogGroup(this, 'FlowLogs')),
          trafficType: FlowLogTrafficType.REJECT,
        },
      },
    });
    // The library's own types do not meet under exactOptionalPropertyTypes.
    this.vpc = vpc as IVpc;
    this.subnets = { subnetType: SubnetType.PRIVATE_ISOLATED, availabilityZones: all.slice(0, zoneCount(settings)) };

    // Free of charge: what functions write most goes through these two.
    vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 });
    vpc.addGatewayEndpoint('DynamoDb', { service: GatewayVpcEndpointAwsService.DYNAMODB });

    this.functions = new SecurityGroup(this, 'Functions', {
      vpc: this.vpc,
      description: 'Functions inside the network',
      allowAllOutbound: false,
    });
    this.endpoints = endpointsOf(settings);
    const group = new SecurityGroup(this, 'Endpoints', {
      vpc: this.vpc,
      description: 'Interface endpoints',
      allowAllOutbound: false,
    });
    for (const name of this.endpoints)
      vpc.addInterfaceEndpoint(name, {
        service: ENDPOINTS[name],
        subnets: this.subnets,
        securityGroups: [group],
        open: false,
      });
    group.addIngressRule(this.functions, Port.tcp(443), 'functions call AWS');
    this.functions.addEgressRule(group, Port.tcp(443), 'AWS by interface endpoints');
    // A gateway endpoint is a route to public addresses: the group must let them out, the route lets nothing else.
    this.functions.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'S3 and DynamoDB by gateway endpoints');
  }

  /** The group of a database: it answers and calls nobody. */
  databaseGroup(scope: Construct, id: string, description: string): SecurityGroup {
    return new SecurityGroup(scope, id, { vpc: this.vpc, description, allowAllOutbound: false });
  }

  /** Lets the functions reach a database, and nobody else. */
  connect(database: IConnectable, port: number, what: string): void {
    database.connections.allowFrom(this.functions, Port.tcp(port), what);
  }
}

/** What the functions inside call. */
const endpointsOf = ({ alertStore, warehouse, stream }: Settings): EndpointName[] => [
  ...(warehouse === 'rds' && stream === 'kinesis' ? (['kinesis'] as const) : []),
  ...(warehouse === 'rds' ? (['secretsmanager'] as const) : []),
  ...(alertStore === 'documentdb'
    ? (['sns', ...(warehouse === 'rds' ? [] : (['secretsmanager'] as const))] as const)
    : []),
];
