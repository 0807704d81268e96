import { beforeAll, describe, expect, it } from 'vitest';
import { functionsOf, type Resource, resourcesOf, synthesise, type Synthesised } from './synth.ts';

const CLUSTER = 'arn:aws:kafka:us-east-1:111111111111:cluster/lender/5d1b0f3c-2a1e-4f6b-9a57-0c6f7a2d5e11-3';
const FOLLOWERS = ['archive-log', 'detect-fraud', 'track-activity'];
const FEEDS = [
  ['archive-log', 'account_activity'],
  ['archive-log', 'credit_applications'],
  ['detect-fraud', 'credit_applications'],
  ['track-activity', 'account_activity'],
];

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

describe.each([
  { name: 'serverless', context: { stream: 'msk', mskMode: 'serverless' }, type: 'AWS::MSK::ServerlessCluster' },
  { name: 'provisioned', context: { stream: 'msk', mskMode: 'provisioned' }, type: 'AWS::MSK::Cluster' },
  { name: 'a cluster that is there', context: { stream: CLUSTER }, type: null },
])('MSK: $name', ({ name, context, type }) => {
  let app: Synthesised;
  beforeAll(() => {
    app = synthesise({ stage: 'dev', alertStore: 'documentdb', ...context });
  });
  const one = (of: string): Resource['Properties'] => {
    const found = resourcesOf(app, of);
    expect(found, of).toHaveLength(1);
    return found[0]!.Properties;
  };
  const mappings = () => resourcesOf(app, 'AWS::Lambda::EventSourceMapping');
  const idOf = (service: string): string =>
    service.replace(/(?:^|-)([a-z])/g, (_m, letter: string) => letter.toUpperCase());

  /** What a function may do, each action with what it may do it to, as text. */
  function grantsOf(service: string): Map<string, string[]> {
    const role = (functionsOf(app)[service]!['Role']['Fn::GetAtt'] as [string])[0];
    const grants = new Map<string, string[]>();
    for (const { Properties } of resourcesOf(app, 'AWS::IAM::Policy')) {
      if (!(Properties['Roles'] as { Ref: string }[]).some(({ Ref }) => Ref === role)) continue;
      for (const { Action, Resource } of Properties['PolicyDocument'].Statement as Statement[])
        for (const action of [Action].flat())
          grants.set(action, [...(grants.get(action) ?? []), ...[Resource].flat().map((to) => JSON.stringify(to))]);
    }
    return grants;
  }

  it('has one cluster, or none of its own, and no stream of Kinesis', () => {
    expect(resourcesOf(app, 'AWS::Kinesis::Stream')).toEqual([]);
    const clusters = ['AWS::MSK::ServerlessCluster', 'AWS::MSK::Cluster'].filter(
      (of) => resourcesOf(app, of).length > 0,
    );
    expect(clusters).toEqual(type === null ? [] : [type]);
  });

  it('synthesises without a warning or a finding', () => {
    expect(app.messages).toEqual([]);
    for (const { conclusion, violations } of app.validation.pluginReports) {
      expect(conclusion).toBe('success');
      expect(violations ?? []).toEqual([]);
    }
  });

  it('lets in by IAM alone, or by SCRAM too where the brokers are its own, and over TLS alone', () => {
    if (type === 'AWS::MSK::ServerlessCluster')
      expect(one(type)['ClientAuthentication']).toEqual({ Sasl: { Iam: { Enabled: true } } });
    else if (type === 'AWS::MSK::Cluster')
      expect(one(type)).toMatchObject({
        ClientAuthentication: {
          Sasl: { Iam: { Enabled: true }, Scram: { Enabled: true } },
          Unauthenticated: { Enabled: false },
        },
        EncryptionInfo: {
          EncryptionAtRest: { DataVolumeKMSKeyId: expect.anything() },
          EncryptionInTransit: { ClientBroker: 'TLS', InCluster: true },
        },
        LoggingInfo: { BrokerLogs: { CloudWatchLogs: { Enabled: true, LogGroup: expect.anything() } } },
        BrokerNodeGroupInfo: { InstanceType: 'express.m7g.large' },
        NumberOfBrokerNodes: 3,
      });
    else
      expect(one('AWS::MSK::VpcConnection')).toMatchObject({ TargetClusterArn: CLUSTER, Authentication: 'SASL_IAM' });
  });

  it('is in the isolated subnets: brokers of its own in three zones, as MSK wants them', () => {
    const { stacks } = app;
    const subnets = Object.values(stacks['network']!.resources).filter(({ Type }) => Type === 'AWS::EC2::Subnet');
    expect(subnets).toHaveLength(name === 'provisioned' ? 3 : 2);
    const used =
      type === 'AWS::MSK::ServerlessCluster'
        ? one(type)['VpcConfigs'][0].SubnetIds
        : type === 'AWS::MSK::Cluster'
          ? one(type)['BrokerNodeGroupInfo'].ClientSubnets
          : one('AWS::MSK::VpcConnection')['ClientSubnets'];
    expect(new Set(used.map((subnet: unknown) => JSON.stringify(subnet))).size).toBe(subnets.length);
  });

  describe('event sources', () => {
    it('feed both topics to the log, and each to the function that decides it, as groups of their own', () => {
      const fed = mappings().map(({ Properties: p }) => {
        const service = FOLLOWERS.find((follower) => p['FunctionName'].Ref.startsWith(idOf(follower)));
        expect(p['AmazonManagedKafkaEventSourceConfig'].ConsumerGroupId).toBe(
          `credit-risk-dev-${service}-${p['Topics'][0]}`,
        );
        return [service, ...p['Topics']];
      });
      expect(fed.toSorted((a, b) => a.join().localeCompare(b.join()))).toEqual(FEEDS);
    });

    it('have pollers of their own, without which none of the rest would hold', () => {
      for (const { Properties } of mappings())
        expect(Properties['ProvisionedPollerConfig']).toEqual({
          MinimumPollers: 1,
          MaximumPollers: 2,
          PollerGroupName: 'credit-risk-dev',
        });
    });

    it('begin at the oldest record, retry from the first that failed until it is too old, and keep what is given up', () => {
      for (const { Properties } of mappings()) {
        expect(Properties).toMatchObject({
          StartingPosition: 'TRIM_HORIZON',
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          BisectBatchOnFunctionError: false,
          // Not -1: with a destination Lambda would make ten attempts of it.
          MaximumRetryAttempts: 10_000,
          MaximumRecordAgeInSeconds: 12 * 3600,
        });
        expect(JSON.stringify(Properties['DestinationConfig'].OnFailure.Destination)).toMatch(/FailuresBucket.*Arn/);
        expect(Properties['ParallelizationFactor']).toBeUndefined();
      }
    });

    it('are there only after the topics are', () => {
      for (const { DependsOn } of mappings() as (Resource & { DependsOn?: string[] })[])
        expect(DependsOn).toEqual(expect.arrayContaining([expect.stringMatching(/^TopicsTrigger/)]));
    });
  });

  describe('grants', () => {
    it.each(FEEDS)('%s reads %s as its group, finds the cluster, and writes nothing', (service, topic) => {
      const grants = grantsOf(service!);
      for (const action of ['kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData'])
        expect(grants.get(action)?.some((to) => to.includes(':topic/') && to.includes(topic!))).toBe(true);
      for (const action of ['kafka-cluster:DescribeGroup', 'kafka-cluster:AlterGroup'])
        expect(grants.get(action)?.some((to) => to.includes(':group/') && to.includes(`${service}-${topic}`))).toBe(
          true,
        );
      for (const action of [
        'kafka-cluster:Connect',
        'kafka-cluster:DescribeClusterDynamicConfiguration',
        'kafka:DescribeClusterV2',
        'kafka:GetBootstrapBrokers',
      ])
        expect(grants.has(action), action).toBe(true);
      for (const action of ['ec2:CreateNetworkInterface', 'ec2:DescribeVpcs', 'ec2:DescribeSecurityGroups'])
        expect(grants.has(action), action).toBe(true);
      expect(
        [...grants.keys()].filter((action) =>
          /^kafka-cluster:(Write|Create|Delete|AlterTopic|AlterCluster)/.test(action),
        ),
      ).toEqual([]);
    });

    it('each follower reads the topics that it is fed with, and no other', () => {
      const topics = (service: string) => {
        const found = grantsOf(service).get('kafka-cluster:ReadData') ?? [];
        return ['account_activity', 'credit_applications'].filter((topic) => found.some((to) => to.includes(topic)));
      };
      expect(topics('detect-fraud')).toEqual(['credit_applications']);
      expect(topics('track-activity')).toEqual(['account_activity']);
      expect(topics('archive-log')).toEqual(['account_activity', 'credit_applications']);
      expect(topics('reconcile')).toEqual(['account_activity', 'credit_applications']);
    });

    it('put-records writes to both topics and does nothing else to them or to the cluster', () => {
      const put = grantsOf('put-records');
      expect([...put.keys()].filter((action) => action.startsWith('kafka')).sort()).toEqual([
        'kafka-cluster:Connect',
        'kafka-cluster:DescribeTopic',
        'kafka-cluster:WriteData',
      ]);
      for (const action of ['kafka-cluster:DescribeTopic', 'kafka-cluster:WriteData'])
        for (const topic of ['account_activity', 'credit_applications'])
          expect(put.get(action)?.filter((to) => to.includes(':topic/') && to.includes(topic))).toHaveLength(1);
      const writers = Object.keys(functionsOf(app)).filter((service) =>
        grantsOf(service).has('kafka-cluster:WriteData'),
      );
      expect(writers).toEqual(['put-records']);
    });

    it('put-records is told by an output, and watched as its neighbours are', () => {
      const told = Object.values(app.stacks).flatMap(({ outputs = {} }) => Object.keys(outputs));
      expect(told).toContain('PutFunctionName');
      const alarms = resourcesOf(app, 'AWS::CloudWatch::Alarm').map(
        ({ Properties }) => Properties['AlarmName'] as string,
      );
      for (const kind of ['function-errors', 'function-throttled', 'function-slow'])
        expect(alarms.filter((alarm) => alarm.endsWith(`/${kind}/put-records`))).toHaveLength(1);
    });

    it('prepare-topics makes topics and reads none; reconcile reads them and is told where the brokers are', () => {
      const prepare = grantsOf('prepare-topics');
      for (const action of ['Connect', 'CreateTopic', 'DescribeTopic', 'AlterTopicDynamicConfiguration'])
        expect(prepare.has(`kafka-cluster:${action}`), action).toBe(true);
      expect(prepare.has('kafka-cluster:ReadData')).toBe(false);
      const field = type === null ? 'BootstrapBrokerStringVpcConnectivitySaslIam' : 'BootstrapBrokerStringSaslIam';
      for (const service of ['reconcile', 'prepare-topics', 'put-records']) {
        const { KAFKA_BROKERS } = functionsOf(app)[service]!['Environment'].Variables;
        expect(JSON.stringify(KAFKA_BROKERS)).toContain('KafkaBootstrap');
        expect(JSON.stringify(app.stacks['data'])).toContain(field);
      }
    });
  });

  describe('network', () => {
    /** Rules that are resources of their own, as what is let through: port, from whom or to whom. */
    const rules = (kind: 'Ingress' | 'Egress'): string[] =>
      resourcesOf(app, `AWS::EC2::SecurityGroup${kind}`).map(({ Properties: p }) => {
        const peer = JSON.stringify(p[kind === 'Ingress' ? 'SourceSecurityGroupId' : 'DestinationSecurityGroupId']);
        const who = /(NetworkFunctions|KafkaGroup|KafkaConnection)/.exec(peer)?.[1];
        const whose = /(NetworkFunctions|KafkaGroup|KafkaConnection)/.exec(JSON.stringify(p['GroupId']))?.[1];
        return `${whose} ${p['FromPort']}-${p['ToPort']} ${who}`;
      });

    it('lets functions to the brokers, pollers to the brokers, and nobody else', () => {
      const kafka = (kind: 'Ingress' | 'Egress') => rules(kind).filter((rule) => rule.includes('Kafka'));
      if (type === null) {
        expect(kafka('Ingress')).toEqual(['KafkaConnection 14001-14100 NetworkFunctions']);
        expect(kafka('Egress')).toEqual(['NetworkFunctions 14001-14100 KafkaConnection']);
      } else {
        expect(kafka('Ingress').toSorted()).toEqual([
          'KafkaGroup 9098-9098 KafkaGroup',
          'KafkaGroup 9098-9098 NetworkFunctions',
        ]);
        expect(kafka('Egress').toSorted()).toEqual([
          'KafkaGroup 9098-9098 KafkaGroup',
          'NetworkFunctions 9098-9098 KafkaGroup',
        ]);
      }
    });

    it('puts reconcile, prepare-topics and put-records inside, and pays for no endpoint of Kinesis', () => {
      const functions = functionsOf(app);
      for (const service of ['reconcile', 'prepare-topics', 'put-records'])
        expect(functions[service]!['VpcConfig'], service).toBeDefined();
      expect(functions['archive-log']!['VpcConfig']).toBeUndefined();
      const services = resourcesOf(app, 'AWS::EC2::VPCEndpoint').map(({ Properties }) =>
        JSON.stringify(Properties['ServiceName']).replace(/.*\.([a-z0-9-]+)".*/, '$1'),
      );
      expect(services.sort()).toEqual(['dynamodb', 's3', 'secretsmanager', 'sns']);
    });
  });
});

describe('MSK: what becomes of the cluster with its stack', () => {
  it.each([
    ['dev', 'Delete'],
    ['prod', 'Retain'],
  ])('on %s: %s', (stage, policy) => {
    const app = synthesise({ stage, stream: 'msk' });
    expect(resourcesOf(app, 'AWS::MSK::ServerlessCluster').map(({ DeletionPolicy }) => DeletionPolicy)).toEqual([
      policy,
    ]);
  });
});
