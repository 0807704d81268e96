import type { StreamName } from '../core/contract/streams.ts';
import type { S3Objects } from '../lambdas/adapters/s3-objects.ts';
import type { Desk } from '../lambdas/adapters/review-desk.ts';
import type { Statement, Table, WarehouseReader } from '../lambdas/adapters/warehouse-reader.ts';
import type { SenderOf } from './produce/sender.ts';
import type { Sent } from './produce/sent.ts';

/** A stack that is up. */
export interface Running {
  /** of the process that hosts it; null where AWS does */
  readonly pid: number | null;
  /** ISO 8601; null where that is not known */
  readonly since: string | null;
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
  /** between two scheduled batches */
  readonly batchIntervalMinutes: number;
  /** a connection of its own for each call; the caller ends it */
  warehouse(): Promise<WarehouseReader>;
  /** Does `work` where people decide on alerts and applications. */
  atDesk<T>(work: (desk: Desk) => Promise<T>): Promise<T>;
  /** reads for many at once; the caller ends it */
  readers(): Promise<Readers>;
  close(): Promise<void>;
}

export interface Readers extends WarehouseReader {
  /** the rows of one statement in blocks of one snapshot; absent where an answer comes whole */
  readonly blocks?: (statement: Statement) => AsyncIterable<Table>;
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

/** What commands that make something happen need: the embedded stack, or a deployed stage. */
export interface Target extends Stores {
  /** what takes the records of a stream there */
  readonly sender: SenderOf;
  /** for people: name → address */
  readonly endpoints: Readonly<Record<string, string>>;
  /** whether others produce there too, so that there are always records on their way */
  readonly shared: boolean;
  /**
   * Resolves when the records lie in the log and were assessed: all that are on the streams now, or, where others
   * produce too, those that were sent.
   */
  drained(onDelivered: OnDelivered, signal: AbortSignal, sent?: Sent): Promise<void>;
  /**
   * @param full whether it looks through the whole log, and not only at what can be new
   * @throws UserError when the workflow fails
   */
  runWorkflow(onState: (state: string) => void, signal: AbortSignal, full?: boolean): Promise<Reconciliation>;
}
