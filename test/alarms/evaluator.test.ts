import { describe, expect, it } from 'vitest';
import type { MetricAlarm, State } from './definitions.ts';
import { decide, follow } from './evaluator.ts';
import { evaluate } from './expression.ts';
import type { Sample } from './samples.ts';

const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;

/** `0` within the line, `X` over it, `-` no data; oldest first. */
const range = (points: string): (boolean | undefined)[] =>
  points.split(' ').map((point) => (point === '-' ? undefined : point === 'X'));

/** The tables of CloudWatch's user guide, by their columns; `kept` is the state that the alarm was in. */
const THREE_OF_THREE: readonly [string, ...(State | 'kept')[]][] = [
  ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
  ['- - - - 0', 'OK', 'OK', 'OK', 'OK'],
  ['- - - - -', 'INSUFFICIENT_DATA', 'kept', 'ALARM', 'OK'],
  ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['- - X - -', 'ALARM', 'kept', 'ALARM', 'OK'],
];
const TWO_OF_THREE: readonly [string, ...(State | 'kept')[]][] = [
  ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - X -', 'ALARM', 'kept', 'ALARM', 'OK'],
];

describe.each([
  [3, THREE_OF_THREE],
  [2, TWO_OF_THREE],
])('%i of three points', (datapoints, table) => {
  it.each(table)('%s', (points, ...expected) => {
    for (const [column, missing] of TREATMENTS.entries())
      for (const before of ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const) {
        const state = decide({ name: 'a', datapoints, periods: 3, missing }, range(points), before);
        expect(state, missing).toBe(expected[column] === 'kept' ? before : expected[column]);
      }
  });
});

describe('an expression', () => {
  const a = [1, undefined, 3, 0];
  const b = [2, 2, undefined, 0];
  const none = [undefined, undefined, undefined, undefined];

  it.each<[string, readonly (number | undefined)[]]>([
    ['a + b * 2', [5, undefined, undefined, 0]],
    ['(a + b) * 2', [6, undefined, undefined, 0]],
    ['8 - a - 1', [6, undefined, 4, 7]],
    ['100 * a / b', [50, undefined, undefined, undefined]],
    ['IF(b >= 1, 100 * a / b, 0)', [50, undefined, undefined, 0]],
    ['FILL(a, 0) + FILL(b, 0)', [3, 2, 3, 0]],
    ['FILL(none, 0)', none],
    ['FILL(a, 0) + FILL(none, 0) > 0', none],
    ['IF(FILL(a, 0) > 0 AND FILL(b, 0) == 0, 1, 0)', [0, 0, 1, 0]],
    ['a > 2 OR b == 2', [1, undefined, undefined, 0]],
    ['a / MAX([b, 1])', [0.5, undefined, undefined, 0]],
  ])('%s', (text, expected) => {
    expect(evaluate(text, { a, b, none })).toEqual(expected);
  });

  it.each(['a +', 'RATE(a)', 'c', 'a b', 'a % b', 'IF(a, 1)'])('%s is refused', (text) => {
    expect(() => evaluate(text, { a, b, none })).toThrow(text);
  });
});

describe('an alarm that is followed', () => {
  const sample = (value: number, name = 'n'): Sample => ({ namespace: 's', name, dimensions: { stage: 'x' }, value });
  const alarm: MetricAlarm = {
    kind: 'metric',
    name: 'a',
    metrics: { m: { namespace: 's', name: 'n', dimensions: { stage: 'x' }, statistic: 'Sum', period: 60 } },
    expression: 'm',
    period: 60,
    comparison: 'GreaterThanThreshold',
    threshold: 2,
    datapoints: 2,
    periods: 3,
    missing: 'notBreaching',
    speaks: true,
  };
  const course = { normal: [sample(1)], fault: [sample(1), sample(2)], healed: [sample(1)] };

  it('goes off with the second point over the line and comes back when two of three are within', () => {
    expect(follow(alarm, course, 2, 0)).toEqual({
      normal: ['OK', 'OK', 'OK'],
      fault: ['OK', 'ALARM'],
      healed: ['ALARM', 'OK', 'OK'],
    });
  });

  it('looks at its own metric alone', () => {
    const other = [sample(9, 'other'), { ...sample(9), dimensions: { stage: 'y' } }, { ...sample(9), namespace: 't' }];
    const more = { ...sample(9), dimensions: { stage: 'x', check_type: 'z' } };
    expect(follow(alarm, { ...course, fault: [...other, more] }, 3, 0).fault).toEqual(['OK', 'OK', 'OK']);
  });

  it.each([
    ['Maximum', 2],
    ['Minimum', 1],
    ['Average', 1.5],
    ['SampleCount', 2],
  ])('takes the %s of a period', (statistic, value) => {
    const of = (threshold: number, comparison: string): MetricAlarm => ({
      ...alarm,
      metrics: { m: { ...alarm.metrics['m']!, statistic } },
      datapoints: 1,
      periods: 1,
      threshold,
      comparison,
    });
    expect(follow(of(value, 'GreaterThanOrEqualToThreshold'), course, 1, 0).fault).toEqual(['ALARM']);
    expect(follow(of(value, 'GreaterThanThreshold'), course, 1, 0).fault).toEqual(['OK']);
    expect(follow(of(value, 'LessThanOrEqualToThreshold'), course, 1, 0).fault).toEqual(['ALARM']);
    expect(follow(of(value, 'LessThanThreshold'), course, 1, 0).fault).toEqual(['OK']);
  });

  it('goes on with old points while CloudWatch still retrieves them, and falls silent then', () => {
    const once = { ...alarm, datapoints: 1, periods: 1 };
    expect(follow(once, { ...course, healed: [] }, 1, 2).healed).toEqual(['ALARM', 'ALARM', 'OK']);
    expect(follow(once, { ...course, healed: [] }, 1, 0).healed).toEqual(['OK']);
  });

  it('over two windows speaks while both are over the line', () => {
    const window = (period: number, threshold: number): MetricAlarm => ({
      ...alarm,
      metrics: { m: { ...alarm.metrics['m']!, period } },
      period,
      threshold,
      datapoints: 1,
      periods: 1,
    });
    const both = { kind: 'composite', name: 'b', parts: [window(240, 7), window(60, 2)] } as const;
    expect(follow(both, course, 3, 0)).toEqual({
      normal: ['OK', 'OK', 'OK', 'OK'],
      fault: ['OK', 'ALARM', 'ALARM'],
      healed: ['OK', 'OK', 'OK', 'OK'],
    });
  });
});
