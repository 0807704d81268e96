import { type KinesisClient, ListShardsCommand, type Shard } from '@aws-sdk/client-kinesis';
import { setTimeout as sleep } from 'node:timers/promises';
import { Consumer, type Surroundings } from './consumer.ts';
import type { Mapping } from './mapping.ts';
import { ShardFeed } from './shard-feed.ts';

export interface PollerOptions extends Omit<Surroundings, 'hurries'> {
  readonly kinesis: KinesisClient;
  readonly mappings: readonly Mapping[];
}

/** How far one mapping is on one shard. */
export interface ConsumerStatus {
  readonly functionName: string;
  readonly stream: string;
  readonly shard: string;
  /** records that were handed over and done, redelivered ones again */
  readonly delivered: number;
  readonly invocations: number;
  readonly failures: number;
  readonly givenUp: number;
  readonly iteratorAgeMs: number;
}

export interface DrainOptions {
  readonly onProgress?: (status: readonly ConsumerStatus[]) => void;
  readonly signal?: AbortSignal;
}

const PROGRESS_MS = 50;

/** Feeds the streams to the functions, as Lambda's event source mappings do. */
export class Poller {
  private readonly options: PollerOptions;
  private readonly around: Surroundings;
  private readonly feeds = new Map<string, ShardFeed>();
  private readonly consumers: Consumer[] = [];
  private readonly running = new Set<Promise<void>>();
  private draining = 0;
  private opening = 0;
  private stopped = false;

  constructor(options: PollerOptions) {
    this.options = options;
    this.around = { ...options, hurries: () => this.draining > 0 };
  }

  async start(): Promise<void> {
    await Promise.all(this.options.mappings.map((mapping) => this.open(mapping)));
  }

  status(): ConsumerStatus[] {
    return this.consumers.map((consumer) => ({
      functionName: this.options.functions.model(consumer.mapping.functionName).name,
      stream: consumer.mapping.streamName,
      shard: consumer.shard,
      ...consumer.counters,
      iteratorAgeMs: consumer.iteratorAgeMs,
    }));
  }

  /**
   * Resolves when every mapping is done with all that was in the streams when this was called. Until then batching
   * windows are cut short: nobody wants to wait for a batch to fill up that never will.
   */
  async drained(options: DrainOptions = {}): Promise<void> {
    const since = Date.now();
    this.draining++;
    try {
      while (this.opening > 0 || !this.consumers.every((consumer) => consumer.caughtUp(since))) {
        if (this.stopped) throw new Error('the stack was stopped before the streams were drained');
        options.signal?.throwIfAborted();
        options.onProgress?.(this.status());
        await sleep(PROGRESS_MS);
      }
      options.onProgress?.(this.status());
    } finally {
      this.draining--;
    }
  }

  /** Asks the consumers to stop; what they have in flight ends, or fails when the functions are stopped. */
  stop(): void {
    this.stopped = true;
    for (const consumer of this.consumers) consumer.stop();
  }

  /** Resolves when no consumer runs any more; after {@link stop}. */
  async settled(): Promise<void> {
    await Promise.all(this.running);
    this.options.checkpoints.flush();
  }

  /** Starts consumers for shards whose parents are done: a split or merge must not overtake what was before it. */
  private async open(mapping: Mapping): Promise<void> {
    this.opening++;
    try {
      const shards = await this.shards(mapping.streamName);
      const ofShard = (id: string) => this.consumers.filter((c) => c.mapping === mapping && c.shard === id);
      const isDone = (id: string | undefined): boolean =>
        id === undefined ||
        !shards.some(({ ShardId }) => ShardId === id) ||
        (ofShard(id).length > 0 && ofShard(id).every(({ finished }) => finished));
      for (const { ShardId: id = '', ParentShardId, AdjacentParentShardId } of shards) {
        if (this.stopped || ofShard(id).length > 0 || !isDone(ParentShardId) || !isDone(AdjacentParentShardId))
          continue;
        for (let lane = 0; lane < mapping.parallelization; lane++) {
          const consumer = new Consumer(mapping, this.feed(mapping.streamName, id), lane, this.around);
          this.consumers.push(consumer);
          const run = consumer.run().then(() => (consumer.finished && !this.stopped ? this.open(mapping) : undefined));
          this.running.add(run);
          void run.finally(() => this.running.delete(run));
        }
      }
    } finally {
      this.opening--;
    }
  }

  private feed(stream: string, shard: string): ShardFeed {
    const key = `${stream}/${shard}`;
    const feed = this.feeds.get(key) ?? new ShardFeed(this.options.kinesis, stream, shard, this.options.hostility);
    this.feeds.set(key, feed);
    return feed;
  }

  private async shards(stream: string): Promise<Shard[]> {
    const found: Shard[] = [];
    let token: string | undefined;
    do {
      const input = token === undefined ? { StreamName: stream } : { NextToken: token };
      const answer = await this.options.kinesis.send(new ListShardsCommand(input));
      found.push(...(answer.Shards ?? []));
      token = answer.NextToken;
    } while (token !== undefined);
    return found;
  }
}
