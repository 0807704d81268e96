import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A function of a fixture: its code as an ES module that exports `handler`. */
export interface FixtureFunction {
  readonly code: string;
  readonly timeout?: number;
  readonly memory?: number;
  readonly environment?: Readonly<Record<string, unknown>>;
}

export interface Fixture {
  readonly resources?: Readonly<Record<string, unknown>>;
  /** by logical id; also its service name, and so its short name */
  readonly functions?: Readonly<Record<string, FixtureFunction>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** Writes a cloud assembly of one stack, laid out as `cdk synth` does. @returns its directory */
export function writeAssembly(directory: string, fixture: Fixture): string {
  mkdirSync(directory, { recursive: true });
  const files: Record<string, unknown> = {};
  const resources: Record<string, unknown> = { ...fixture.resources };
  for (const [id, fn] of Object.entries(fixture.functions ?? {})) {
    const hash = createHash('sha256').update(fn.code).digest('hex');
    const asset = `asset.${hash}`;
    mkdirSync(path.join(directory, asset), { recursive: true });
    writeFileSync(path.join(directory, asset, 'index.mjs'), fn.code);
    files[hash] = { source: { path: asset, packaging: 'zip' } };
    resources[id] = {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: { S3Bucket: { 'Fn::Sub': 'cdk-assets-${AWS::AccountId}' }, S3Key: `${hash}.zip` },
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        MemorySize: fn.memory ?? 256,
        Timeout: fn.timeout ?? 5,
        Environment: { Variables: { POWERTOOLS_SERVICE_NAME: id, ...fn.environment } },
      },
    };
  }
  const write = (name: string, content: unknown): void =>
    writeFileSync(path.join(directory, name), JSON.stringify(content));
  write('manifest.json', {
    version: '48.0.0',
    artifacts: {
      'pipe.assets': { type: 'cdk:asset-manifest', properties: { file: 'pipe.assets.json' } },
      pipe: {
        type: 'aws:cloudformation:stack',
        environment: 'aws://000000000000/eu-central-1',
        properties: { templateFile: 'pipe.template.json' },
        dependencies: ['pipe.assets'],
      },
      Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
    },
  });
  write('pipe.assets.json', { version: '48.0.0', files });
  write('pipe.template.json', {
    Resources: resources,
    Outputs: Object.fromEntries(Object.entries(fixture.outputs ?? {}).map(([key, Value]) => [key, { Value }])),
    Parameters: { BootstrapVersion: { Type: 'String', Default: '/cdk-bootstrap/version' } },
  });
  return directory;
}

export const stream = (shards = 2) => ({ Type: 'AWS::Kinesis::Stream', Properties: { ShardCount: shards } });
export const bucket = () => ({ Type: 'AWS::S3::Bucket' });

/** An event source mapping from a stream to a function, by their logical ids. */
export const mapping = (from: string, to: string, more: Readonly<Record<string, unknown>> = {}) => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: {
    EventSourceArn: { 'Fn::GetAtt': [from, 'Arn'] },
    FunctionName: { Ref: to },
    StartingPosition: 'TRIM_HORIZON',
    ...more,
  },
});

/** A state machine and the schedule that starts it. Tasks name functions as `${id}`. */
export function workflow(definition: unknown, functions: readonly string[], expression = 'rate(1 hour)') {
  return {
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        DefinitionString: JSON.stringify(definition),
        DefinitionSubstitutions: Object.fromEntries(functions.map((id) => [id, { 'Fn::GetAtt': [id, 'Arn'] }])),
      },
    },
    Schedule: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        ScheduleExpression: expression,
        ScheduleExpressionTimezone: 'Etc/UTC',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: { Ref: 'Machine' }, RoleArn: 'arn:aws:iam::000000000000:role/x', Input: '{"from":"schedule"}' },
      },
    },
  };
}

/** A task state that calls a function. */
export const task = (id: string, more: Readonly<Record<string, unknown>> = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: `\${${id}}`, 'Payload.$': '$' },
  OutputPath: '$.Payload',
  ...more,
});
