import type { KinesisClient } from '@aws-sdk/client-kinesis';
import type pg from 'pg';
import type { StreamName } from '../core/contract/streams.ts';
import type { S3Objects } from '../lambdas/adapters/s3-objects.ts';

/** A stack that is up. */
export interface Running {
  readonly pid: number;
  readonly since: string;
  /** for people: name → address */
  readonly endpoints: Readonly<Record<string, string>>;
}

/** What commands that look at results need: the log bucket and the warehouse, of a stage that may be at rest. */
export interface Stores {
  /** for people: the data directory or the stage's name */
  readonly title: string;
  /** the stack that serves these stores, unless they were started for this command alone */
  readonly running: Running | null;
  /** environment in which an SDK client of another thread finds the same services */
  readonly env: Readonly<Record<string, string>>;
  /** the bucket with log, receipts and published documents */
  objects(): S3Objects;
  /** a connection of its own for each call; the caller ends it */
  pg(): Promise<pg.Client>;
  close(): Promise<void>;
}

/** What the last batch found, as the workflow returns it. */
export interface Reconciliation {
  readonly pending: number;
  readonly missing: number;
  readonly unexpected: number;
  readonly parityDifferences: number;
  /** positions of each kind, as far as the workflow names them */
  readonly examples: Readonly<Record<string, readonly unknown[]>>;
}

/** How many records of a stream one of its consumers has done, redelivered ones counted again. */
export type OnDelivered = (consumer: string, stream: StreamName, delivered: number) => void;

/** What commands that make something happen need. The embedded stack is one; a deployed stage will be another. */
export interface Target extends Stores {
  readonly kinesis: KinesisClient;
  /** what a stream is called there */
  streamName(stream: StreamName): string;
  /** for people: name → address */
  readonly endpoints: Readonly<Record<string, string>>;
  /** resolves when every record that is on the streams now lies in the log and was assessed */
  drained(onDelivered: OnDelivered, signal: AbortSignal): Promise<void>;
  /** @throws UserError when the workflow fails */
  runWorkflow(onState: (state: string) => void, signal: AbortSignal): Promise<Reconciliation>;
}
