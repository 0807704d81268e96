import { beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER_FUNCTIONS, FUNCTIONS, type FunctionName, KAFKA_FUNCTIONS } from '../../core/contract/functions.ts';
import { ACTIONS_OF, callsOf } from './calls.ts';
import { grantsOf } from './grants.ts';
import { type Choices, DOES, needsOf } from './needs.ts';
import { functionsOf, resourcesOf, type Synthesised, synthesise } from './synth.ts';

const CASES: readonly Choices[] = [
  { stage: 'prod', alertStore: 'documentdb', stream: 'kinesis' },
  { stage: 'dev', alertStore: 'dynamodb', stream: 'msk' },
];

describe.each(CASES)('grants of $stage on $stream with alerts in $alertStore', (choices) => {
  let app: Synthesised;
  beforeAll(() => {
    app = synthesise({ ...choices });
  });
  const roleOf = (name: FunctionName): string => (functionsOf(app)[name]!['Role']['Fn::GetAtt'] as [string])[0];
  const absent: readonly string[] = [
    ...(choices.alertStore === 'documentdb' ? [] : CLUSTER_FUNCTIONS),
    ...(choices.stream === 'msk' ? [] : KAFKA_FUNCTIONS),
  ];

  describe.each(FUNCTIONS.filter((name) => !absent.includes(name)))('%s', (name) => {
    const needs = needsOf(name, choices);
    let grants: string[];
    beforeAll(() => {
      grants = grantsOf(app, roleOf(name));
    });

    it.each(needs)('may %s', (need) => {
      expect(grants).toContain(need);
    });

    it('may do nothing else', () => {
      expect(grants.filter((grant) => !needs.includes(grant))).toEqual([]);
    });
  });

  describe('services', () => {
    const roleFor = (id: RegExp): string =>
      Object.values(app.stacks)
        .flatMap(({ resources }) => Object.entries(resources))
        .find(([key, { Type }]) => Type === 'AWS::IAM::Role' && id.test(key))![0];

    it('the workflow may call each function that its states name', () => {
      const [machine] = resourcesOf(app, 'AWS::StepFunctions::StateMachine');
      const called = Object.values(machine!.Properties['DefinitionSubstitutions'] as Record<string, unknown>).map(
        (arn) => (arn as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0].replace(/[0-9A-F]{8}$/, ''),
      );
      expect(called).toHaveLength(10);
      const grants = grantsOf(app, roleFor(/^WorkflowStateMachineRole/));
      expect(called.filter((target) => !grants.includes(`lambda:InvokeFunction ${target}`))).toEqual([]);
    });

    it('the workflow may start and follow the runs of its maps', () => {
      expect(grantsOf(app, roleFor(/^WorkflowStateMachineRole/))).toEqual(
        expect.arrayContaining([
          'states:StartExecution workflow',
          'states:DescribeExecution workflow:*',
          'states:StopExecution workflow:*',
        ]),
      );
    });

    it('the schedule may start the workflow, and keep a start that it could not make', () => {
      expect(grantsOf(app, roleFor(/^SchedulerRole/))).toEqual([
        'sqs:SendMessage missed starts',
        'states:StartExecution workflow',
      ]);
    });

    it.runIf(choices.stage === 'prod')(
      'the proxy may log in to the warehouse as the reader, and as nobody else',
      () => {
        expect(grantsOf(app, roleFor(/^WarehouseProxyRole/))).toEqual(['rds-db:connect warehouse/reader']);
      },
    );

    interface Allowed {
      readonly Effect: string;
      readonly Action: string | readonly string[];
      readonly Principal: { readonly Service?: string | readonly string[] };
    }
    const lets = (statements: readonly Allowed[], service: string, action: string): boolean =>
      statements.some(
        ({ Effect, Action, Principal }) =>
          Effect === 'Allow' && [Action].flat().includes(action) && [Principal.Service].flat().includes(service),
      );

    it('the rule about runs may publish to the topic that pages, encrypted as it is, and nothing else', () => {
      expect(grantsOf(app, roleFor(/^RunEndedRole/))).toEqual([
        'kms:Decrypt key',
        'kms:GenerateDataKey key',
        'sns:Publish page',
      ]);
    });

    it('alarms may use the key, to notify', () => {
      const [key] = resourcesOf(app, 'AWS::KMS::Key');
      for (const action of ['kms:Decrypt', 'kms:GenerateDataKey*'])
        expect(lets(key!.Properties['KeyPolicy'].Statement, 'cloudwatch.amazonaws.com', action), action).toBe(true);
    });

    it.each([
      ['cloudwatch.amazonaws.com', 'Page'],
      ['cloudwatch.amazonaws.com', 'Warn'],
    ])(
      '%s may publish to the topic %s: a policy of its own takes the place of the one that lets the account',
      (service, topic) => {
        const statements = Object.entries(app.stacks['monitoring']!.resources)
          .filter(([id, { Type }]) => Type === 'AWS::SNS::TopicPolicy' && id.startsWith(topic))
          .flatMap(([, { Properties }]) => Properties['PolicyDocument'].Statement as Allowed[]);
        expect(lets(statements, service, 'sns:Publish')).toBe(true);
      },
    );
  });
});

describe('what functions are said to do', () => {
  /** In any of the cases, and in no name but their own. */
  const actionsOf = (name: FunctionName): Set<string> =>
    new Set(CASES.flatMap((choices) => DOES[name](choices)).map((line) => line.slice(0, line.indexOf(' '))));
  /** What Lambda and the library add to what the code calls. */
  const NOT_IN_CODE = /^(ec2|kafka|kms):|^kinesis:(Describe|ListStreams|Subscribe)|^kafka-cluster:\w+Group$/;
  const BY_LAMBDA: Readonly<Record<string, RegExp>> = {
    'archive-log': /^(kinesis|kafka-cluster):|^s3:ListBucket$/,
    'detect-fraud': /^(kinesis|kafka-cluster):/,
    'track-activity': /^(kinesis|kafka-cluster):/,
  };

  it.each(FUNCTIONS)('%s: its code can make each of these calls, and calls no other service', (name) => {
    const calls = [...callsOf(name)];
    expect(calls.filter((call) => !(call in ACTIONS_OF))).toEqual([]);
    const can = new Set(calls.flatMap((call) => ACTIONS_OF[call]!));
    const said = [...actionsOf(name)].filter((action) => !NOT_IN_CODE.test(action) && !BY_LAMBDA[name]?.test(action));
    expect(said.filter((action) => !can.has(action))).toEqual([]);
    const services = (actions: Iterable<string>): string[] =>
      [...new Set([...actions].map((action) => action.slice(0, action.indexOf(':'))))].sort();
    expect(services(can)).toEqual(services(said));
  });
});
