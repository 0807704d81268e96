import { CfnSecurityGroupIngress, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { CfnRolePolicy, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnDataSource, CfnVPCConnection } from 'aws-cdk-lib/aws-quicksight';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Settings } from '../config/settings.ts';
import type { PrivateNetwork } from './private-network.ts';
import { MAY } from './quicksight-access.ts';
import type { RdsWarehouse } from './warehouse.ts';

/** The role by which QuickSight reads secrets, one for the account; an administrator of QuickSight has it made. */
export const SECRETS_ROLE = 'aws-quicksight-secretsmanager-role-v0';

export interface QuicksightConnectionProps {
  readonly settings: Settings;
  readonly network: PrivateNetwork;
  readonly warehouse: RdsWarehouse;
  /** login of who reads the reports' views */
  readonly login: ISecret;
}

/** QuickSight's way into the network, to the warehouse and to nothing else there. */
export class QuicksightConnection extends Construct {
  readonly dataSourceArn: string;

  constructor(scope: Construct, id: string, { settings, network, warehouse, login }: QuicksightConnectionProps) {
    super(scope, id);
    const { stage, account } = settings;
    const group = this.letIn(network, warehouse);
    const connection = new CfnVPCConnection(this, 'VpcConnection', {
      awsAccountId: account,
      vpcConnectionId: `credit-risk-${stage}`,
      name: `credit-risk ${stage}`,
      roleArn: this.interfaces().roleArn,
      securityGroupIds: [group.securityGroupId],
      // Subnets in two zones at least are asked for, wherever the warehouse is.
      subnetIds: network.vpc.isolatedSubnets.map(({ subnetId }) => subnetId),
    });
    const source = new CfnDataSource(this, 'DataSource', {
      awsAccountId: account,
      dataSourceId: `credit-risk-${stage}`,
      name: `credit-risk ${stage}`,
      type: 'POSTGRESQL',
      dataSourceParameters: {
        postgreSqlParameters: {
          host: warehouse.instance.dbInstanceEndpointAddress,
          port: warehouse.port,
          database: settings.warehouseDatabase,
        },
      },
      credentials: { secretArn: login.secretArn },
      sslProperties: { disableSsl: false },
      vpcConnectionProperties: { vpcConnectionArn: connection.attrArn },
      permissions: [{ principal: settings.quicksightAdmin, actions: [...MAY.ownDataSource] }],
    });
    // It is tried out when it is made.
    source.addResourceDependency(this.letRead(stage, login));
    this.dataSourceArn = source.attrArn;
  }

  /** Rules stand here and not beside the warehouse, which does not know of QuickSight. */
  private letIn(network: PrivateNetwork, { group: database, port }: RdsWarehouse): SecurityGroup {
    const group = new SecurityGroup(this, 'Group', {
      vpc: network.vpc,
      description: 'Interfaces of QuickSight',
      allowAllOutbound: false,
    });
    group.addEgressRule(database, Port.tcp(port), 'QuickSight reads the warehouse');
    // AWS asks for this: the group of these interfaces does not let answers in by itself.
    group.addIngressRule(database, Port.allTcp(), 'answers of the warehouse');
    new CfnSecurityGroupIngress(this, 'WarehouseIngress', {
      groupId: database.securityGroupId,
      sourceSecurityGroupId: group.securityGroupId,
      ipProtocol: 'tcp',
      fromPort: port,
      toPort: port,
      description: 'QuickSight reads the warehouse',
    });
    return group;
  }

  /** The role by which QuickSight makes its interfaces in the network. */
  private interfaces(): Role {
    return new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('quicksight.amazonaws.com'),
      inlinePolicies: {
        interfaces: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: [
                'ec2:CreateNetworkInterface',
                'ec2:ModifyNetworkInterfaceAttribute',
                'ec2:DeleteNetworkInterface',
                'ec2:DescribeSubnets',
                'ec2:DescribeSecurityGroups',
              ],
              resources: ['*'],
            }),
          ],
        }),
      },
    });
  }

  /** Lets the account's QuickSight read this one secret. */
  private letRead(stage: string, login: ISecret): CfnRolePolicy {
    return new CfnRolePolicy(this, 'ReadLogin', {
      roleName: SECRETS_ROLE,
      policyName: `credit-risk-${stage}-login`,
      policyDocument: new PolicyDocument({
        statements: [
          new PolicyStatement({
            actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
            resources: [login.secretArn],
          }),
          ...(login.encryptionKey === undefined
            ? []
            : [new PolicyStatement({ actions: ['kms:Decrypt'], resources: [login.encryptionKey.keyArn] })]),
        ],
      }),
    });
  }
}
