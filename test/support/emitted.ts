import { readFileSync } from 'node:fs';
import { METRIC_NAMESPACE } from '../../core/contract/metrics.ts';
import type { Dimensions, MetricName } from '../../lambdas/runtime/metrics.ts';

interface Embedded {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
  readonly [key: string]: unknown;
}

/**
 * The values of a metric that CloudWatch would take from a function's log: lines of embedded metric format whose
 * dimensions are these and no others.
 */
export function emitted(logFile: string, name: MetricName, dimensions: Dimensions): number[] {
  return readFileSync(logFile, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{"_aws"'))
    .map((line) => JSON.parse(line) as Embedded)
    .filter(({ _aws, ...values }) =>
      _aws.CloudWatchMetrics.some(
        ({ Namespace, Dimensions: [keys = []], Metrics }) =>
          Namespace === METRIC_NAMESPACE &&
          Metrics.some(({ Name }) => Name === name) &&
          keys.length === Object.keys(dimensions).length &&
          Object.entries(dimensions).every(([key, value]) => keys.includes(key) && values[key] === value),
      ),
    )
    .flatMap((line) => line[name] as number | number[]);
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
