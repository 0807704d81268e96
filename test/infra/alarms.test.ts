import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { FUNCTIONS } from '../../core/contract/functions.ts';
import { METRIC_NAMESPACE, METRICS } from '../../core/contract/metrics.ts';
import { resourcesOf, synthesise, type Synthesised } from './synth.ts';

const RUNBOOK = readFileSync(path.join(import.meta.dirname, '..', '..', 'docs', 'runbook.md'), 'utf8');
const ANCHORS = [...RUNBOOK.matchAll(/^### (\S+)$/gm)].map(([, anchor]) => anchor!);

interface MetricRef {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
}
interface AlarmProperties {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions: readonly unknown[];
  readonly OKActions: readonly unknown[];
  readonly TreatMissingData: string;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm: number;
  readonly Period?: number;
  readonly Threshold?: number;
  readonly Metrics?: readonly { readonly MetricStat?: { readonly Metric: MetricRef; readonly Period: number } }[];
}

interface CompositeProperties {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions: readonly unknown[];
  readonly OKActions: readonly unknown[];
  readonly AlarmRule: { readonly 'Fn::Join': readonly [string, readonly unknown[]] };
}

const alarmsOf = (app: Synthesised): AlarmProperties[] =>
  resourcesOf(app, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties as unknown as AlarmProperties);
const compositesOf = (app: Synthesised): CompositeProperties[] =>
  resourcesOf(app, 'AWS::CloudWatch::CompositeAlarm').map(({ Properties }) => Properties as CompositeProperties);
/** Names of the alarms that a composite one is made of. */
const partsOf = (app: Synthesised, { AlarmRule }: CompositeProperties): string[] =>
  [...JSON.stringify(AlarmRule).matchAll(/"Fn::GetAtt":\["(\w+)","Arn"\]/g)].map(([, id]) => {
    const part = Object.values(app.stacks).flatMap(({ resources }) => resources[id!] ?? [])[0];
    return (part!.Properties as unknown as AlarmProperties).AlarmName;
  });
const anchorOf = ({ AlarmName }: { readonly AlarmName: string }): string => AlarmName.split('/')[1]!;
const metricsOf = (alarm: AlarmProperties): MetricRef[] =>
  'MetricName' in alarm
    ? [alarm as unknown as MetricRef]
    : (alarm.Metrics ?? []).flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : []));

/** Rows of the reporting table, in its order; each is watched by these headings of the runbook. */
const ROWS = {
  stream: ['stream-behind', 'stream-far-behind', 'stream-throttled', 'puts-fail'],
  'event source': ['records-dropped', 'records-given-up', 'records-refused'],
  functions: ['function-errors', 'function-throttled', 'function-slow'],
  'dead letters': ['starts-missed'],
  workflow: ['batch-fails', 'batch-not-started', 'batch-slow'],
  warehouse: [
    'warehouse-storage',
    'warehouse-memory',
    'warehouse-connections',
    'warehouse-slow',
    'warehouse-transaction-ids',
  ],
  'alert store': ['alert-store-connections', 'alert-store-cursors', 'alert-store-cache', 'alert-store-lag'],
  log: ['log-silent', 'positions-pending', 'records-undecided'],
  business: [
    'many-invalid',
    'fraud-unusual',
    'fraud-doubled',
    'no-traffic',
    'warehouse-stale',
    'positions-do-not-add-up',
  ],
  objectives: ['decisions-objective', 'warehouse-objective'],
} as const;

describe.each([
  { stage: 'dev', stream: 'kinesis', alertStore: 'documentdb' },
  { stage: 'dev', stream: 'msk', alertStore: 'dynamodb' },
  { stage: 'prod', stream: 'kinesis', alertStore: 'documentdb' },
  { stage: 'prod', stream: 'msk', alertStore: 'documentdb' },
])('alarms of $stage on $stream with alerts in $alertStore', (context) => {
  let app: Synthesised;
  let alarms: AlarmProperties[];
  let composites: CompositeProperties[];
  let parts: string[];
  beforeAll(() => {
    app = synthesise({ ...context, alarmAddresses: 'oncall@lender.example,fraud@lender.example' });
    alarms = alarmsOf(app);
    composites = compositesOf(app);
    parts = composites.flatMap((composite) => partsOf(app, composite));
  });

  it('tell a topic when they go off and when it is over, and people subscribe to both topics', () => {
    const speaking = [...alarms.filter(({ AlarmName }) => !parts.includes(AlarmName)), ...composites];
    for (const { AlarmName, AlarmActions, OKActions } of speaking) {
      expect(AlarmActions, AlarmName).toHaveLength(1);
      expect(OKActions, AlarmName).toEqual(AlarmActions);
    }
    const topics = new Set(speaking.map(({ AlarmActions }) => JSON.stringify(AlarmActions[0])));
    expect(topics.size).toBe(2);
    const subscribed = resourcesOf(app, 'AWS::SNS::Subscription').map(({ Properties }) => Properties);
    expect(new Set(subscribed.map(({ TopicArn }) => JSON.stringify(TopicArn)))).toEqual(topics);
    expect(new Set(subscribed.map(({ Endpoint }) => Endpoint as string))).toEqual(
      new Set(['oncall@lender.example', 'fraud@lender.example']),
    );
  });

  it('let a window speak through the alarm over it alone, and one over two speaks when both are over the line', () => {
    expect(composites).toHaveLength(3);
    expect(new Set(parts).size).toBe(6);
    const windows = alarms.filter(({ AlarmName }) => parts.includes(AlarmName));
    for (const { AlarmActions, OKActions, AlarmName } of windows)
      expect([AlarmActions, OKActions], AlarmName).toEqual([undefined, undefined]);
    for (const composite of composites) {
      const rule = composite.AlarmRule['Fn::Join'][1]
        .map((piece) => (typeof piece === 'string' ? piece : '…'))
        .join('');
      expect(rule).toBe('(ALARM("…") AND ALARM("…"))');
      const { AlarmName } = composite;
      expect(partsOf(app, composite)).toEqual([`${AlarmName}-long`, `${AlarmName}-short`]);
    }
  });

  it.each([
    ['fast', 3600, 300, 1.44, 'Page'],
    ['steady', 21_600, 1800, 0.6, 'Page'],
    ['slow', 86_400, 7200, 0.1, 'Warn'],
  ])('spend the budget of decisions %s: over %i s and over %i s, above %f %%', (name, long, short, percent, topic) => {
    const composite = composites.find(({ AlarmName }) => AlarmName.endsWith(`/decisions-objective/${name}`))!;
    expect(JSON.stringify(composite.AlarmActions)).toContain(topic);
    const windows = partsOf(app, composite).map((part) => alarms.find(({ AlarmName }) => AlarmName === part)!);
    expect(windows.map((window) => window.Metrics!.flatMap(({ MetricStat }) => MetricStat?.Period ?? []))).toEqual([
      [long, long],
      [short, short],
    ]);
    for (const { Threshold } of windows) expect(Threshold).toBe(percent);
  });

  it('say what silence means and how many of how many periods count', () => {
    for (const { AlarmName, TreatMissingData, EvaluationPeriods, DatapointsToAlarm } of alarms) {
      expect(['breaching', 'notBreaching', 'ignore'], AlarmName).toContain(TreatMissingData);
      expect(DatapointsToAlarm, AlarmName).toBeGreaterThan(0);
      expect(DatapointsToAlarm, AlarmName).toBeLessThanOrEqual(EvaluationPeriods);
    }
  });

  it('look no further back than CloudWatch does: a day, or a week in periods of an hour', () => {
    for (const alarm of alarms) {
      const periods = [alarm.Period, ...(alarm.Metrics ?? []).map((metric) => metric.MetricStat?.Period)];
      for (const period of periods.filter((one) => one !== undefined))
        expect(period * alarm.EvaluationPeriods, alarm.AlarmName).toBeLessThanOrEqual(period < 3600 ? 86_400 : 604_800);
    }
  });

  it('have each a heading of the runbook, which they name', () => {
    for (const alarm of [...alarms, ...composites]) {
      expect(ANCHORS).toContain(anchorOf(alarm));
      expect(alarm.AlarmDescription).toMatch(new RegExp(`^.+ What to do: docs/runbook\\.md#${anchorOf(alarm)}$`));
    }
  });

  it('have names of their own', () => {
    const named = [...alarms, ...composites].map(({ AlarmName }) => AlarmName);
    expect(new Set(named).size).toBe(named.length);
  });

  it('watch every row of the reporting table', () => {
    const there = new Set(alarms.map(anchorOf));
    const wanted: string[] = Object.entries(ROWS)
      .filter(([row]) => !(row === 'stream' && context.stream === 'msk'))
      .filter(([row]) => !(row === 'alert store' && context.alertStore === 'dynamodb'))
      .flatMap(([, anchors]) => anchors as readonly string[])
      .filter((anchor) => anchor !== 'no-traffic' || context.stage === 'prod');
    expect(wanted.filter((anchor) => !there.has(anchor))).toEqual([]);
    // On either stream, how late decisions are is measured by ourselves.
    expect([...there]).toEqual(expect.arrayContaining(['decisions-late', 'records-near-their-end']));
  });

  it('watch metrics of ours by the names and dimensions that functions write', () => {
    const own = alarms.flatMap(metricsOf).filter(({ Namespace }) => Namespace === METRIC_NAMESPACE);
    expect(own.length).toBeGreaterThan(20);
    for (const { MetricName, Dimensions } of own) {
      expect(Object.values(METRICS)).toContain(MetricName);
      expect(Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]))).toEqual({
        service: expect.toSatisfy((name) => FUNCTIONS.includes(name)),
        stage: context.stage,
      });
    }
  });

  it('watch every event source for what was dropped and what was given up', () => {
    const mappings = resourcesOf(app, 'AWS::Lambda::EventSourceMapping');
    for (const { Properties } of mappings) expect(Properties['MetricsConfig']).toEqual({ Metrics: ['EventCount'] });
    for (const anchor of ['records-dropped', 'records-given-up'])
      expect(alarms.filter((alarm) => anchorOf(alarm) === anchor)).toHaveLength(mappings.length);
  });

  it('tell of a run that ended badly, also of one that no catch sees', () => {
    const rules = resourcesOf(app, 'AWS::Events::Rule').map(({ Properties }) => Properties);
    expect(rules).toHaveLength(1);
    expect(rules[0]!['EventPattern'].detail.status).toEqual(['FAILED', 'TIMED_OUT', 'ABORTED']);
    expect(rules[0]!['Targets']).toHaveLength(1);
  });
});

describe('the runbook', () => {
  it('has no heading that no alarm names, and says of each what it means and what to do', () => {
    const named = new Set(
      [
        { stage: 'prod', alertStore: 'documentdb' },
        { stage: 'prod', stream: 'msk' },
      ].flatMap((context) => alarmsOf(synthesise(context)).map(anchorOf)),
    );
    expect(ANCHORS.filter((anchor) => !named.has(anchor))).toEqual([]);
    for (const text of RUNBOOK.split(/^### /m).slice(1)) {
      expect(text, text.slice(0, 30)).toContain('**Means**');
      expect(text, text.slice(0, 30)).toMatch(/\*\*[Dd]o\*\*/);
    }
  });

  it('is not needed on the local stage, where the person who started it looks on', () => {
    expect(alarmsOf(synthesise({ stage: 'local' }))).toEqual([]);
  });
});
