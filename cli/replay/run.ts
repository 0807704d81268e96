import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { LOG_PREFIX, RECEIPTS_PREFIX } from '../../core/contract/storage.ts';
import type { StreamName } from '../../core/contract/streams.ts';
import type { S3Objects } from '../../lambdas/adapters/s3-objects.ts';
import { Interrupted } from '../errors.ts';
import type { Unreadable } from '../log/in-order.ts';
import { listSpans, publishedPolicies } from '../log/read.ts';
import { groups, type Group } from '../log/spans.ts';
import type { Message, Task } from './worker.ts';

/** Positions as `stream/shard/seq`, ascending. */
export interface ReplayResult {
  readonly equal: number;
  /** the stored receipt is not what the log and the policies give */
  readonly different: readonly string[];
  /** in the log, without a receipt */
  readonly missing: readonly string[];
  /** with a receipt, not in the log */
  readonly unlogged: readonly string[];
  /** objects of the log or the receipts that cannot be read */
  readonly unreadable: readonly Unreadable[];
}

export interface ReplayOptions {
  readonly objects: S3Objects;
  /** environment in which a worker's own S3 client finds the bucket */
  readonly env: Readonly<Record<string, string>>;
  readonly workers?: number;
  readonly onProgress?: (positions: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Recomputes every receipt from the log and the published policies alone, on worker threads, and compares it with what
 * is stored. Never asks DynamoDB or Postgres; of a receipt it reads the position and the digest.
 */
export async function replay(options: ReplayOptions): Promise<ReplayResult> {
  const unreadable: Unreadable[] = [];
  const onUnreadable = (object: Unreadable): void => void unreadable.push(object);
  await publishedPolicies(options.objects);
  const spans = [
    ...(await listSpans(options.objects, LOG_PREFIX, onUnreadable)),
    ...(await listSpans(options.objects, RECEIPTS_PREFIX, onUnreadable)),
  ];
  // The largest first, so that no thread starts a long group when the others are done.
  const queue = groups(spans).sort((x, y) => y.log.length - x.log.length);
  const found: Record<'different' | 'missing' | 'unlogged', string[]> = { different: [], missing: [], unlogged: [] };
  let equal = 0;
  let positions = 0;
  const threads = Math.min(queue.length, options.workers ?? Math.min(8, availableParallelism()));
  await Promise.all(
    Array.from({ length: threads }, () =>
      work(queue, options, (message, group) => {
        if (message.kind === 'progress') {
          positions += message.positions;
          options.onProgress?.(positions);
        } else if (message.kind === 'done') {
          equal += message.equal;
          unreadable.push(...message.unreadable);
          for (const { kind, shard, seq } of message.findings) found[kind].push(name(group.stream, shard, seq));
        }
      }),
    ),
  );
  for (const list of Object.values(found)) list.sort();
  return { equal, ...found, unreadable };
}

const name = (stream: StreamName, shard: string, seq: string): string => `${stream}/${shard}/${seq}`;

/** One thread: takes groups from the queue until it is empty. */
function work(
  queue: Group[],
  options: ReplayOptions,
  onMessage: (message: Message, group: Group) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { bucket: options.objects.bucket },
      env: { ...process.env, ...options.env },
    });
    let group: Group | undefined;
    const abort = (): void => void worker.terminate().then(() => reject(new Interrupted()));
    options.signal?.addEventListener('abort', abort, { once: true });
    worker.on('message', (message: Message) => {
      if (group !== undefined) onMessage(message, group);
      if (message.kind === 'progress') return;
      group = queue.shift();
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      worker.postMessage((group ?? null) satisfies Task);
    });
    worker.on('error', reject);
    worker.on('exit', (code) => {
      options.signal?.removeEventListener('abort', abort);
      if (code === 0) resolve();
      else reject(new Error(`a replay thread ended with code ${code}`));
    });
  });
}
