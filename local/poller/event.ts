import type { Invocation } from '../functions/environment.ts';
import type { Mapping } from './mapping.ts';

/** A record as it was read; the data stays in base64, which is what the function is given. */
export interface ShardRecord {
  readonly seq: string;
  readonly partitionKey: string;
  readonly data: string;
  /** ms since 1970 */
  readonly arrival: number;
}

/** Most bytes of an event; Lambda refuses more. */
export const MAX_EVENT_BYTES = 6 * 1024 * 1024;
/** What a record costs in the event beside its data. */
const OVERHEAD_BYTES = 700;

export const eventBytes = (record: ShardRecord): number =>
  record.data.length + record.partitionKey.length * 2 + OVERHEAD_BYTES;

/** @returns how many of the records, from the first, make one event: at least one */
export function cut(records: readonly ShardRecord[], batchSize: number): number {
  let bytes = 0;
  let count = 0;
  for (const record of records) {
    bytes += eventBytes(record);
    if (count === batchSize || (count > 0 && bytes > MAX_EVENT_BYTES)) break;
    count++;
  }
  return count;
}

/** The event exactly as Lambda makes it of a batch of one shard. */
export function kinesisEvent(records: readonly ShardRecord[], shard: string, mapping: Mapping): string {
  const [, , , awsRegion, account] = mapping.streamArn.split(':');
  return JSON.stringify({
    Records: records.map((record) => ({
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: record.partitionKey,
        sequenceNumber: record.seq,
        data: record.data,
        approximateArrivalTimestamp: record.arrival / 1000,
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `${shard}:${record.seq}`,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: `arn:aws:iam::${account}:role/local`,
      awsRegion,
      eventSourceARN: mapping.streamArn,
    })),
  });
}

export interface Verdict {
  /** how many records from the first are done */
  readonly done: number;
  /** the function failed as a whole, rather than naming a record: such a batch is halved when the mapping says so */
  readonly broke: boolean;
}

/**
 * What became of a batch, by Lambda's rules: an error fails it whole; without ReportBatchItemFailures anything else is
 * success; with it, an empty or missing list is success, and an identifier that is not of the batch, or an answer that
 * is no such list, fails it whole.
 */
export function judge(records: readonly ShardRecord[], mapping: Mapping, { outcome }: Invocation): Verdict {
  const broke: Verdict = { done: 0, broke: true };
  if (outcome.error !== undefined) return broke;
  const succeeded: Verdict = { done: records.length, broke: false };
  if (!mapping.reportsItems) return succeeded;
  const answer = parse(outcome.payload);
  if (answer === null || answer === '') return succeeded;
  if (typeof answer !== 'object') return broke;
  const failures = (answer as { batchItemFailures?: unknown }).batchItemFailures ?? [];
  if (!Array.isArray(failures)) return broke;
  let done = records.length;
  for (const failure of failures as ({ itemIdentifier?: unknown } | null)[]) {
    const index = records.findIndex(({ seq }) => seq === failure?.itemIdentifier);
    if (index === -1) return broke;
    done = Math.min(done, index);
  }
  return { done, broke: false };
}

/** @returns undefined for what is not JSON */
function parse(payload: string): unknown {
  try {
    return payload === '' ? null : JSON.parse(payload);
  } catch {
    return undefined;
  }
}
