import { Duration, Stack, Validations } from 'aws-cdk-lib/core';
import { ClusterParameterGroup, DatabaseCluster, DatabaseInstance, type DatabaseSecret } from 'aws-cdk-lib/aws-docdb';
import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnApplication } from 'aws-cdk-lib/aws-sam';
import { type ISecret, SecretRotation, SecretRotationApplication } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, type IConstruct } from 'constructs';
import { ADMINISTRATOR } from '../../core/contract/environment.ts';
import type { Settings } from '../config/settings.ts';
import { removalPolicyOf } from '../secure-defaults.ts';
import type { IAlertStore } from './alert-store.ts';
import { DatabaseLogs, databaseName } from './database-logs.ts';
import type { PrivateNetwork } from './private-network.ts';

export interface DocumentAlertStoreProps {
  readonly settings: Settings;
  readonly network: PrivateNetwork;
  readonly key?: IKey;
}

/** Not MongoDB's own port: scans of the network look there first. */
const PORT = 27018;
/** 5.0 is the first that knows IAM, which functions log in by. */
const ENGINE = '5.0.0';
/** What would have to be written in another way in an address, or in a shell. */
const EXCLUDED = '"@/:?#[]%&=+$,;\\\'<>^`{|}~ ';

/**
 * The alert store as contracted: DocumentDB, serverless. Functions log in by IAM as their roles, over TLS; the
 * administrator, who makes these users, has a password that turns over by itself.
 */
export class DocumentAlertStore extends Construct implements IAlertStore {
  readonly environment: Readonly<Record<string, string>>;
  /** how its administrator reaches it */
  readonly address: string;
  readonly administrator: ISecret;
  readonly name: string;
  private readonly granted: { readonly grantee: IGrantable; readonly may: 'read' | 'readWrite' }[] = [];
  readonly cluster: DatabaseCluster;

  constructor(scope: Construct, id: string, { settings, network, key }: DocumentAlertStoreProps) {
    super(scope, id);
    this.name = databaseName(settings, 'alerts', settings.ownKeys);
    const logs = new DatabaseLogs(this, 'Logs', {
      Audit: `/aws/docdb/${this.name}/audit`,
      Profiler: `/aws/docdb/${this.name}/profiler`,
    });
    this.cluster = new DatabaseCluster(this, 'Cluster', {
      dbClusterName: this.name,
      vpc: network.vpc,
      vpcSubnets: { subnetType: network.subnets.subnetType! },
      securityGroup: network.databaseGroup(this, 'Group', 'The alert store'),
      port: PORT,
      engineVersion: ENGINE,
      masterUser: {
        username: ADMINISTRATOR,
        excludeCharacters: EXCLUDED,
        ...(key === undefined ? {} : { kmsKey: key }),
      },
      serverlessV2ScalingConfiguration: {
        minCapacity: settings.documentDbMinCapacity,
        maxCapacity: settings.documentDbMaxCapacity,
      },
      parameterGroup: new ClusterParameterGroup(this, 'Parameters', {
        family: 'docdb5.0',
        parameters: { tls: 'tls1.2+', audit_logs: 'all', profiler: 'enabled' },
      }),
      exportAuditLogsToCloudWatch: true,
      exportProfilerLogsToCloudWatch: true,
      storageEncrypted: true,
      ...(key === undefined ? {} : { kmsKey: key }),
      backup: { retention: Duration.days(Math.max(7, settings.databaseBackupDays)) },
      copyTagsToSnapshot: true,
      deletionProtection: settings.deletionProtection,
      removalPolicy: removalPolicyOf(settings),
    });
    this.cluster.node.addDependency(logs);
    for (let n = 1; n <= settings.documentDbInstances; n += 1) {
      const instance = new DatabaseInstance(this, `Instance${n}`, {
        cluster: this.cluster,
        instanceType: new InstanceType('serverless'),
        enablePerformanceInsights: true,
        autoMinorVersionUpgrade: true,
        // The library would keep it, and a cluster that has an instance cannot be deleted.
        removalPolicy: removalPolicyOf(settings),
      });
      Validations.of(instance).acknowledge({
        id: 'CloudFormation-Validate::E3620',
        reason: 'db.serverless is the class of serverless instances; the offline list of classes does not know it',
      });
    }
    const secret = this.cluster.secret!;
    // Who has the cluster must have its password: both it and what ties it to the cluster, which `secret` is.
    const made = this.cluster.node.findChild('Secret') as DatabaseSecret;
    for (const one of [made, secret]) one.applyRemovalPolicy(removalPolicyOf(settings));
    // By the cluster's own port, as the rotation does below: EC2 refuses the same rule written in two ways.
    this.cluster.connections.allowDefaultPortFrom(network.functions, 'functions write and read alerts');
    // In the functions' own group, which alone reaches the endpoint of Secrets Manager and the cluster.
    const rotation = new SecretRotation(this, 'Rotation', {
      application: SecretRotationApplication.MONGODB_ROTATION_SINGLE_USER,
      secret,
      target: this.cluster,
      vpc: network.vpc,
      vpcSubnets: network.subnets,
      securityGroup: network.functions,
      automaticallyAfter: Duration.days(30),
      excludeCharacters: EXCLUDED,
    });
    keepLogs(rotation);
    this.administrator = secret;
    const { hostname, port } = this.cluster.clusterEndpoint;
    this.address = `mongodb://${hostname}:${port}/?tls=true&replicaSet=rs0&retryWrites=false`;
    this.environment = {
      ALERT_STORE: 'documentdb',
      DOCUMENTDB_URI: `${this.address}&authMechanism=MONGODB-AWS&authSource=%24external`,
    };
  }

  /** The cluster knows a function by its role: see prepare-alert-store, which gives each what its grant says. */
  grantInsert(grantee: IGrantable): void {
    this.granted.push({ grantee, may: 'readWrite' });
  }

  grantExtract(grantee: IGrantable): void {
    this.granted.push({ grantee, may: 'read' });
  }

  grantReview(grantee: IGrantable): void {
    this.granted.push({ grantee, may: 'readWrite' });
  }

  /** ARNs of the roles of a stack that were granted so much, with commas between them. */
  rolesOf(stack: Stack, may: 'read' | 'readWrite'): string {
    const granted = this.granted.filter((one) => one.may === may && Stack.of(principalOf(one.grantee)) === stack);
    return granted.map(({ grantee }) => roleOf(grantee)).join(',');
  }
}

/** The function that turns the password over comes ready-made; it logs to a group that has its name. */
function keepLogs(rotation: SecretRotation): void {
  for (const application of rotation.node.findAll()) {
    if (!(application instanceof CfnApplication)) continue;
    const { functionName } = application.parameters as { functionName: string };
    const logs = new LogGroup(rotation, 'Logs', { logGroupName: `/aws/lambda/${functionName}` });
    application.node.addDependency(logs);
  }
}

const principalOf = ({ grantPrincipal }: IGrantable): IConstruct => grantPrincipal as unknown as IConstruct;

function roleOf({ grantPrincipal }: IGrantable): string {
  const { roleArn } = grantPrincipal as { roleArn?: string };
  if (roleArn === undefined) throw new Error('DocumentDB knows a function by its role');
  return roleArn;
}
