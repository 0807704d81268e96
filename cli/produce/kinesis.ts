import { PutRecordsCommand, type KinesisClient, type PutRecordsResultEntry } from '@aws-sdk/client-kinesis';
import type { Problem } from './source.ts';
import type { Keyed, Send } from './ordered-writer.ts';
import { UserError, messageOf } from '../errors.ts';

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;
/** A stream that takes nothing for so long is reported instead of waited for. */
const PATIENCE_MS = 60_000;

export interface PutOptions {
  readonly onTaken: (records: number) => void;
  /** hears where each of them stands on the stream now */
  readonly onPosition?: (shard: string, seq: string) => void;
  /** hears of records that the stream itself refuses */
  readonly onRefused: (problem: Problem) => void;
  /** waits; a test passes its own */
  readonly sleep?: (ms: number) => Promise<void>;
}

/**
 * A send function over PutRecords. Throttled records are sent again, and only they, until the stream takes them; a
 * request that the stream finds invalid is halved until the records that it refuses are found.
 */
export function putRecords(client: Pick<KinesisClient, 'send'>, streamName: string, options: PutOptions): Send {
  const sleep = options.sleep ?? ((ms) => new Promise<void>((resolve) => setTimeout(resolve, ms)));

  const attempt = async (records: readonly Keyed[]): Promise<PutRecordsResultEntry[]> => {
    const response = await client.send(
      new PutRecordsCommand({
        StreamName: streamName,
        Records: records.map(({ entry, key }) => ({ Data: entry.data, PartitionKey: key })),
      }),
    );
    return response.Records ?? [];
  };

  const send: Send = async (records) => {
    let open = records;
    let wait = FIRST_WAIT_MS;
    let waited = 0;
    while (open.length > 0) {
      let reason: string;
      try {
        const results = await attempt(open);
        if (results.length !== open.length)
          throw new UserError(
            `the stream ${streamName} answered for ${results.length} of ${open.length} records`,
            null,
            1,
          );
        const failed = open.filter((_, index) => results[index]?.ErrorCode !== undefined);
        const taken = open.length - failed.length;
        for (const { ShardId, SequenceNumber } of results)
          if (ShardId !== undefined && SequenceNumber !== undefined) options.onPosition?.(ShardId, SequenceNumber);
        if (taken > 0) {
          options.onTaken(taken);
          waited = 0;
          wait = FIRST_WAIT_MS;
        }
        if (failed.length === 0) return;
        reason = results.find((result) => result.ErrorCode !== undefined)?.ErrorCode ?? '';
        open = failed;
      } catch (error) {
        if (isRefusal(error)) {
          if (open.length === 1) {
            const { entry } = open[0] as Keyed;
            options.onRefused({
              line: entry.line,
              reason: `the stream refuses this record of ${entry.data.length} bytes (${refusalOf(error)})`,
            });
            return;
          }
          const half = open.length >> 1;
          await send(open.slice(0, half));
          await send(open.slice(half));
          return;
        }
        if (!isPassing(error)) throw error;
        reason = messageOf(error) || (error as Error).name;
      }
      if (waited >= PATIENCE_MS)
        throw new UserError(
          `the stream ${streamName} has taken nothing for ${Math.round(waited / 1000)} s: ${reason}`,
          'See `npm run crp -- status`. Producing the same input again is safe: what was sent becomes duplicates.',
          1,
        );
      // Full jitter would let a record be unlucky for long; half keeps a floor under the wait.
      const pause = wait / 2 + Math.random() * (wait / 2);
      waited += pause;
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      await sleep(pause);
    }
  };
  return send;
}

interface ServiceError {
  readonly name?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $retryable?: unknown;
}

/** The request itself is wrong: sending it again changes nothing. */
function isRefusal(error: unknown): boolean {
  const { name = '', $metadata } = error as ServiceError;
  return (
    ['ValidationException', 'InvalidArgumentException', 'SerializationException'].includes(name) ||
    $metadata?.httpStatusCode === 413
  );
}

const refusalOf = (error: unknown): string => {
  const { name = '', $metadata } = error as ServiceError;
  return $metadata?.httpStatusCode === 413 ? 'request too large' : name;
};

function isPassing(error: unknown): boolean {
  const { name = '', code = '', $metadata, $retryable } = error as ServiceError;
  return (
    $retryable !== undefined ||
    ($metadata?.httpStatusCode ?? 0) >= 500 ||
    /Throughput|Throttl|LimitExceeded|InternalFailure|Timeout/.test(name) ||
    ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT'].includes(code)
  );
}
