import { ACTIVITY, APPLICATIONS, type StreamName } from '../../core/contract/streams.ts';
import type { Assumed } from './assumptions.ts';
import { CostError } from './prices.ts';
import { at, reader } from './read.ts';
import { ofType, referredTo, type Resource, type Stage } from './stage.ts';
import { partitionsOf } from './streams.ts';
import { SECONDS } from './time.ts';

/** What carries the records. */
export type CarrierKind =
  | 'kinesis-provisioned'
  | 'kinesis-on-demand'
  | 'msk-serverless'
  | 'msk-standard'
  | 'msk-express'
  /** somebody else’s cluster, and bill */
  | 'msk-existing';

export interface Carrier {
  readonly kind: CarrierKind;
  /** shards or partitions of a stream */
  readonly lanes: number;
  readonly retentionHours: number;
}

export function carrierOf(stage: Stage, assumed: Assumed): Carrier {
  const [stream] = ofType(stage, 'AWS::Kinesis::Stream');
  const retentionHours = stage.settings.streamRetentionHours;
  if (stream !== undefined) {
    const read = reader(stream);
    if (read.text('StreamModeDetails.StreamMode', 'PROVISIONED') === 'ON_DEMAND')
      return { kind: 'kinesis-on-demand', lanes: assumed.onDemandShards, retentionHours };
    return { kind: 'kinesis-provisioned', lanes: read.number('ShardCount'), retentionHours };
  }
  const lanes = Math.ceil(partitionsOf(stage) / 2);
  if (ofType(stage, 'AWS::MSK::ServerlessCluster').length > 0) return { kind: 'msk-serverless', lanes, retentionHours };
  const [cluster] = ofType(stage, 'AWS::MSK::Cluster');
  if (cluster === undefined) return { kind: 'msk-existing', lanes, retentionHours };
  const express = reader(cluster).text('BrokerNodeGroupInfo.InstanceType').startsWith('express.');
  return { kind: express ? 'msk-express' : 'msk-standard', lanes, retentionHours };
}

export interface FunctionFacts {
  readonly name: string;
  readonly memoryGb: number;
  readonly arm: boolean;
  readonly traced: boolean;
}

/** Functions of the pipeline by name; those that CDK brings have none. */
export function functionsOf(stage: Stage): ReadonlyMap<string, FunctionFacts> {
  const facts = ofType(stage, 'AWS::Lambda::Function').flatMap((resource) => {
    const fact = factsOf(resource);
    return fact === null ? [] : [[fact.name, fact] as const];
  });
  return new Map(facts);
}

function factsOf(resource: Resource): FunctionFacts | null {
  const name = at(resource.properties, 'Environment.Variables.POWERTOOLS_SERVICE_NAME');
  if (typeof name !== 'string') return null;
  return {
    name,
    memoryGb: reader(resource).number('MemorySize', 128) / 1024,
    arm: reader(resource).list('Architectures').includes('arm64'),
    traced: at(resource.properties, 'TracingConfig.Mode') === 'Active',
  };
}

/** A function that follows a stream, and how often it is called. */
export interface Consumer {
  readonly of: FunctionFacts;
  readonly stream: StreamName;
  readonly records: number;
  readonly calls: number;
  readonly recordsPerCall: number;
}

/**
 * How records gather into invocations. They come at random moments; a lane (a shard, a partition, or a part of one by
 * customer) waits a window from the first, so an invocation has that one and what comes in the window: 1 + rate × window.
 */
export function consumersOf(
  stage: Stage,
  carrier: Carrier,
  records: Readonly<Record<StreamName, { readonly count: number; readonly bytes: number }>>,
  assumed: Assumed,
): readonly Consumer[] {
  const functions = functionsOf(stage);
  const kafka = carrier.kind.startsWith('msk');
  const archived: StreamName[] = [];
  return ofType(stage, 'AWS::Lambda::EventSourceMapping').map((mapping) => {
    const target = referredTo(stage, mapping, mapping.properties['FunctionName']);
    const of = target === undefined ? undefined : functions.get(factsOf(target)?.name ?? '');
    if (of === undefined) throw new CostError(`${mapping.name}: the function that it calls is none of the pipeline’s`);
    const stream = streamOf(of.name, archived);
    if (of.name === 'archive-log') archived.push(stream);
    const { count, bytes } = records[stream];
    const read = reader(mapping);
    const lanes = carrier.lanes * (kafka ? 1 : read.number('ParallelizationFactor', 1));
    const window = Math.max(
      read.number('MaximumBatchingWindowInSeconds', 0),
      kafka ? assumed.kafkaPollSeconds : assumed.kinesisPollSeconds,
    );
    const recordsPerCall = Math.min(
      1 + (count / SECONDS / lanes) * window,
      read.number('BatchSize', 100),
      assumed.batchBytes / ((bytes * 4) / 3 + 300),
    );
    return { of, stream, records: count, recordsPerCall, calls: count / recordsPerCall };
  });
}

function streamOf(name: string, archived: readonly StreamName[]): StreamName {
  if (name === 'detect-fraud') return APPLICATIONS;
  if (name === 'track-activity') return ACTIVITY;
  if (name === 'archive-log') return archived.length === 0 ? APPLICATIONS : ACTIVITY;
  throw new CostError(`which stream does ${name} follow?`);
}
