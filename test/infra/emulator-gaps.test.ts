import { Alarm, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { App, Stack } from 'aws-cdk-lib/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadSettings } from '../../lib/config/load.ts';
import { EMULATOR_GAPS, leaveOutGaps } from '../../lib/emulator-gaps.ts';
import { type Resource, synthesise, type Synthesised } from './synth.ts';

const inGaps = ({ Type, Properties }: Resource): boolean =>
  EMULATOR_GAPS.some(({ type, only }) => type === Type && (only === undefined || Properties['Metrics'] !== undefined));

const entriesOf = (app: Synthesised): [string, Resource][] =>
  Object.values(app.stacks).flatMap(({ name, resources }) =>
    Object.entries(resources).map(([id, resource]): [string, Resource] => [`${name}/${id}`, resource]),
  );

/** Logical ids that a value refers to, in whatever way CloudFormation can. */
function referred(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referred);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref' && typeof inner === 'string') return [inner];
    if (key === 'DependsOn') return [inner].flat() as string[];
    if (key === 'Fn::GetAtt') return [Array.isArray(inner) ? String(inner[0]) : String(inner).split('.')[0]!];
    if (key === 'Fn::Sub') return [...JSON.stringify(inner).matchAll(/\$\{([A-Za-z0-9]+)/g)].map(([, id]) => id!);
    return referred(inner);
  });
}

/** The local stage as it is, with everything that can be switched on, and with the databases of the other stages. */
const SETTINGS: readonly [string, Record<string, unknown>][] = [
  ['as it is', {}],
  ['with keys and alarms', { ownKeys: true, alarms: true, alarmAddresses: 'a@example.com' }],
  ['with a network and its databases', { ownKeys: true, alarms: true, alertStore: 'documentdb', warehouse: 'rds' }],
];

describe.each(SETTINGS)('the local stage %s, for an emulator', (_title, settings) => {
  let whole: Synthesised;
  let reduced: Synthesised;
  beforeAll(() => {
    whole = synthesise({ stage: 'local', ...settings });
    reduced = synthesise({ stage: 'local', emulator: true, ...settings });
  });

  it('lacks exactly the resources of the list, and has every other as it was', () => {
    expect(Object.fromEntries(entriesOf(reduced))).toEqual(
      Object.fromEntries(entriesOf(whole).filter(([, resource]) => !inGaps(resource))),
    );
  });

  it('has the same outputs, and the same stacks', () => {
    const outputs = (app: Synthesised) => Object.values(app.stacks).map((stack) => [stack.name, stack.outputs]);
    expect(outputs(reduced)).toEqual(outputs(whole));
  });

  it('refers to nothing that was left out', () => {
    const left = new Set(entriesOf(reduced).map(([id]) => id));
    const lost = entriesOf(whole).flatMap(([id]) => (left.has(id) ? [] : [id]));
    const references = Object.values(reduced.stacks).flatMap(({ name, resources, outputs }) =>
      referred([resources, outputs]).map((id) => `${name}/${id}`),
    );
    expect(references.length).toBeGreaterThan(0);
    expect(lost.filter((id) => references.includes(id))).toEqual([]);
  });
});

describe('the list of gaps', () => {
  it('is used: a network with databases needs most of what is not about alarms', () => {
    const settings = { stage: 'local', alertStore: 'documentdb', warehouse: 'rds' };
    const types = new Set(
      entriesOf(synthesise(settings))
        .filter(([, resource]) => inGaps(resource))
        .map(([, { Type }]) => Type),
    );
    expect([...types].sort()).toEqual([
      'AWS::EC2::FlowLog',
      'AWS::EC2::SecurityGroupEgress',
      'AWS::EC2::SecurityGroupIngress',
      'AWS::SecretsManager::ResourcePolicy',
      'AWS::SecretsManager::RotationSchedule',
      'AWS::Serverless::Application',
    ]);
  });

  it('has a reason for each type, and each type once', () => {
    for (const { reason } of EMULATOR_GAPS) expect(reason).toMatch(/\w+ \w+/);
    expect(new Set(EMULATOR_GAPS.map(({ type }) => type)).size).toBe(EMULATOR_GAPS.length);
  });

  it('leaves out alarms over expressions, and keeps those on one metric', () => {
    const app = new App();
    const stack = new Stack(app, 'alarms');
    const metric = new Metric({ namespace: 'n', metricName: 'm' });
    const alarm = { threshold: 1, evaluationPeriods: 1 };
    new Alarm(stack, 'One', { ...alarm, metric });
    const ratio = new MathExpression({ expression: 'a / 2', usingMetrics: { a: metric } });
    new Alarm(stack, 'Ratio', { ...alarm, metric: ratio });
    leaveOutGaps(app);
    const { Resources } = app.synth().getStackByName('alarms').template as { Resources: Record<string, Resource> };
    expect(Object.values(Resources).map(({ Properties }) => Properties['MetricName'])).toEqual(['m']);
  });

  it('is for the local stage alone', () => {
    expect(() => loadSettings({ stage: 'prod', emulator: 'true' })).toThrow(
      /setting emulator is true; on the stage prod/,
    );
    expect(loadSettings({ emulator: 'true' }).emulator).toBe(true);
    for (const stage of ['local', 'dev', 'prod']) expect(loadSettings({ stage }).emulator).toBe(false);
  });
});
