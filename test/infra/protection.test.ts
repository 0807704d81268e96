import { beforeAll, describe, expect, it } from 'vitest';
import { OUTPUTS } from '../../core/contract/outputs.ts';
import { functionsOf, type Resource, resourcesOf, type Synthesised, synthesise } from './synth.ts';

/** What holds records, alarms or keys, by the beginning of its logical id, in these stages all together. */
const STORES = {
  'AWS::Kinesis::Stream': ['ApplicationsStream', 'ActivityStream'],
  'AWS::S3::Bucket': ['LogBucket', 'FailuresBucket', 'LakeBucket', 'AccessLogs'],
  'AWS::DynamoDB::GlobalTable': ['CustomersTable', 'AlertsTable'],
  'AWS::RDS::DBInstance': ['WarehouseInstance'],
  'AWS::DocDB::DBCluster': ['AlertCluster'],
  'AWS::MSK::Cluster': ['KafkaBrokers'],
  'AWS::SecretsManager::Secret': ['AlertClusterSecret'],
  'AWS::SNS::Topic': ['AlertTopic', 'Page', 'Warn'],
  'AWS::SQS::Queue': ['ScheduleMissedStarts'],
  'AWS::KMS::Key': ['Key'],
} as const;
type StoreType = keyof typeof STORES;
const STORE_TYPES = Object.keys(STORES) as StoreType[];

/** Where a resource names the key that encrypts it. */
const KEY_OF: Partial<Record<StoreType, (p: Resource['Properties']) => unknown>> = {
  'AWS::Kinesis::Stream': (p) => p['StreamEncryption']?.KeyId,
  'AWS::S3::Bucket': (p) =>
    p['BucketEncryption']?.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.KMSMasterKeyID,
  'AWS::DynamoDB::GlobalTable': (p) =>
    p['SSESpecification']?.SSEEnabled && p['Replicas'][0].SSESpecification?.KMSMasterKeyId,
  'AWS::RDS::DBInstance': (p) => p['StorageEncrypted'] && p['KmsKeyId'],
  'AWS::DocDB::DBCluster': (p) => p['StorageEncrypted'] && p['KmsKeyId'],
  'AWS::MSK::Cluster': (p) => p['EncryptionInfo']?.EncryptionAtRest?.DataVolumeKMSKeyId,
  'AWS::SecretsManager::Secret': (p) => p['KmsKeyId'],
  'AWS::SNS::Topic': (p) => p['KmsMasterKeyId'],
};
/** By their service's own key, and why: the service that delivers access logs can use no other; a start has no record. */
const SERVICE_KEYS = ['AccessLogs', 'ScheduleMissedStarts', 'Key'];

interface Found extends Resource {
  readonly id: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** Together they have everything that a stage can have. */
const CASES = [
  { stage: 'prod', alertStore: 'documentdb', stream: 'kinesis' },
  { stage: 'dev', alertStore: 'dynamodb', stream: 'msk', mskMode: 'provisioned' },
  { stage: 'dev', alertStore: 'documentdb', stream: 'kinesis' },
] as const;
const has = (type: StoreType, id: string, { alertStore, stream }: (typeof CASES)[number]): boolean =>
  (!id.startsWith('AlertCluster') || alertStore === 'documentdb') &&
  (id !== 'AlertsTable' || alertStore === 'dynamodb') &&
  (type !== 'AWS::Kinesis::Stream' || stream === 'kinesis') &&
  (type !== 'AWS::MSK::Cluster' || stream === 'msk');

describe.each(CASES)('$stage on $stream with alerts in $alertStore', (context) => {
  let app: Synthesised;
  beforeAll(() => {
    app = synthesise({ ...context });
  });
  const all = (type: string): Found[] =>
    Object.values(app.stacks).flatMap(({ resources }) =>
      Object.entries(resources).flatMap(([id, resource]) => (resource.Type === type ? [{ ...resource, id }] : [])),
    );
  const one = (type: string, id: string): Found => {
    const found = all(type).filter(
      (resource) => resource.id.startsWith(id) && /^[0-9A-F]{8}$/.test(resource.id.slice(id.length)),
    );
    expect(found, `${type} ${id}`).toHaveLength(1);
    return found[0]!;
  };
  const stores = STORE_TYPES.flatMap((type) =>
    STORES[type].filter((id) => has(type, id, context)).map((id) => [type, id] as const),
  );

  it('keeps things in what is listed here, and in nothing else', () => {
    for (const type of STORE_TYPES)
      expect(all(type), type).toHaveLength(stores.filter(([listed]) => listed === type).length);
  });

  it.each(stores.filter(([, id]) => !SERVICE_KEYS.includes(id)))(
    "%s %s is encrypted with the stage's key",
    (type, id) => {
      expect(JSON.stringify(KEY_OF[type]!(one(type, id).Properties))).toMatch(
        /"(PublishOutputFnGetAtt)?Key[0-9A-F]{8}/,
      );
    },
  );

  it('the bucket of access logs and the queue are encrypted by their services', () => {
    expect(one('AWS::S3::Bucket', 'AccessLogs').Properties['BucketEncryption']).toEqual({
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    });
    expect(one('AWS::SQS::Queue', 'ScheduleMissedStarts').Properties['SqsManagedSseEnabled']).toBe(true);
  });

  it('is named in the outputs, each once', () => {
    const outputs = Object.values(app.stacks).flatMap(({ outputs: own }) => Object.keys(own));
    const named = outputs.filter((key) => OUTPUTS.some((known) => known === key));
    const absent = {
      AlertsTableName: context.alertStore !== 'dynamodb',
      // Records go onto the topics of Kafka by a function.
      PutFunctionName: context.stream === 'kinesis',
    };
    const expected = OUTPUTS.filter((key) => !(key in absent && absent[key as keyof typeof absent]));
    expect(named.sort()).toEqual([...expected].sort());
  });

  it("the password of the warehouse's administrator, which RDS keeps, is encrypted with the stage's key", () => {
    const { MasterUserSecret } = one('AWS::RDS::DBInstance', 'WarehouseInstance').Properties;
    expect(JSON.stringify(MasterUserSecret)).toMatch(/"KmsKeyId":.*Key[0-9A-F]{8}/);
  });

  it('the key turns over', () => {
    expect(one('AWS::KMS::Key', 'Key').Properties['EnableKeyRotation']).toBe(true);
  });

  it.each(STORES['AWS::S3::Bucket'])(
    'the bucket %s is open to nobody, keeps versions, and answers over TLS alone',
    (id) => {
      const bucket = one('AWS::S3::Bucket', id);
      expect(bucket.Properties['PublicAccessBlockConfiguration']).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      expect(bucket.Properties['VersioningConfiguration']).toEqual({ Status: 'Enabled' });
      expect(refusedWithoutTls('AWS::S3::BucketPolicy', bucket.id)).toBe(true);
    },
  );

  it.each(['LogBucket', 'FailuresBucket'])('the bucket %s has what is asked of it written down', (id) => {
    const { LoggingConfiguration } = one('AWS::S3::Bucket', id).Properties;
    expect(JSON.stringify(LoggingConfiguration?.DestinationBucketName)).toContain('AccessLogs');
  });

  it.each(STORES['AWS::SNS::Topic'])('the topic %s takes messages over TLS alone', (id) => {
    expect(refusedWithoutTls('AWS::SNS::TopicPolicy', one('AWS::SNS::Topic', id).id)).toBe(true);
  });

  it('the queue takes messages over TLS alone', () => {
    expect(refusedWithoutTls('AWS::SQS::QueuePolicy', one('AWS::SQS::Queue', 'ScheduleMissedStarts').id)).toBe(true);
  });

  /** Whether a policy that names the resource denies what does not come over TLS. */
  function refusedWithoutTls(policy: string, id: string): boolean {
    return all(policy)
      .filter(({ Properties }) => JSON.stringify(Properties).includes(`"${id}"`))
      .flatMap(({ Properties }) => Properties['PolicyDocument'].Statement)
      .some(
        ({ Effect, Condition, Resource: of }) =>
          Effect === 'Deny' &&
          Condition?.Bool?.['aws:SecureTransport'] === 'false' &&
          JSON.stringify(of).includes(`"${id}"`),
      );
  }

  it.runIf(context.stage === 'prod')('the proxy takes no connection without TLS', () => {
    expect(all('AWS::RDS::DBProxy').map(({ Properties }) => Properties['RequireTLS'])).toEqual([true]);
  });

  it.each(STORES['AWS::DynamoDB::GlobalTable'].filter((id) => has('AWS::DynamoDB::GlobalTable', id, context)))(
    'the table %s can be had back to any second of the last weeks',
    (id) => {
      const [replica] = one('AWS::DynamoDB::GlobalTable', id).Properties['Replicas'];
      expect(replica.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
    },
  );

  it.each(stores.filter(([type]) => !['AWS::SNS::Topic', 'AWS::SQS::Queue'].includes(type)))(
    `%s %s ${context.stage === 'prod' ? 'stays' : 'goes'} when its stack is deleted`,
    (type, id) => {
      const policy = context.stage === 'prod' ? 'Retain' : 'Delete';
      expect(one(type, id)).toMatchObject({ DeletionPolicy: policy, UpdateReplacePolicy: policy });
    },
  );

  it(`${context.stage === 'prod' ? 'empties no bucket' : 'empties every bucket'} when its stack is deleted`, () => {
    const emptied = all('Custom::S3AutoDeleteObjects').map(({ Properties }) =>
      JSON.stringify(Properties['BucketName']),
    );
    const buckets = context.stage === 'prod' ? [] : all('AWS::S3::Bucket').map(({ id }) => `{"Ref":"${id}"}`);
    expect(emptied.sort()).toEqual(buckets.sort());
  });

  it(context.stage === 'prod' ? 'protects its databases from being deleted' : 'lets its databases be deleted', () => {
    for (const { id, Properties } of [...all('AWS::RDS::DBInstance'), ...all('AWS::DocDB::DBCluster')])
      expect(Properties['DeletionProtection'] ?? false, id).toBe(context.stage === 'prod');
  });

  it('every log group ends, after as long as the stage says', () => {
    const groups = all('AWS::Logs::LogGroup');
    expect(groups.length).toBeGreaterThan(15);
    const days = context.stage === 'prod' ? 90 : 14;
    expect(groups.filter(({ Properties }) => Properties['RetentionInDays'] !== days).map(({ id }) => id)).toEqual([]);
  });

  it('the workflow and each function are traced', () => {
    const [machine] = resourcesOf(app, 'AWS::StepFunctions::StateMachine');
    expect(machine!.Properties['TracingConfiguration']).toEqual({ Enabled: true });
    const untraced = Object.entries(functionsOf(app)).filter(([, p]) => p['TracingConfig']?.Mode !== 'Active');
    expect(untraced.map(([name]) => name)).toEqual([]);
  });

  it('a start that the schedule could not make is kept', () => {
    const [schedule] = resourcesOf(app, 'AWS::Scheduler::Schedule');
    expect(schedule!.Properties['Target'].DeadLetterConfig).toEqual({
      Arn: { 'Fn::GetAtt': [one('AWS::SQS::Queue', 'ScheduleMissedStarts').id, 'Arn'] },
    });
  });
});
