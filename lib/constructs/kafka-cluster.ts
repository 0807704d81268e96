import { Fn } from 'aws-cdk-lib/core';
import { type IConnectable, Peer, Port, SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { Grant, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnCluster, CfnServerlessCluster, CfnVpcConnection } from 'aws-cdk-lib/aws-msk';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import type { Settings } from '../config/settings.ts';
import { BROKER_ZONES, networkZones } from '../config/zones.ts';
import { removalPolicyOf } from '../secure-defaults.ts';
import { databaseName } from './database-logs.ts';
import type { PrivateNetwork } from './private-network.ts';

/** Where brokers listen for clients that log in by IAM; and where they do for clients of another network. */
const IAM_PORT = 9098;
const CONNECTION_PORTS = Port.tcpRange(14_001, 14_100);
/** Express brokers: their storage grows by itself. */
const BROKER = 'express.m7g.large';
const VERSION = '4.1.x.kraft';

export interface KafkaClusterProps {
  readonly settings: Settings;
  readonly network: PrivateNetwork;
  /** @default AWS's own key, which a serverless cluster has in any case */
  readonly key?: IKey;
}

/**
 * The Kafka cluster that carries both streams: serverless, of brokers of the stage's own, or one that is there. Clients
 * log in by IAM as their roles, over TLS, and by nothing else, but for brokers of the stage's own, which also take
 * SCRAM from producers that cannot sign: these need a secret that is associated with the cluster.
 */
export class KafkaCluster extends Construct {
  readonly name: string;
  readonly clusterArn: string;
  /** `host:port`, with commas between them */
  readonly brokers: string;

  constructor(scope: Construct, id: string, props: KafkaClusterProps) {
    super(scope, id);
    const { settings } = props;
    const { stream, mskMode, ownKeys } = settings;
    // …:cluster/NAME/ID; a cluster in other subnets, or of brokers with another key, is another cluster.
    this.name =
      stream === 'msk'
        ? databaseName(settings, 'stream', mskMode, mskMode === 'provisioned' && ownKeys, ...networkZones(settings))
        : stream.split('/')[1]!;
    const there =
      stream === 'msk'
        ? mskMode === 'serverless'
          ? this.serverless(props)
          : this.provisioned(props)
        : this.existing(stream, props);
    this.clusterArn = there.clusterArn;
    this.brokers = this.brokersOf(there);
  }

  /** Lets somebody do things to the cluster, and to one topic of it. */
  grant(grantee: IGrantable, topic: string, actions: { readonly cluster: string[]; readonly topic: string[] }): void {
    const of = (names: string[]): string[] => names.map((name) => `kafka-cluster:${name}`);
    Grant.addToPrincipal({ grantee, actions: of(actions.cluster), resourceArns: [this.clusterArn] });
    Grant.addToPrincipal({ grantee, actions: of(actions.topic), resourceArns: [this.arnOf('topic', topic)] });
  }

  /** `…:cluster/NAME/ID` → `…:topic/NAME/ID/TOPIC`; the ARN may be known to CloudFormation only. */
  arnOf(kind: 'topic' | 'group', name: string): string {
    const [account, cluster] = [0, 1].map((n) => Fn.select(n, Fn.split(':cluster/', this.clusterArn)));
    return Fn.join('', [account!, `:${kind}/`, cluster!, `/${name}`]);
  }

  private serverless({ settings, network }: KafkaClusterProps): Cluster {
    const cluster = new CfnServerlessCluster(this, 'Serverless', {
      clusterName: this.name,
      clientAuthentication: { sasl: { iam: { enabled: true } } },
      vpcConfigs: [{ subnetIds: subnetsOf(network), securityGroups: [this.reachable(network).securityGroupId] }],
    });
    cluster.applyRemovalPolicy(removalPolicyOf(settings));
    return { clusterArn: cluster.attrArn, field: 'BootstrapBrokerStringSaslIam' };
  }

  private provisioned({ settings, network, key }: KafkaClusterProps): Cluster {
    const cluster = new CfnCluster(this, 'Brokers', {
      clusterName: this.name,
      kafkaVersion: VERSION,
      numberOfBrokerNodes: BROKER_ZONES,
      brokerNodeGroupInfo: {
        instanceType: BROKER,
        clientSubnets: subnetsOf(network),
        securityGroups: [this.reachable(network).securityGroupId],
      },
      clientAuthentication: {
        sasl: { iam: { enabled: true }, scram: { enabled: true } },
        unauthenticated: { enabled: false },
      },
      encryptionInfo: {
        ...(key === undefined ? {} : { encryptionAtRest: { dataVolumeKmsKeyId: key.keyArn } }),
        encryptionInTransit: { clientBroker: 'TLS', inCluster: true },
      },
      loggingInfo: {
        brokerLogs: { cloudWatchLogs: { enabled: true, logGroup: new LogGroup(this, 'Logs').logGroupName } },
      },
    });
    cluster.applyRemovalPolicy(removalPolicyOf(settings));
    return { clusterArn: cluster.attrArn, field: 'BootstrapBrokerStringSaslIam' };
  }

  /**
   * A cluster of somebody else's network is reached by a connection that MSK keeps, which its owner has turned on for
   * IAM. Lambda's pollers go to the cluster's own network, as they always do.
   */
  private existing(clusterArn: string, { network }: KafkaClusterProps): Cluster {
    const group = new SecurityGroup(this, 'Connection', {
      vpc: network.vpc,
      description: 'Connection to the Kafka cluster',
      allowAllOutbound: false,
    });
    group.connections.allowFrom(network.functions, CONNECTION_PORTS, 'functions read the topics again');
    const connection = new CfnVpcConnection(this, 'VpcConnection', {
      targetClusterArn: clusterArn,
      authentication: 'SASL_IAM',
      vpcId: network.vpc.vpcId,
      clientSubnets: subnetsOf(network),
      securityGroups: [group.securityGroupId],
    });
    return { clusterArn, field: 'BootstrapBrokerStringVpcConnectivitySaslIam', after: connection };
  }

  /** Brokers, and Lambda's pollers, which are put into the same subnets with the same group. */
  private reachable(network: PrivateNetwork): SecurityGroup {
    const group = new SecurityGroup(this, 'Group', {
      vpc: network.vpc,
      description: 'Brokers of the Kafka cluster, and the pollers of Lambda',
      allowAllOutbound: false,
    });
    group.connections.allowInternally(Port.tcp(IAM_PORT), 'pollers read the topics');
    group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'what is given up goes to S3 by its gateway endpoint');
    network.connect(group as IConnectable, IAM_PORT, 'functions read the topics again');
    return group;
  }

  /** CloudFormation knows a cluster, but not where its brokers listen: it is asked when the stack is deployed. */
  private brokersOf({ clusterArn, field, after }: Cluster): string {
    const asked = new AwsCustomResource(this, 'Bootstrap', {
      resourceType: 'Custom::KafkaBrokers',
      onUpdate: {
        service: 'Kafka',
        action: 'getBootstrapBrokers',
        parameters: { ClusterArn: clusterArn },
        physicalResourceId: PhysicalResourceId.of('brokers'),
        outputPaths: [field],
      },
      installLatestAwsSdk: false,
      policy: AwsCustomResourcePolicy.fromStatements([
        new PolicyStatement({ actions: ['kafka:GetBootstrapBrokers'], resources: [clusterArn] }),
      ]),
    });
    if (after !== undefined) asked.node.addDependency(after);
    return asked.getResponseField(field);
  }
}

interface Cluster {
  readonly clusterArn: string;
  /** which of the answers of MSK has the brokers */
  readonly field: string;
  /** what must be there before they can be asked for */
  readonly after?: Construct;
}

/** All zones there are: brokers want more of them than functions and endpoints pay for. */
const subnetsOf = ({ vpc }: PrivateNetwork): string[] =>
  vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_ISOLATED }).subnetIds;
