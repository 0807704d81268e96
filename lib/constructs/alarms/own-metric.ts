import { Duration } from 'aws-cdk-lib/core';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { FunctionName } from '../../../core/contract/functions.ts';
import { METRIC_NAMESPACE, METRICS } from '../../../core/contract/metrics.ts';

/** A metric that a function of ours writes, under the dimensions it writes it with. */
export const ownMetric = (
  stage: string,
  service: FunctionName,
  name: keyof typeof METRICS,
  statistic: string,
  period = Duration.minutes(5),
): Metric =>
  new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: METRICS[name],
    dimensionsMap: { service, stage },
    statistic,
    period,
  });
