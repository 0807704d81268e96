import {
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  type KinesisClient,
  ListShardsCommand,
  ProvisionedThroughputExceededException,
} from '@aws-sdk/client-kinesis';
import { setTimeout as sleep } from 'node:timers/promises';
import { canonicalSeq } from '../../core/contract/position.ts';

export interface StreamPosition {
  /** canonical */
  readonly seq: string;
  /** ms since 1970 */
  readonly arrival: number;
}

/** The positions of a stream, without the records. */
export interface PositionSource {
  shards(): Promise<readonly string[]>;
  /** Pages of a shard's positions in order, from behind `after` (or the oldest there is) up to the present. */
  positions(shardId: string, after: string | null): AsyncIterable<readonly StreamPosition[]>;
}

/** What a request may bring; Kinesis gives at most this many. */
const PAGE = 10_000;
const THROTTLED_WAIT_MS = 250;

/** Reads the positions of one Kinesis stream. */
export class KinesisPositions implements PositionSource {
  readonly #client: KinesisClient;
  readonly #stream: string;

  constructor(client: KinesisClient, streamName: string) {
    this.#client = client;
    this.#stream = streamName;
  }

  async shards(): Promise<readonly string[]> {
    const ids: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.#client.send(
        new ListShardsCommand(token ? { NextToken: token } : { StreamName: this.#stream }),
      );
      ids.push(...(page.Shards ?? []).map(({ ShardId }) => ShardId!));
      token = page.NextToken;
    } while (token);
    return ids;
  }

  async *positions(shardId: string, after: string | null): AsyncGenerator<readonly StreamPosition[]> {
    let last = after;
    let iterator = await this.#iterator(shardId, last);
    while (iterator) {
      const answer = await this.#read(iterator);
      if (answer === 'throttled') {
        await sleep(THROTTLED_WAIT_MS);
        continue;
      }
      if (answer === 'expired') {
        iterator = await this.#iterator(shardId, last);
        continue;
      }
      const page = answer.records;
      if (page.length > 0) {
        last = page.at(-1)!.seq;
        yield page;
      } else if (answer.atTip) return;
      iterator = answer.next;
    }
  }

  async #iterator(shardId: string, after: string | null): Promise<string | undefined> {
    const from: Pick<GetShardIteratorCommandInput, 'ShardIteratorType' | 'StartingSequenceNumber'> =
      after === null
        ? { ShardIteratorType: 'TRIM_HORIZON' }
        : {
            ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
            // Kinesis wants its number as it gave it, without our leading zeros.
            StartingSequenceNumber: after.replace(/^0+(?=\d)/, ''),
          };
    const { ShardIterator } = await this.#client.send(
      new GetShardIteratorCommand({ StreamName: this.#stream, ShardId: shardId, ...from }),
    );
    return ShardIterator;
  }

  async #read(iterator: string): Promise<Answer | 'throttled' | 'expired'> {
    try {
      const { Records, NextShardIterator, MillisBehindLatest } = await this.#client.send(
        new GetRecordsCommand({ ShardIterator: iterator, Limit: PAGE }),
      );
      return {
        records: (Records ?? []).map(({ SequenceNumber, ApproximateArrivalTimestamp }) => ({
          seq: canonicalSeq(SequenceNumber!),
          arrival: ApproximateArrivalTimestamp!.getTime(),
        })),
        next: NextShardIterator,
        // An empty page alone is not the end on AWS; local servers always answer 0.
        atTip: (MillisBehindLatest ?? 0) === 0,
      };
    } catch (error) {
      if (error instanceof ProvisionedThroughputExceededException) return 'throttled';
      if (error instanceof ExpiredIteratorException) return 'expired';
      throw error;
    }
  }
}

interface Answer {
  readonly records: readonly StreamPosition[];
  readonly next: string | undefined;
  readonly atTip: boolean;
}
