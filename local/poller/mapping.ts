import type { MappingModel } from '../assembly/model.ts';
import { LocalError } from '../errors.ts';

/** An event source mapping's settings, with Lambda's defaults; times in ms. */
export interface Mapping {
  readonly id: string;
  readonly functionName: string;
  readonly streamArn: string;
  readonly streamName: string;
  readonly start: 'TRIM_HORIZON' | 'LATEST';
  readonly batchSize: number;
  readonly windowMs: number;
  readonly parallelization: number;
  readonly maxRetries: number;
  readonly maxAgeMs: number;
  readonly bisects: boolean;
  readonly reportsItems: boolean;
  /** bucket of what is given up */
  readonly failureBucket: string | undefined;
}

/** What would change which records a function sees, and is not done here. */
const REFUSED = ['FilterCriteria', 'TumblingWindowInSeconds', 'StartingPositionTimestamp', 'SelfManagedEventSource'];

/** Lambda's way to say that there is no bound. */
const unlimited = (value: number): number => (value < 0 ? Number.POSITIVE_INFINITY : value);

/**
 * @returns undefined for a mapping that is switched off
 * @throws LocalError naming the mapping, for whatever the local poller cannot honour
 */
export function readMapping({ id, properties }: MappingModel): Mapping | undefined {
  if (properties['Enabled'] === false) return undefined;
  const refuse = (what: string): never => {
    throw new LocalError(
      `the local poller cannot honour ${what} (event source ${id})`,
      'leave it out of the local stage',
    );
  };
  for (const name of REFUSED) if (properties[name] !== undefined) refuse(name);
  const streamArn = String(properties['EventSourceArn']);
  if (!/^arn:aws:kinesis:[^:]+:\d+:stream\/[^/]+$/.test(streamArn)) refuse(`the event source ${streamArn}`);
  const start = String(properties['StartingPosition']);
  if (start !== 'TRIM_HORIZON' && start !== 'LATEST') refuse(`the starting position ${start}`);
  const types = (properties['FunctionResponseTypes'] ?? []) as string[];
  const destination = (properties['DestinationConfig'] as { OnFailure?: { Destination?: string } } | undefined)
    ?.OnFailure?.Destination;
  if (destination !== undefined && !destination.startsWith('arn:aws:s3:::'))
    refuse(`the failure destination ${destination}`);
  const number = (name: string, otherwise: number): number => Number(properties[name] ?? otherwise);
  return {
    id,
    functionName: String(properties['FunctionName']),
    streamArn,
    streamName: streamArn.slice(streamArn.indexOf('/') + 1),
    start: start as Mapping['start'],
    batchSize: number('BatchSize', 100),
    windowMs: number('MaximumBatchingWindowInSeconds', 0) * 1000,
    parallelization: number('ParallelizationFactor', 1),
    maxRetries: unlimited(number('MaximumRetryAttempts', -1)),
    maxAgeMs: unlimited(number('MaximumRecordAgeInSeconds', -1)) * 1000,
    bisects: properties['BisectBatchOnFunctionError'] === true,
    reportsItems: types.includes('ReportBatchItemFailures'),
    failureBucket: destination?.slice('arn:aws:s3:::'.length),
  };
}
