import type { StreamName } from '../../core/contract/streams.ts';

/** One record on its way to a stream. */
export interface Entry {
  readonly stream: StreamName;
  readonly data: Buffer;
  /** the partition key @default the customer's, read from the data */
  readonly key?: string;
  /** where it comes from: the line of the file, or the number of the generated record; the first is 1 */
  readonly line: number;
}

export type Batch = readonly Entry[];

/** A line that is not sent, or that the stream did not take. Its content is not repeated: it may be personal. */
export interface Problem {
  readonly line: number;
  readonly reason: string;
}

/** Where records come from. Batches are read one after the other, and only as fast as the streams take them. */
export interface Source {
  /** for people: `nasty.ndjson`, `generated: realistic, 10,000 applications …` */
  readonly title: string;
  /** the file that it reads; absent where records are generated */
  readonly file?: string;
  readonly streams: readonly StreamName[];
  /** how many records there will be, where that is known */
  readonly total: number | null;
  batches(onProblem: (problem: Problem) => void): AsyncIterable<Batch> | Iterable<Batch>;
}
