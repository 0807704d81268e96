import { Duration } from 'aws-cdk-lib/core';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { PipelineFunction } from '../pipeline-function.ts';
import { type AlarmSet, expression } from './alarm-set.ts';

/** Percent of its time-out that a call may take. */
const MOST_OF_THE_TIMEOUT = 0.8;

/** Whether functions fail, are refused, or come near their time-out. */
export function addFunctionAlarms(alarms: AlarmSet, functions: readonly PipelineFunction[]): void {
  for (const { name, function: fn } of functions) {
    alarms.add('function-errors', name, {
      metric: expression('100 * errors / MAX([invocations, 1])', metricsOf(fn), `${name}: calls that fail, %`),
      urgency: 'warn',
      above: 1,
      of: 3,
      m: 2,
      missing: 'is fine', // not called
      meaning: `More than 1 % of the calls of ${name} fail.`,
    });
    alarms.add('function-throttled', name, {
      metric: fn.metricThrottles({ statistic: 'Sum', period: Duration.minutes(5) }) as Metric,
      urgency: 'warn',
      above: 0,
      of: 3,
      m: 2,
      missing: 'is fine', // not called
      meaning: `Lambda refuses calls of ${name}: the account's concurrency is used up.`,
    });
    const seconds = fn.timeout?.toSeconds() ?? 0;
    alarms.add('function-slow', name, {
      metric: fn.metricDuration({ statistic: 'p99', period: Duration.minutes(5) }) as Metric,
      urgency: 'warn',
      above: seconds * 1000 * MOST_OF_THE_TIMEOUT,
      of: 3,
      m: 2,
      missing: 'is fine', // not called
      meaning: `${name} comes near its time-out of ${seconds} s.`,
    });
  }
}

const metricsOf = (fn: IFunction): Readonly<Record<string, Metric>> => ({
  errors: fn.metricErrors({ statistic: 'Sum', period: Duration.minutes(5) }) as Metric,
  invocations: fn.metricInvocations({ statistic: 'Sum', period: Duration.minutes(5) }) as Metric,
});
