import { beforeAll, describe, expect, it } from 'vitest';
import { OUTPUTS } from '../../core/contract/outputs.ts';
import { resourcesOf, type Resource, synthesise, type Synthesised } from './synth.ts';

let app: Synthesised;
beforeAll(() => {
  app = synthesise();
});

const mappings = (): Resource['Properties'][] =>
  resourcesOf(app, 'AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties);

describe('event sources', () => {
  it('feed both streams to the log, and each to the function that decides it', () => {
    const fed = mappings().map(({ FunctionName, EventSourceArn }) => {
      const [, stream] = /(Applications|Activity)Stream/.exec(JSON.stringify(EventSourceArn)) ?? [];
      const [, consumer] = /(ArchiveLog|DetectFraud|TrackActivity)/.exec(JSON.stringify(FunctionName)) ?? [];
      return `${stream} → ${consumer}`;
    });
    expect(fed.sort()).toEqual([
      'Activity → ArchiveLog',
      'Activity → TrackActivity',
      'Applications → ArchiveLog',
      'Applications → DetectFraud',
    ]);
  });

  it('begin at the oldest record, retry from the first that failed until it is too old, and keep what is given up', () => {
    for (const mapping of mappings())
      expect(mapping).toMatchObject({
        StartingPosition: 'TRIM_HORIZON',
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: 10_000,
        MaximumRecordAgeInSeconds: 12 * 3600,
        DestinationConfig: {
          OnFailure: { Destination: { 'Fn::ImportValue': expect.stringMatching(/Failures.*Arn/) } },
        },
      });
  });

  it('gather for the log and hand on at once for decisions', () => {
    const settings = mappings().map(
      ({ FunctionName, BatchSize, MaximumBatchingWindowInSeconds, ParallelizationFactor }) => [
        JSON.stringify(FunctionName).includes('ArchiveLog'),
        BatchSize,
        MaximumBatchingWindowInSeconds,
        ParallelizationFactor,
      ],
    );
    expect(settings.sort()).toEqual([
      [false, 1000, 0, 2],
      [false, 1000, 0, 2],
      [true, 10_000, 1, 1],
      [true, 10_000, 1, 1],
    ]);
  });
});

describe('what is kept', () => {
  it('is encrypted, and streams outlast the maximum age', () => {
    const streams = resourcesOf(app, 'AWS::Kinesis::Stream');
    expect(streams).toHaveLength(2);
    for (const { Properties } of streams) {
      expect(Properties).toMatchObject({ ShardCount: 2, StreamEncryption: { EncryptionType: 'KMS' } });
      expect(Properties['RetentionPeriodHours']).toBeGreaterThanOrEqual(36);
    }
  });

  it('lies in buckets that are versioned, private and reached by TLS alone', () => {
    const buckets = resourcesOf(app, 'AWS::S3::Bucket');
    expect(buckets).toHaveLength(3);
    for (const { Properties } of buckets)
      expect(Properties).toMatchObject({
        VersioningConfiguration: { Status: 'Enabled' },
        BucketEncryption: expect.anything(),
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      });
    const policies = JSON.stringify(resourcesOf(app, 'AWS::S3::BucketPolicy'));
    expect(policies.match(/"aws:SecureTransport":"false"/g)).toHaveLength(buckets.length);
  });

  it('can be had back to any second of the last weeks', () => {
    const tables = resourcesOf(app, 'AWS::DynamoDB::GlobalTable');
    expect(tables).toHaveLength(2);
    for (const { Properties } of tables)
      expect(Properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        Replicas: [{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
      });
  });

  it('is named in the outputs, each once', () => {
    const outputs = Object.values(app.stacks).flatMap(({ outputs: own }) =>
      Object.keys(own).filter((key) => !key.startsWith('ExportsOutput')),
    );
    // But for the topics of alarms, which this stage has not, and for what puts records on topics of Kafka.
    const expected = OUTPUTS.filter((key) => !/^((Page|Warn)TopicArn|PutFunctionName)$/.test(key));
    expect(outputs.sort()).toEqual([...expected].sort());
  });
});

describe('who decides may read customers and write them as the stage says, and nothing else', () => {
  it.each([
    ['local', 'transactions', ['DeleteItem', 'PutItem']],
    ['dev', 'statements', ['PartiQLDelete', 'PartiQLInsert', 'PartiQLUpdate']],
    ['dev', 'transactions', ['DeleteItem', 'PutItem']],
  ])('in the stage %s, in %s', (stage, historyWrites, writing) => {
    // Each stage has its own without being asked; dev is asked for the other, too.
    const own = stage === 'local' || historyWrites === 'statements';
    const deployed = synthesise({ stage, ...(own ? {} : { historyWrites }) });
    const deciding = Object.entries(deployed.stacks['streaming']!.resources).filter(
      ([id, { Type }]) => Type === 'AWS::IAM::Policy' && /^(DetectFraud|TrackActivity)/.test(id),
    );
    expect(deciding).toHaveLength(2);
    for (const [, { Properties }] of deciding) {
      const granted = (Properties['PolicyDocument'].Statement as { Action: string | string[]; Resource: unknown }[])
        .filter(({ Resource }) => /CustomersTable/.test(JSON.stringify(Resource)))
        .flatMap(({ Action }) => Action);
      expect(granted.sort()).toEqual(['BatchGetItem', ...writing, 'Query'].sort().map((name) => `dynamodb:${name}`));
    }
    const functions = resourcesOf(deployed, 'AWS::Lambda::Function').map(
      ({ Properties }) => Properties['Environment']?.Variables?.HISTORY_WRITES as string | undefined,
    );
    expect(functions.filter((value) => value !== undefined)).toEqual([historyWrites, historyWrites]);
  });
});
