import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ZodOptional, type ZodObject } from 'zod';
import { HOST_ENVIRONMENT, RUNTIME_ENVIRONMENT } from '../../core/contract/environment.ts';
import { CLUSTER_FUNCTIONS, FUNCTIONS, KAFKA_FUNCTIONS } from '../../core/contract/functions.ts';
import * as errors from '../../lambdas/runtime/errors.ts';
import { PERMANENT_ERRORS } from '../../lib/constructs/workflow-retries.ts';
import { functionsOf, isOfCdk, resourcesOf, type Resource, synthesise, type Synthesised } from './synth.ts';

let app: Synthesised;
let functions: Record<string, Resource['Properties']>;

describe.each([
  { stage: 'local', alertStore: 'dynamodb' },
  { stage: 'dev', alertStore: 'documentdb' },
  { stage: 'dev', alertStore: 'dynamodb' },
  { stage: 'prod', alertStore: 'documentdb' },
  { stage: 'prod', alertStore: 'dynamodb' },
  { stage: 'dev', alertStore: 'dynamodb', stream: 'msk' },
  { stage: 'prod', alertStore: 'documentdb', stream: 'msk', mskMode: 'provisioned' },
])('$stage with alerts in $alertStore ($stream $mskMode)', (context) => {
  beforeAll(() => {
    app = synthesise(context);
    functions = functionsOf(app);
  });
  const absent: readonly string[] = [
    ...(context.alertStore === 'documentdb' ? [] : CLUSTER_FUNCTIONS),
    ...(context.stream === undefined ? KAFKA_FUNCTIONS : []),
  ];
  const expected = FUNCTIONS.filter((name) => !absent.includes(name));

  describe('the app', () => {
    it('has a function for each folder of lambdas/, and no other', () => {
      expect(Object.keys(functions).sort()).toEqual([...expected].sort());
    });

    it('synthesises without a warning or a finding', () => {
      expect(app.messages).toEqual([]);
      for (const report of app.validation.pluginReports) {
        expect(report.conclusion, JSON.stringify(report)).toBe('success');
        expect(report.violations ?? []).toEqual([]);
        for (const { reason } of report.suppressedViolations ?? []) expect(reason).toMatch(/\w+ \w+/);
      }
    });
  });

  describe.each(expected)('%s', (name) => {
    it('has in its environment what its schema asks for, and nothing else', async () => {
      const { env } = (await import(path.join(import.meta.dirname, `../../lambdas/${name}/env.ts`))) as {
        env: ZodObject;
      };
      const given = Object.keys(functions[name]!['Environment'].Variables).filter(
        (key) => !RUNTIME_ENVIRONMENT.some((known) => known === key),
      );
      const required = Object.entries(env.shape)
        .filter(
          ([key, type]) =>
            !(type instanceof ZodOptional) &&
            !(context.stage === 'local' && HOST_ENVIRONMENT.some((known) => known === key)),
        )
        .map(([key]) => key);
      expect(required.filter((key) => !given.includes(key))).toEqual([]);
      expect(given.filter((key) => !Object.keys(env.shape).includes(key))).toEqual([]);
    });

    it('runs on Node 24 and ARM, for a bounded time, traced, and logs JSON to a group of its own', () => {
      const properties = functions[name]!;
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogFormat: 'JSON', LogGroup: expect.anything() },
      });
      expect(properties['Timeout']).toBeGreaterThan(0);
      // The name of a secret is none; what resolves to its value would be.
      expect(JSON.stringify(properties['Environment'])).not.toMatch(/password|\{\{resolve:secretsmanager/i);
    });
  });

  describe('roles', () => {
    it('are one for each function', () => {
      const roles = Object.values(functions).map(({ Role }) => JSON.stringify(Role));
      expect(new Set(roles).size).toBe(expected.length);
    });

    /** What AWS lets nobody name a resource for. */
    const WITHOUT_RESOURCE = [
      // X-Ray has no resources
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
      'xray:GetSamplingRules',
      'xray:GetSamplingTargets',
      // delivery of a state machine's logs: CloudWatch Logs asks for these on everything
      'logs:CreateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:DescribeLogGroups',
      'logs:DescribeResourcePolicies',
      'logs:GetLogDelivery',
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:UpdateLogDelivery',
      // Lambda's network interfaces: EC2 describes and makes them without naming one
      'ec2:AssignPrivateIpAddresses',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:DescribeVpcs',
      'ec2:UnassignPrivateIpAddresses',
    ];

    it('may do named things to named resources', () => {
      const policies = resourcesOf(app, 'AWS::IAM::Policy');
      expect(policies.length).toBeGreaterThan(expected.length);
      for (const { Properties } of policies)
        for (const { Action, Resource } of Properties['PolicyDocument'].Statement) {
          const actions = [Action].flat() as string[];
          expect(actions.filter((action) => action.includes('*'))).toEqual([]);
          if ([Resource].flat().includes('*'))
            expect(actions.filter((action) => !WITHOUT_RESOURCE.includes(action))).toEqual([]);
        }
    });

    it('have no managed policy', () => {
      for (const { resources } of Object.values(app.stacks))
        for (const [id, { Type, Properties }] of Object.entries(resources))
          if (Type === 'AWS::IAM::Role' && !isOfCdk(id)) expect(Properties['ManagedPolicyArns'], id).toBeUndefined();
    });
  });
});

describe('errors that no retry mends', () => {
  it('are named as they are thrown', async () => {
    const classes = [
      errors,
      await import('../../lambdas/runtime/env.ts'),
      await import('../../lambdas/check-quality/quality.ts'),
      await import('../../core/policy/policy.ts'),
      await import('../../core/policy/errors.ts'),
    ].flatMap((module) => Object.keys(module));
    expect(PERMANENT_ERRORS.filter((name) => !classes.includes(name))).toEqual([]);
  });
});
