import { Duration } from 'aws-cdk-lib/core';
import { Connections, InstanceType, Port, type SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { type IGrantable, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  CaCertificate,
  Credentials,
  DatabaseInsightsMode,
  DatabaseInstance,
  DatabaseInstanceEngine,
  DatabaseProxy,
  DatabaseSecret,
  DefaultAuthScheme,
  ParameterGroup,
  PostgresEngineVersion,
  ProxyTarget,
  StorageType,
} from 'aws-cdk-lib/aws-rds';
import { type ISecret, SecretRotation, SecretRotationApplication } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { ADMINISTRATOR, REPORTS_USER } from '../../core/contract/environment.ts';
import type { Settings } from '../config/settings.ts';
import { removalPolicyOf } from '../secure-defaults.ts';
import { DatabaseLogs, databaseName } from './database-logs.ts';
import type { PrivateNetwork } from './private-network.ts';
import { grantPassword } from './stage-key.ts';

/** Where the star schema is. A function is told where by environment and may log in by a grant. */
export interface IWarehouse {
  readonly environment: Readonly<Record<string, string>>;
  /** of a function that reads and nothing else */
  readonly readerEnvironment: Readonly<Record<string, string>>;
  /** password of the administrator who makes roles; undefined where the functions' host has made them */
  readonly administrator?: ISecret;
  /** login of who asks the reports' views with a password; undefined where nobody does */
  readonly reports?: ISecret | undefined;
  /** undefined where it is none of the stage's own */
  readonly name?: string;
  /** to log in as the pipeline's role */
  grantConnect(grantee: IGrantable): void;
  /** to log in as who may read and nothing else */
  grantRead(grantee: IGrantable): void;
  /** to log in as the administrator, by password or by IAM */
  grantAdminister(grantee: IGrantable): void;
}

/**
 * A server that whoever hosts the functions knows: PGHOST, PGPORT and PGPASSFILE come from there. It has one role, so
 * who reads there is held to it by the transaction alone.
 */
export class HostWarehouse implements IWarehouse {
  readonly environment: Readonly<Record<string, string>>;
  readonly readerEnvironment: Readonly<Record<string, string>>;

  constructor({ warehouseDatabase, warehouseUser }: Settings) {
    this.environment = { PGDATABASE: warehouseDatabase, PGUSER: warehouseUser };
    this.readerEnvironment = this.environment;
  }

  grantConnect(): void {}
  grantRead(): void {}
  grantAdminister(): void {}
}

export interface RdsWarehouseProps {
  readonly settings: Settings;
  readonly network: PrivateNetwork;
  readonly key?: IKey;
}

/** Not PostgreSQL's own port: scans of the network look there first. */
const PORT = 5433;
/** A proxy listens on PostgreSQL's own, wherever its target does. */
const PROXY_PORT = 5432;
/** What RDS gives a PostgreSQL. */
const MOST_STORAGE_GB = 65_536;

/** RDS for PostgreSQL. Functions log in by IAM over TLS; the only password is the administrator's, and RDS turns it over. */
export class RdsWarehouse extends Construct implements IWarehouse {
  readonly environment: Readonly<Record<string, string>>;
  readonly name: string;
  readonly instance: DatabaseInstance;
  readonly readerEnvironment: Readonly<Record<string, string>>;
  readonly administrator: ISecret;
  readonly reports: ISecret | undefined;
  /** who is let in here reaches the instance */
  readonly group: SecurityGroup;
  readonly port = PORT;
  private readonly user: string;
  private readonly reader: string;
  private readonly proxy: DatabaseProxy | undefined;

  constructor(scope: Construct, id: string, { settings, network, key }: RdsWarehouseProps) {
    super(scope, id);
    this.group = network.databaseGroup(this, 'Group', 'The warehouse');
    // By another key, or with another database in it, it is another instance.
    this.name = databaseName(settings, 'warehouse', settings.ownKeys, settings.warehouseDatabase);
    const logs = new DatabaseLogs(this, 'Logs', { Postgresql: `/aws/rds/instance/${this.name}/postgresql` });
    const engine = DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.VER_18_3 });
    this.instance = new DatabaseInstance(this, 'Instance', {
      instanceIdentifier: this.name,
      engine,
      vpc: network.vpc,
      vpcSubnets: { subnetType: network.subnets.subnetType! },
      securityGroups: [this.group],
      port: PORT,
      instanceType: new InstanceType(settings.databaseInstance),
      storageType: StorageType.GP3,
      allocatedStorage: settings.databaseStorageGb,
      maxAllocatedStorage: Math.min(settings.databaseStorageGb * 10, MOST_STORAGE_GB),
      storageEncrypted: true,
      ...(key === undefined ? {} : { storageEncryptionKey: key, performanceInsightEncryptionKey: key }),
      multiAz: settings.databaseMultiAz,
      databaseName: settings.warehouseDatabase,
      credentials: Credentials.fromUsername(ADMINISTRATOR, key === undefined ? {} : { encryptionKey: key }),
      manageMasterUserPassword: true,
      iamAuthentication: true,
      caCertificate: CaCertificate.RDS_CA_RSA2048_G1,
      parameterGroup: new ParameterGroup(this, 'Parameters', {
        engine,
        parameters: {
          'rds.force_ssl': '1',
          shared_preload_libraries: 'pg_stat_statements,pgaudit',
          // Who made or changed what. Statements that carry rows are left out: their text could be personal.
          'pgaudit.log': 'ddl,role',
          log_min_error_statement: 'panic',
          log_lock_waits: '1',
        },
      }),
      backupRetention: Duration.days(settings.databaseBackupDays),
      deleteAutomatedBackups: settings.removalPolicy === 'destroy',
      deletionProtection: settings.deletionProtection,
      enablePerformanceInsights: true,
      databaseInsightsMode: DatabaseInsightsMode.STANDARD,
      cloudwatchLogsExports: ['postgresql'],
      autoMinorVersionUpgrade: true,
      copyTagsToSnapshot: true,
      publiclyAccessible: false,
      removalPolicy: removalPolicyOf(settings),
    });
    this.instance.node.addDependency(logs);
    network.connect(this.instance, PORT, 'functions load and read the warehouse');
    this.administrator = this.instance.secret!;
    this.reports = settings.quicksight ? this.addReportsLogin(settings, network, key) : undefined;
    this.user = settings.warehouseUser;
    this.reader = settings.warehouseReader;
    this.proxy = settings.databaseProxy ? this.addProxy(network) : undefined;
    this.environment = {
      PGHOST: this.instance.dbInstanceEndpointAddress,
      PGPORT: this.instance.dbInstanceEndpointPort,
      PGDATABASE: settings.warehouseDatabase,
      PGUSER: settings.warehouseUser,
      WAREHOUSE_AUTH: 'iam',
    };
    this.readerEnvironment = {
      ...this.environment,
      PGUSER: this.reader,
      ...(this.proxy === undefined ? {} : { PGHOST: this.proxy.endpoint, PGPORT: String(PROXY_PORT) }),
    };
  }

  /**
   * Shares few connections among many readers. Only they go through it: a COPY, a lock or a temporary table would hold
   * on to one of its connections all the same.
   */
  private addProxy(network: PrivateNetwork): DatabaseProxy {
    const role = new Role(this, 'ProxyRole', { assumedBy: new ServicePrincipal('rds.amazonaws.com') });
    this.instance.grantConnect(role, this.reader);
    const proxy = new DatabaseProxy(this, 'Proxy', {
      proxyTarget: ProxyTarget.fromInstance(this.instance),
      vpc: network.vpc,
      vpcSubnets: { subnetType: network.subnets.subnetType! },
      securityGroups: [network.databaseGroup(this, 'ProxyGroup', 'The proxy before the warehouse')],
      role,
      // End to end: the proxy, too, logs in by IAM and knows no password.
      defaultAuthScheme: DefaultAuthScheme.IAM_AUTH,
      iamAuth: true,
      requireTLS: true,
      maxConnectionsPercent: 30,
    });
    network.connect(proxy, PROXY_PORT, 'functions read the warehouse by the proxy');
    return proxy;
  }

  /** QuickSight logs in by password alone, so not by the proxy, which takes tokens of IAM. It turns over by itself. */
  private addReportsLogin(settings: Settings, network: PrivateNetwork, key: IKey | undefined): ISecret {
    const made = new DatabaseSecret(this, 'Reports', {
      username: REPORTS_USER,
      dbname: settings.warehouseDatabase,
      ...(key === undefined ? {} : { encryptionKey: key }),
    });
    made.applyRemovalPolicy(removalPolicyOf(settings));
    const secret = made.attach(this.instance);
    // In the functions' own group, which reaches the instance and the endpoint of Secrets Manager already: the target
    // has no group here, or the same door would be written down twice, which EC2 refuses.
    new SecretRotation(this, 'ReportsRotation', {
      application: SecretRotationApplication.POSTGRES_ROTATION_SINGLE_USER,
      secret,
      target: { connections: new Connections({ defaultPort: Port.tcp(PORT) }) },
      vpc: network.vpc,
      vpcSubnets: network.subnets,
      securityGroup: network.functions,
      automaticallyAfter: Duration.days(30),
    });
    return secret;
  }

  grantConnect(grantee: IGrantable): void {
    this.instance.grantConnect(grantee, this.user);
  }

  grantAdminister(grantee: IGrantable): void {
    grantPassword(this.administrator, grantee);
    this.instance.grantConnect(grantee, ADMINISTRATOR);
  }

  grantRead(grantee: IGrantable): void {
    if (this.proxy === undefined) this.instance.grantConnect(grantee, this.reader);
    else this.proxy.grantConnect(grantee, this.reader);
  }
}
