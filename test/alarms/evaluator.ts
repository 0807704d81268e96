import type { AlarmOfTemplate, CompositeAlarm, MetricAlarm, MetricQuery, State } from './definitions.ts';
import { evaluate, type Series } from './expression.ts';
import type { Sample } from './samples.ts';

/** A sample with its time, in seconds. */
export interface Placed {
  readonly at: number;
  readonly samples: readonly Sample[];
}

/**
 * Decides as CloudWatch documents it ("Configuring how CloudWatch alarms treat missing data"). It retrieves more periods
 * than are evaluated; while there are as many points among them as are evaluated, the latest of those count and gaps do
 * not. Only with fewer are gaps filled, as few as make up the number, by what the alarm says of missing data.
 *
 * @param range points of the periods that are retrieved, oldest first
 * @param before the state it was in
 */
export function decide(
  { datapoints, periods, missing, name }: Pick<MetricAlarm, 'datapoints' | 'periods' | 'missing' | 'name'>,
  range: readonly (boolean | undefined)[],
  before: State,
): State {
  const real = range.filter((point) => point !== undefined);
  const breaching = real.slice(-periods).filter(Boolean).length;
  if (real.length >= periods) return breaching >= datapoints ? 'ALARM' : 'OK';
  const gaps = periods - real.length;
  switch (missing) {
    case 'breaching':
      return breaching + gaps >= datapoints ? 'ALARM' : 'OK';
    case 'notBreaching':
      return breaching >= datapoints ? 'ALARM' : 'OK';
    case 'ignore':
      if (breaching >= datapoints) return 'ALARM';
      return real.includes(false) ? 'OK' : before;
    case 'missing':
      if (real.length === 0) return 'INSUFFICIENT_DATA';
      return breaching >= datapoints || !real.includes(false) ? 'ALARM' : 'OK';
    default:
      throw new Error(`${name}: missing data are treated as ${missing}, which nobody knows`);
  }
}

const COMPARISONS: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

const STATISTICS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Maximum: (values) => Math.max(...values),
  Minimum: (values) => Math.min(...values),
  Average: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  SampleCount: (values) => values.length,
};

const isOf = ({ namespace, name, dimensions }: MetricQuery, sample: Sample): boolean =>
  sample.namespace === namespace &&
  sample.name === name &&
  Object.keys(sample.dimensions).length === Object.keys(dimensions).length &&
  Object.entries(dimensions).every(([key, value]) => sample.dimensions[key] === value);

/** One point for each of the last periods, none where nothing was written in it: CloudWatch does not take that for 0. */
function series(query: MetricQuery, placed: readonly Placed[], now: number, length: number): Series {
  const statistic = STATISTICS[query.statistic];
  if (statistic === undefined) throw new Error(`the statistic ${query.statistic} is not known`);
  return Array.from({ length }, (_, i) => {
    const end = now - (length - 1 - i) * query.period;
    const values = placed
      .filter(({ at }) => end - query.period < at && at <= end)
      .flatMap(({ samples }) => samples.filter((sample) => isOf(query, sample)).map(({ value }) => value));
    return values.length === 0 ? undefined : statistic(values);
  });
}

/**
 * @param more periods that are retrieved beyond those that are evaluated; how many is CloudWatch's own affair
 */
function metricState(alarm: MetricAlarm, placed: readonly Placed[], now: number, before: State, more: number): State {
  const compare = COMPARISONS[alarm.comparison];
  if (compare === undefined || alarm.threshold === undefined)
    throw new Error(`${alarm.name} has no line to compare with`);
  const length = alarm.periods + more;
  const metrics = Object.fromEntries(
    Object.entries(alarm.metrics).map(([id, query]) => [id, series(query, placed, now, length)]),
  );
  const points = evaluate(alarm.expression, metrics);
  const over = points.map((value) => (value === undefined ? undefined : compare(value, alarm.threshold!)));
  return decide(alarm, over, before);
}

export interface Course {
  readonly normal: readonly Sample[];
  readonly fault: readonly Sample[];
  readonly healed: readonly Sample[];
}

/** States at the end of each step. */
export type States = Readonly<Record<keyof Course, readonly State[]>>;

/**
 * Lays a course of events out in time and evaluates an alarm at the end of each step. A step is a period of the alarm, of
 * a composite one that of its shortest part; what a fault wrote within seconds is put into each step that it lasts.
 *
 * @param lasts steps of the fault
 * @param more see `metricState`
 */
export function follow(alarm: AlarmOfTemplate, course: Course, lasts: number, more: number): States {
  const parts = alarm.kind === 'composite' ? alarm.parts : [alarm];
  const step = Math.min(...parts.map(({ period }) => period));
  const covered = Math.max(...parts.map(({ period, periods }) => ((periods + more) * period) / step));
  const steps = { normal: covered, fault: lasts, healed: covered };
  const placed: Placed[] = [];
  const states = new Map<MetricAlarm, State>(parts.map((part) => [part, 'INSUFFICIENT_DATA']));
  const result: Record<keyof Course, State[]> = { normal: [], fault: [], healed: [] };
  let now = 0;
  for (const phase of ['normal', 'fault', 'healed'] as const)
    for (let n = 0; n < steps[phase]; n++) {
      now += step;
      placed.push({ at: now - step / 2, samples: course[phase] });
      for (const part of parts) states.set(part, metricState(part, placed, now, states.get(part)!, more));
      result[phase].push(alarm.kind === 'composite' ? together(alarm, states) : states.get(alarm)!);
    }
  return result;
}

const together = ({ parts }: CompositeAlarm, states: ReadonlyMap<MetricAlarm, State>): State =>
  parts.every((part) => states.get(part) === 'ALARM') ? 'ALARM' : 'OK';
