import type { Synthesised } from '../infra/synth.ts';

export type State = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
export const STATISTICS = ['Sum', 'Maximum', 'Minimum', 'Average', 'SampleCount'] as const;

export interface MetricQuery {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: string;
  /** s */
  readonly period: number;
}

/** An alarm on one metric or on an expression over some, as the template has it. */
export interface MetricAlarm {
  readonly kind: 'metric';
  /** without the name of its stack: `many-invalid/detect-fraud` */
  readonly name: string;
  /** by the names that the expression has for them */
  readonly metrics: Readonly<Record<string, MetricQuery>>;
  readonly expression: string;
  /** s */
  readonly period: number;
  readonly comparison: string;
  /** undefined: the line is a band that CloudWatch learns */
  readonly threshold: number | undefined;
  /** M … */
  readonly datapoints: number;
  /** … of N */
  readonly periods: number;
  readonly missing: string;
  readonly speaks: boolean;
}

/** An alarm that goes off when all of its parts have. */
export interface CompositeAlarm {
  readonly kind: 'composite';
  readonly name: string;
  readonly parts: readonly MetricAlarm[];
}

export type AlarmOfTemplate = MetricAlarm | CompositeAlarm;

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
}

const query = (metric: Metric, statistic: string, period: number): MetricQuery => ({
  namespace: metric.Namespace,
  name: metric.MetricName,
  dimensions: Object.fromEntries((metric.Dimensions ?? []).map(({ Name, Value }) => [Name, text(Value)])),
  statistic,
  period,
});
/** Names that only CloudFormation knows stay as they are. */
const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const short = (name: string): string => name.split('/').slice(1).join('/');

/** Every alarm of an app that was synthesised; `speaks` says whether anybody is told by the alarm itself. */
export function alarmsOf(app: Synthesised): AlarmOfTemplate[] {
  const resources = Object.values(app.stacks).flatMap(({ resources: all }) => Object.entries(all));
  const metricAlarms = new Map<string, MetricAlarm>();
  for (const [id, { Type, Properties: p }] of resources)
    if (Type === 'AWS::CloudWatch::Alarm') metricAlarms.set(id, metricAlarm(p));
  const composites = resources.flatMap(([, { Type, Properties: p }]): CompositeAlarm[] => {
    if (Type !== 'AWS::CloudWatch::CompositeAlarm') return [];
    const pieces = p['AlarmRule']['Fn::Join'][1] as (string | { 'Fn::GetAtt': [string, string] })[];
    const rule = pieces.map((piece) => (typeof piece === 'string' ? piece : '?')).join('');
    if (!/^\((ALARM\("\?"\)( AND (?=A)|(?=\))))+\)$/.test(rule)) throw new Error(`the rule ${rule} is not known`);
    const parts = pieces.flatMap((piece) =>
      typeof piece === 'string' ? [] : [metricAlarms.get(piece['Fn::GetAtt'][0])!],
    );
    return [{ kind: 'composite', name: short(p['AlarmName'] as string), parts }];
  });
  return [...metricAlarms.values(), ...composites];
}

function metricAlarm(p: Readonly<Record<string, any>>): MetricAlarm {
  const common = {
    kind: 'metric',
    name: short(p['AlarmName'] as string),
    comparison: p['ComparisonOperator'] as string,
    threshold: p['Threshold'] as number | undefined,
    datapoints: p['DatapointsToAlarm'] as number,
    periods: p['EvaluationPeriods'] as number,
    missing: p['TreatMissingData'] as string,
    speaks: p['AlarmActions'] !== undefined,
  } as const;
  if (p['Metrics'] === undefined) {
    const metric = query(
      p as unknown as Metric,
      (p['Statistic'] ?? p['ExtendedStatistic']) as string,
      p['Period'] as number,
    );
    return { ...common, metrics: { m: metric }, expression: 'm', period: metric.period };
  }
  const queries = p['Metrics'] as readonly {
    readonly Id: string;
    readonly Expression?: string;
    readonly MetricStat?: { readonly Metric: Metric; readonly Stat: string; readonly Period: number };
    readonly ReturnData?: boolean;
  }[];
  const metrics = Object.fromEntries(
    queries.flatMap(({ Id, MetricStat: stat }) =>
      stat === undefined ? [] : [[Id, query(stat.Metric, stat.Stat, stat.Period)] as const],
    ),
  );
  const expressions = queries.flatMap(({ Expression }) => Expression ?? []);
  const periods = new Set(Object.values(metrics).map(({ period }) => period));
  if (expressions.length !== 1 || periods.size !== 1)
    throw new Error(`${common.name}: one expression over metrics of one period, found ${expressions.join('; ')}`);
  return { ...common, metrics, expression: expressions[0]!, period: [...periods][0]! };
}
