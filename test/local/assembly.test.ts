import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readModel } from '../../local/assembly/model.ts';
import { Resolver } from '../../local/assembly/resolver.ts';
import { synthesise } from '../../local/assembly/synth.ts';
import { readAssembly, type StackTemplate } from '../../local/assembly/template.ts';
import { LocalError } from '../../local/errors.ts';
import { bucket, type Fixture, mapping, stream, task, workflow, writeAssembly } from './support/assembly.ts';
import { temporaryDirectory } from './support/temporary.ts';

const stackOf = (
  name: string,
  resources: Record<string, unknown>,
  outputs: Record<string, unknown> = {},
): StackTemplate => ({
  name,
  account: '000000000000',
  region: 'eu-central-1',
  resources: new Map(Object.entries(resources)) as StackTemplate['resources'],
  outputs: new Map(Object.entries(outputs)) as StackTemplate['outputs'],
  parameters: new Map([['Given', 'default']]),
  assets: new Map(),
});
const modelOf = (fixture: Fixture) => readModel(readAssembly(writeAssembly(temporaryDirectory(), fixture)));

describe('intrinsic functions', () => {
  const data = stackOf(
    'data',
    {
      Stream: stream(),
      Bucket: bucket(),
      Topic: { Type: 'AWS::SNS::Topic' },
      Named: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'named' } },
    },
    {
      Out: { Value: { Ref: 'Bucket' }, Export: { Name: 'data:Bucket' } },
      Key: { Value: { 'Fn::GetAtt': ['Stream', 'Arn'] } },
    },
  );
  const app = stackOf('app', {
    Fn: { Type: 'AWS::Lambda::Function' },
    Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Fn' } } },
  });
  const resolver = new Resolver([data, app]);

  test.each<[unknown, StackTemplate, unknown]>([
    [{ Ref: 'Stream' }, data, 'data-Stream'],
    [{ 'Fn::GetAtt': ['Stream', 'Arn'] }, data, 'arn:aws:kinesis:eu-central-1:000000000000:stream/data-Stream'],
    [{ 'Fn::GetAtt': 'Bucket.Arn' }, data, 'arn:aws:s3:::data-bucket'],
    [{ Ref: 'Topic' }, data, 'arn:aws:sns:eu-central-1:000000000000:data-Topic'],
    [{ 'Fn::GetAtt': ['Topic', 'TopicName'] }, data, 'data-Topic'],
    [{ Ref: 'Named' }, data, 'named'],
    [{ Ref: 'AWS::Region' }, data, 'eu-central-1'],
    [{ Ref: 'Given' }, data, 'default'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Bucket' }]] }, data, 'a-data-bucket'],
    [
      { 'Fn::Sub': '${AWS::AccountId}:${Bucket}:${Stream.Arn}:${!Literal}' },
      data,
      '000000000000:data-bucket:arn:aws:kinesis:eu-central-1:000000000000:stream/data-Stream:${Literal}',
    ],
    [{ 'Fn::Sub': ['${x}/y', { x: { Ref: 'Bucket' } }] }, data, 'data-bucket/y'],
    [{ 'Fn::Select': ['1', { 'Fn::Split': [':', 'a:b:c'] }] }, data, 'b'],
    [{ 'Fn::ImportValue': 'data:Bucket' }, app, 'data-bucket'],
    [
      { 'Fn::GetStackOutput': { StackName: 'data', OutputName: 'Key' } },
      app,
      'arn:aws:kinesis:eu-central-1:000000000000:stream/data-Stream',
    ],
    [{ Ref: 'Version' }, app, 'arn:aws:lambda:eu-central-1:000000000000:function:app-Fn:1'],
    [{ a: [{ Ref: 'Bucket' }, { Ref: 'AWS::NoValue' }], b: { Ref: 'AWS::NoValue' } }, data, { a: ['data-bucket'] }],
  ])('%j', (value, stack, expected) => {
    expect(resolver.resolve(value, stack)).toEqual(expected);
  });

  test.each<[unknown, string]>([
    [{ 'Fn::Cidr': ['10.0.0.0/16', 2] }, 'Fn::Cidr'],
    [{ 'Fn::If': ['IsProd', 1, 2] }, 'Fn::If'],
    [{ Ref: 'AWS::Nonsense' }, 'AWS::Nonsense'],
    [{ Ref: 'Missing' }, 'refers to Missing'],
    [{ 'Fn::GetAtt': ['Stream', 'StreamId'] }, 'StreamId of AWS::Kinesis::Stream'],
    [{ 'Fn::ImportValue': 'other:Thing' }, 'no stack exports other:Thing'],
  ])('%j is refused by name', (value, message) => {
    expect(() => resolver.resolve(value, data)).toThrow(LocalError);
    expect(() => resolver.resolve(value, data)).toThrow(message);
  });

  test('names that are too long for the service are cut, and stay apart', () => {
    const long = 'L'.repeat(80);
    const stack = stackOf('stack', { [`${long}1`]: bucket(), [`${long}2`]: bucket() });
    const [one, two] = [1, 2].map((n) => new Resolver([stack]).names(stack, `${long}${n}`).ref);
    expect(one).toHaveLength(63);
    expect(one).not.toBe(two);
  });

  test('an app of another account is refused', () => {
    expect(() => new Resolver([{ ...data, account: '123456789012' }])).toThrow('123456789012');
  });
});

describe('the model of an app', () => {
  const fixture: Fixture = {
    resources: {
      Stream: stream(3),
      OnDemand: { Type: 'AWS::Kinesis::Stream', Properties: { StreamModeDetails: { StreamMode: 'ON_DEMAND' } } },
      Mapping: mapping('Stream', 'Work', { BatchSize: 5 }),
      Role: { Type: 'AWS::IAM::Role', Properties: { Weird: { 'Fn::Cidr': [] } } },
      ...workflow({ StartAt: 'A', States: { A: task('Work', { End: true }) } }, ['Work'], 'cron(5 * * * ? *)'),
    },
    functions: {
      Work: {
        code: 'export const handler = async () => 1',
        timeout: 7,
        environment: { NAME: { Ref: 'Stream' }, N: 5 },
      },
    },
    outputs: { StreamName: { Ref: 'Stream' } },
  };

  test('is what its templates say, every reference resolved', () => {
    const model = modelOf(fixture);
    expect(model.streams).toMatchObject([
      { name: 'pipe-Stream', shards: 3 },
      { name: 'pipe-OnDemand', shards: 4 },
    ]);
    expect(model.functions).toMatchObject([
      {
        name: 'Work',
        physicalName: 'pipe-Work',
        timeoutSeconds: 7,
        memoryMb: 256,
        exportName: 'handler',
        environment: { NAME: 'pipe-Stream', N: '5' },
      },
    ]);
    expect(model.mappings[0]?.properties).toMatchObject({ FunctionName: 'pipe-Work', BatchSize: 5 });
    expect(model.machines[0]?.definition).toContain('arn:aws:lambda:eu-central-1:000000000000:function:pipe-Work');
    expect(model.schedules).toMatchObject([{ expression: 'cron(5 * * * ? *)', targetArn: model.machines[0]?.arn }]);
    expect(model.outputs).toEqual({ StreamName: 'pipe-Stream' });
  });

  test('refuses a resource that it does not know', () => {
    const resources = { ...fixture.resources, Api: { Type: 'AWS::ApiGatewayV2::Api' } };
    expect(() => modelOf({ ...fixture, resources })).toThrow(/AWS::ApiGatewayV2::Api \(pipe, Api\)/);
  });

  test('refuses another runtime, and a bundle that is not there', () => {
    const assembly = writeAssembly(temporaryDirectory(), fixture);
    const stacks = readAssembly(assembly);
    const withFunction = (change: Record<string, unknown>) =>
      stacks.map((stack) => {
        const work = stack.resources.get('Work');
        const Properties = { ...work?.Properties, ...change };
        return {
          ...stack,
          resources: new Map([...stack.resources, ['Work', { Type: 'AWS::Lambda::Function', Properties }]]),
        };
      });
    expect(() => readModel(withFunction({ Runtime: 'python3.13' }))).toThrow('Work of pipe has the runtime python3.13');
    expect(() => readModel(withFunction({ Code: { S3Key: 'lost.zip' } }))).toThrow('the bundle of Work of pipe');
    expect(() => readModel(withFunction({ Handler: 'other.handler' }))).toThrow('has no other.mjs');
  });

  test('cannot be read from a directory that holds no assembly, or a damaged one', () => {
    const directory = temporaryDirectory();
    expect(() => readAssembly(directory)).toThrow('holds no cloud assembly');
    writeFileSync(path.join(directory, 'manifest.json'), '{"artifacts":');
    expect(() => readAssembly(directory)).toThrow('is damaged');
  });
});

/** A repository whose cdk writes an assembly and counts how often it ran. */
function repository(script: string): string {
  const root = temporaryDirectory();
  mkdirSync(path.join(root, 'node_modules/aws-cdk/bin'), { recursive: true });
  writeFileSync(path.join(root, 'node_modules/aws-cdk/bin/cdk'), script);
  mkdirSync(path.join(root, 'lib'));
  writeFileSync(path.join(root, 'lib/app.ts'), '1');
  return root;
}
const WRITES = `const fs = require('fs'); const out = process.argv.at(-1);
  if (!process.argv.join(' ').includes('synth --quiet -c stage=local')) throw new Error('other arguments');
  fs.mkdirSync(out, { recursive: true }); fs.writeFileSync(out + '/manifest.json', '{}');`;

describe('synth', () => {
  test('runs once for the same sources, and again when one of them changes', async () => {
    const root = repository(WRITES);
    let runs = 0;
    const run = () => synthesise({ root, onSynth: () => void runs++ });
    const first = await run();
    expect(await run()).toBe(first);
    expect(runs).toBe(1);
    writeFileSync(path.join(root, 'lib/app.ts'), '2');
    expect(await run()).not.toBe(first);
    expect(runs).toBe(2);
  });

  test('keeps a few assemblies and drops those that were used longest ago', async () => {
    const root = repository(WRITES);
    const all: string[] = [];
    for (let i = 0; i < 8; i++) {
      writeFileSync(path.join(root, 'lib/app.ts'), String(i));
      const assembly = await synthesise({ root });
      utimesSync(assembly, i, i);
      all.push(assembly);
    }
    expect(existsSync(all.at(-1) as string)).toBe(true);
    expect(existsSync(all[0] as string)).toBe(false);
    expect(readdirSync(path.join(root, '.cache/cloud-assembly')).length).toBeLessThanOrEqual(5);
  });

  test('that fails says why, and leaves nothing in the cache', async () => {
    const root = repository(`console.error('Cannot find lambdas/x/handler.ts'); process.exit(1)`);
    await expect(synthesise({ root })).rejects.toThrow(/cdk synth failed \(exit code 1\)[\s\S]*Cannot find lambdas\/x/);
    expect(readdirSync(path.join(root, '.cache/cloud-assembly'))).toEqual([]);
  });
});
