import { canonicalSeq } from '../../core/contract/position.ts';
import { type KafkaConnection, KafkaPartitions } from './kafka-partitions.ts';
import type { PositionSource, StreamPosition } from './stream-positions.ts';

/** Reads the positions of one topic: its partitions are the shards, and offsets the sequence numbers. */
export class KafkaPositions implements PositionSource {
  readonly #partitions: KafkaPartitions;
  readonly #topic: string;

  constructor(connection: KafkaConnection, topic: string) {
    this.#partitions = new KafkaPartitions(connection);
    this.#topic = topic;
  }

  async shards(): Promise<readonly string[]> {
    return Array.from({ length: await this.#partitions.partitions(this.#topic) }, (_, partition) => String(partition));
  }

  async *positions(shardId: string, after: string | null): AsyncGenerator<readonly StreamPosition[]> {
    const from = after === null ? null : BigInt(after);
    for await (const page of this.#partitions.read(this.#topic, Number(shardId), from))
      yield page.map(({ offset, timestamp }) => ({ seq: canonicalSeq(String(offset)), arrival: timestamp }));
  }
}
