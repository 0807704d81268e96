import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { METRIC_DIMENSIONS, METRICS } from '../../core/contract/metrics.ts';

export type MetricName = (typeof METRICS)[keyof typeof METRICS];
export type Dimensions = Readonly<Partial<Record<(typeof METRIC_DIMENSIONS)[number], string>>>;

/** Collects the figures of one invocation; nothing is written before `flush`. */
export interface Meter {
  /** Adds to a count; of one name and dimensions the counts of an invocation are summed. Zero is a figure too. */
  count(name: MetricName, value?: number, dimensions?: Dimensions): void;
  /** A duration in seconds; each call is one value of the metric. */
  seconds(name: MetricName, value: number, dimensions?: Dimensions): void;
  /** Writes one line of embedded metric format for each set of dimensions, and starts anew. */
  flush(): void;
}

interface MetricsEnv {
  readonly POWERTOOLS_SERVICE_NAME: string;
  readonly POWERTOOLS_METRICS_NAMESPACE: string;
  readonly STAGE: string;
}

interface Group {
  readonly dimensions: Record<string, string>;
  readonly counts: Map<MetricName, number>;
  readonly durations: Array<readonly [MetricName, number]>;
}

export function createMeter(env: MetricsEnv): Meter {
  const powertools = new Metrics({
    namespace: env.POWERTOOLS_METRICS_NAMESPACE,
    serviceName: env.POWERTOOLS_SERVICE_NAME,
    defaultDimensions: { stage: env.STAGE },
  });
  const groups = new Map<string, Group>();
  const group = (dimensions: Dimensions): Group => {
    const key = JSON.stringify(dimensions);
    let found = groups.get(key);
    if (!found) groups.set(key, (found = { dimensions: { ...dimensions }, counts: new Map(), durations: [] }));
    return found;
  };
  return {
    count(name, value = 1, dimensions = {}) {
      const { counts } = group(dimensions);
      counts.set(name, (counts.get(name) ?? 0) + value);
    },
    seconds(name, value, dimensions = {}) {
      group(dimensions).durations.push([name, value]);
    },
    flush() {
      for (const { dimensions, counts, durations } of groups.values()) {
        for (const [name, value] of Object.entries(dimensions)) powertools.addDimension(name, value);
        for (const [name, value] of counts) powertools.addMetric(name, MetricUnit.Count, value);
        for (const [name, value] of durations) powertools.addMetric(name, MetricUnit.Seconds, value);
        powertools.publishStoredMetrics();
      }
      groups.clear();
    },
  };
}
