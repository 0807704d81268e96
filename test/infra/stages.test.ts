import { beforeAll, describe, expect, it } from 'vitest';
import { functionsOf, type Resource, resourcesOf, synthesise, type Synthesised } from './synth.ts';

interface Ordered extends Resource {
  readonly DependsOn?: string | readonly string[];
}

const STORES = ['documentdb', 'dynamodb'] as const;

it('is in the zones that it is told, and in no other', () => {
  const app = synthesise({ stage: 'dev', zones: 'a,d' });
  const subnets = resourcesOf(app, 'AWS::EC2::Subnet').map(({ Properties }) => Properties['AvailabilityZone']);
  expect(subnets.sort()).toEqual(['us-east-1a', 'us-east-1d']);
  for (const { Properties } of resourcesOf(app, 'AWS::EC2::VPCEndpoint'))
    if (Properties['VpcEndpointType'] === 'Interface') expect(Properties['SubnetIds']).toHaveLength(2);
});

describe.each(['dev', 'prod'])('%s', (stage) => {
  describe.each(STORES)('with alerts in %s', (alertStore) => {
    let app: Synthesised;
    beforeAll(() => {
      app = synthesise({ stage, alertStore });
    });

    /** AWS services that functions inside the network may call, by their grants, and that need a way out. */
    const services = (): string[] => {
      const inside = Object.values(functionsOf(app)).filter(({ VpcConfig }) => VpcConfig !== undefined);
      const roles = inside.map(({ Role }) => (Role['Fn::GetAtt'] as [string])[0]);
      const called = resourcesOf(app, 'AWS::IAM::Policy')
        .filter(({ Properties }) => Properties['Roles'].some(({ Ref }: { Ref: string }) => roles.includes(Ref)))
        .flatMap(({ Properties }) => Properties['PolicyDocument'].Statement)
        .flatMap(({ Action }) => [Action].flat() as string[])
        .map((action) => action.slice(0, action.indexOf(':')));
      return [...new Set(called)].sort();
    };
    /** What needs no endpoint: the service calls in the function's name, or the call goes to a database itself. */
    const WITHOUT_CALL = ['ec2', 'kms', 'logs', 'rds-db', 'xray'];
    const ENDPOINT_OF: Readonly<Record<string, string>> = {
      dynamodb: 'dynamodb',
      kinesis: 'kinesis-streams',
      s3: 's3',
      secretsmanager: 'secretsmanager',
      sns: 'sns',
    };

    it('has an endpoint for each service that functions inside its network call, and no other', () => {
      const there = resourcesOf(app, 'AWS::EC2::VPCEndpoint').map(({ Properties }) =>
        JSON.stringify(Properties['ServiceName']).replace(/.*\.([a-z0-9-]+)".*/, '$1'),
      );
      const needed = services()
        .filter((service) => !WITHOUT_CALL.includes(service))
        .map((service) => ENDPOINT_OF[service] ?? `an endpoint of ${service}`);
      // The two gateways cost nothing, and are there for whoever comes next.
      expect(there.sort()).toEqual([...new Set([...needed, 's3', 'dynamodb'])].sort());
    });

    it('has no way to the internet', () => {
      for (const type of ['AWS::EC2::InternetGateway', 'AWS::EC2::NatGateway'])
        expect(resourcesOf(app, type)).toEqual([]);
    });

    it('puts into the network whoever reaches a database, and nobody else', () => {
      const outside = Object.entries(functionsOf(app)).flatMap(([name, { VpcConfig }]) => (VpcConfig ? [] : [name]));
      expect(outside.sort()).toEqual(
        alertStore === 'documentdb'
          ? ['archive-log', 'publish-policy']
          : ['archive-log', 'detect-fraud', 'publish-policy', 'track-activity'],
      );
    });

    it('encrypts all that it keeps with a key of its own that turns over', () => {
      const keys = resourcesOf(app, 'AWS::KMS::Key');
      expect(keys).toHaveLength(1);
      expect(keys[0]!.Properties).toMatchObject({ EnableKeyRotation: true });
      for (const { Properties } of resourcesOf(app, 'AWS::Kinesis::Stream'))
        expect(JSON.stringify(Properties['StreamEncryption'].KeyId)).toContain('Key');
      for (const { Properties } of resourcesOf(app, 'AWS::DynamoDB::GlobalTable'))
        expect(Properties['SSESpecification']).toMatchObject({ SSEEnabled: true, SSEType: 'KMS' });
      for (const { Properties } of resourcesOf(app, 'AWS::SNS::Topic'))
        expect(Properties['KmsMasterKeyId']).toBeDefined();
      for (const { Properties } of [
        ...resourcesOf(app, 'AWS::RDS::DBInstance'),
        ...resourcesOf(app, 'AWS::DocDB::DBCluster'),
      ])
        expect(Properties).toMatchObject({ StorageEncrypted: true, KmsKeyId: expect.anything() });
    });

    it('forces TLS and IAM on the warehouse, keeps it off the internet, and protects it in prod', () => {
      const [database] = resourcesOf(app, 'AWS::RDS::DBInstance');
      expect(database!.Properties).toMatchObject({
        EnableIAMDatabaseAuthentication: true,
        PubliclyAccessible: false,
        ManageMasterUserPassword: true,
        DeletionProtection: stage === 'prod',
        MultiAZ: stage === 'prod',
        EnablePerformanceInsights: true,
      });
      expect(database!.DeletionPolicy).toBe(stage === 'prod' ? 'Retain' : 'Delete');
      const parameters = resourcesOf(app, 'AWS::RDS::DBParameterGroup')[0]!.Properties['Parameters'];
      expect(parameters).toMatchObject({
        'rds.force_ssl': '1',
        shared_preload_libraries: expect.stringContaining('pgaudit'),
      });
    });

    it(stage === 'prod' ? 'keeps all that holds data when it is deleted' : 'is gone when it is deleted', () => {
      const HOLDS_DATA =
        /^AWS::(DocDB::DB(Cluster|Instance)|DynamoDB::GlobalTable|KMS::Key|Kinesis::Stream|RDS::DBInstance|S3::Bucket)$/;
      const all = Object.values(app.stacks).flatMap(({ resources }) => Object.values(resources));
      for (const { Type, DeletionPolicy } of all)
        if (HOLDS_DATA.test(Type)) expect(DeletionPolicy, Type).toBe(stage === 'prod' ? 'Retain' : 'Delete');
      if (stage === 'dev') expect(all.filter((r) => /Retain|Snapshot/.test(r.DeletionPolicy ?? ''))).toEqual([]);
    });

    it('migrates on every deployment that changes the migrations', () => {
      const triggers = resourcesOf(app, 'Custom::Trigger').map(({ Properties }) =>
        JSON.stringify(Properties['HandlerArn']),
      );
      expect(triggers.some((handler) => handler.includes('MigrateDatabase'))).toBe(true);
      expect(triggers.some((handler) => handler.includes('PublishPolicy'))).toBe(true);
      expect(triggers).toHaveLength(alertStore === 'documentdb' ? 4 : 2);
    });

    it('waits for each of these, so that one that fails fails the deployment', () => {
      const triggers = resourcesOf(app, 'Custom::Trigger').map(({ Properties }) => Properties['InvocationType']);
      expect(new Set(triggers)).toEqual(new Set(['RequestResponse']));
    });

    it.runIf(alertStore === 'documentdb')('lets functions log in to the alert store before anything calls them', () => {
      const entries = (stack: string) => Object.entries(app.stacks[stack]!.resources as Record<string, Ordered>);
      const after = (stack: string, type: string): string[] =>
        entries(stack).flatMap(([id, { Type, DependsOn = [] }]) =>
          Type === type && [DependsOn].flat().some((one) => one.startsWith('AlertUsersTrigger')) ? [id] : [],
        );
      expect(
        after('streaming', 'AWS::Lambda::EventSourceMapping')
          .map((id) => id.slice(0, 11))
          .sort(),
      ).toEqual(['DetectFraud', 'TrackActivi']);
      expect(after('batch', 'AWS::StepFunctions::StateMachine')).toHaveLength(1);
      const steps = (stack: string) =>
        entries(stack)
          .filter(([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.startsWith('PrepareAlertStore'))
          .map(([, { Properties }]) => Properties['Environment'].Variables);
      const roles = (stack: string, key: string): string[] =>
        [...JSON.stringify(steps(stack)[0][key] ?? '').matchAll(/"Fn::GetAtt":\["(\w+?)Role/g)].map(([, id]) => id!);
      expect(roles('streaming', 'ALERT_WRITERS').sort()).toEqual(['DetectFraud', 'TrackActivity']);
      expect(roles('streaming', 'ALERT_READERS')).toEqual([]);
      expect(roles('batch', 'ALERT_WRITERS')).toEqual(['ReviewCases']);
      expect(roles('batch', 'ALERT_READERS')).toEqual(['ExtractAlerts']);
    });

    it('has a cluster for alerts only where that was asked for: audited, over TLS, its password turning over', () => {
      const clusters = resourcesOf(app, 'AWS::DocDB::DBCluster');
      expect(clusters).toHaveLength(alertStore === 'documentdb' ? 1 : 0);
      if (alertStore === 'dynamodb') return;
      expect(clusters[0]!.Properties).toMatchObject({
        EnableCloudwatchLogsExports: expect.arrayContaining(['audit']),
        DeletionProtection: stage === 'prod',
      });
      expect(resourcesOf(app, 'AWS::DocDB::DBClusterParameterGroup')[0]!.Properties['Parameters']).toMatchObject({
        tls: 'tls1.2+',
        audit_logs: 'all',
      });
      expect(resourcesOf(app, 'AWS::SecretsManager::RotationSchedule')).toHaveLength(1);
    });
  });
});
