import { CostError, type Charge } from './prices.ts';
import { at, reader } from './read.ts';
import type { Properties, Resource } from './stage.ts';

const STANDARD = 'cloudwatch.alarm-metric';
const HIGH_RESOLUTION = 'cloudwatch.high-resolution-alarm-metric';

/** An alarm costs by the metrics it looks at; a band of the expected is two more, its upper and its lower edge. */
export function priceAlarm(resource: Resource): readonly Charge[] {
  const read = reader(resource);
  if (!read.has('Metrics')) return [charge('metric', 1, read.number('Period', 60))];
  const queries = read.list('Metrics') as readonly Properties[];
  const expressions = queries.map((query) => at(query, 'Expression')).filter((text) => typeof text === 'string');
  if (expressions.some((text) => /^\s*select\b/i.test(text)))
    throw new CostError(`${resource.name}: an alarm on a query of metrics costs by what the query finds`);
  const metrics = queries.filter((query) => at(query, 'MetricStat') !== undefined);
  const bands = expressions.filter((text) => text.includes('ANOMALY_DETECTION_BAND')).length;
  const period = Math.min(...metrics.map((query) => Number(at(query, 'MetricStat.Period') ?? 60)));
  const what = bands > 0 ? 'metrics with the band of the expected' : 'metrics';
  return [charge(what, metrics.length + 2 * bands, period)];
}

const charge = (what: string, quantity: number, period: number): Charge => ({
  what,
  quantity,
  price: period < 60 ? HIGH_RESOLUTION : STANDARD,
});

export function priceMetricFilter(resource: Resource): readonly Charge[] {
  const made = reader(resource).list('MetricTransformations').length;
  return [{ what: 'metrics made of log lines', quantity: made, price: 'cloudwatch.metric' }];
}
