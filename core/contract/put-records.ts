import type { StreamName } from './streams.ts';

/** What one request to put records may hold; Kinesis has the same bounds. */
export const MOST_RECORDS = 500;
export const MOST_RECORD_BYTES = 1024 * 1024;
export const LONGEST_KEY = 256;

/** What the function put-records is called with: records for one stream. */
export interface PutRequest {
  readonly stream: StreamName;
  readonly records: ReadonlyArray<{
    /** the partition key, see partition-key.ts */
    readonly key: string;
    /** base64 of the record's bytes */
    readonly data: string;
  }>;
}

/** What became of one record of a request; it was taken unless it says otherwise. */
export interface PutAnswer {
  /** where it stands on the stream now */
  readonly position?: { readonly shard: string; readonly seq: string };
  /** why it was not taken this time: the same record may be taken the next */
  readonly again?: string;
  /** why it is never taken */
  readonly refused?: string;
}

/** What put-records answers: for each record, in their order. */
export interface PutAnswers {
  readonly answers: readonly PutAnswer[];
}
