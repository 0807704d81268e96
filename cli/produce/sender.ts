import type { PutAnswer } from '../../core/contract/put-records.ts';
import type { StreamName } from '../../core/contract/streams.ts';
import type { Keyed, Send, WriterLimits } from './ordered-writer.ts';
import type { Problem } from './source.ts';
import { UserError, messageOf } from '../errors.ts';

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;
/** A stream that takes nothing for so long is reported instead of waited for. */
const PATIENCE_MS = 60_000;

/** What takes records for one stream: Kinesis itself, or a function beside the brokers of Kafka. */
export interface Sender {
  /** of the stream, for people */
  readonly name: string;
  /** @default those of PutRecords */
  readonly limits?: WriterLimits;
  /**
   * @returns an answer for each record, in their order
   * @throws where it takes none of them
   */
  put(records: readonly Keyed[]): Promise<readonly PutAnswer[]>;
}

export type SenderOf = (stream: StreamName) => Sender;

export interface SendOptions {
  readonly onTaken: (records: number) => void;
  /** hears where each of them stands on the stream now */
  readonly onPosition?: (shard: string, seq: string) => void;
  /** hears of records that the stream itself refuses */
  readonly onRefused: (problem: Problem) => void;
  /** waits; a test passes its own */
  readonly sleep?: (ms: number) => Promise<void>;
}

/**
 * A send function over a sender. Records that were not taken are sent again, and only they, until the stream takes them;
 * a request that is found invalid is halved until the records that are refused are found.
 */
export function sendBy(sender: Sender, options: SendOptions): Send {
  const sleep = options.sleep ?? ((ms) => new Promise<void>((resolve) => setTimeout(resolve, ms)));
  const refuse = ({ entry }: Keyed, reason: string): void =>
    options.onRefused({
      line: entry.line,
      reason: `the stream refuses this record of ${entry.data.length} bytes (${reason})`,
    });

  const send: Send = async (records) => {
    let open = records;
    let wait = FIRST_WAIT_MS;
    let waited = 0;
    while (open.length > 0) {
      let reason: string;
      const began = Date.now();
      try {
        const answers = await sender.put(open);
        if (answers.length !== open.length)
          throw new UserError(
            `the stream ${sender.name} answered for ${answers.length} of ${open.length} records`,
            null,
            1,
          );
        const failed: Keyed[] = [];
        let taken = 0;
        for (const [index, { position, again, refused }] of answers.entries()) {
          const record = open[index] as Keyed;
          if (refused !== undefined) refuse(record, refused);
          else if (again !== undefined) failed.push(record);
          else {
            taken += 1;
            if (position !== undefined) options.onPosition?.(position.shard, position.seq);
          }
        }
        if (taken > 0) options.onTaken(taken);
        if (failed.length < open.length) {
          waited = 0;
          wait = FIRST_WAIT_MS;
        }
        if (failed.length === 0) return;
        reason = answers.find(({ again }) => again !== undefined)?.again ?? '';
        open = failed;
      } catch (error) {
        if (isRefusal(error)) {
          if (open.length === 1) return refuse(open[0] as Keyed, refusalOf(error));
          const half = open.length >> 1;
          await send(open.slice(0, half));
          await send(open.slice(half));
          return;
        }
        if (!isPassing(error)) throw error;
        reason = messageOf(error) || (error as Error).name;
      }
      // A request may itself take long to fail: a function gives its brokers some time.
      waited += Date.now() - began;
      if (waited >= PATIENCE_MS)
        throw new UserError(
          `the stream ${sender.name} has taken nothing for ${Math.round(waited / 1000)} s: ${reason}`,
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
    /Throughput|Throttl|LimitExceeded|TooManyRequests|InternalFailure|Timeout/.test(name) ||
    ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT'].includes(code)
  );
}
