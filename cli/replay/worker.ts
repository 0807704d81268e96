import { hash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { Replayer } from '../../core/receipts/replay.ts';
import { isUndecided } from '../../core/receipts/receipt.ts';
import type { ReceiptLine } from '../../core/receipts/receipt-line.ts';
import { S3Objects } from '../../lambdas/adapters/s3-objects.ts';
import { createS3 } from '../../lambdas/runtime/clients.ts';
import type { Unreadable } from '../log/in-order.ts';
import { logRecords, publishedPolicies, receiptLines } from '../log/read.ts';
import type { Group } from '../log/spans.ts';
import { compare, type Finding, type StoredReceipt } from './compare.ts';

/** From the coordinator: one group of shards to replay. null: no more. */
export type Task = Group | null;

export type Message =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly positions: number }
  | {
      readonly kind: 'done';
      readonly equal: number;
      readonly findings: readonly { readonly kind: Finding; readonly shard: string; readonly seq: string }[];
      readonly unreadable: readonly Unreadable[];
    };

const port = parentPort;
if (port === null) throw new Error('this file runs as a worker thread');
const tell = (message: Message): void => port.postMessage(message);
const objects = new S3Objects(createS3(), (workerData as { bucket: string }).bucket);
const book = await publishedPolicies(objects);

const stored = (line: ReceiptLine): StoredReceipt => ({
  seq: line.position.seq,
  shard: line.position.shard,
  digest: line.digest,
  intact: hash('sha256', line.receipt) === line.digest,
  undecided: isUndecided(line.receipt),
});

async function* asStored(runs: AsyncIterable<readonly ReceiptLine[]>): AsyncGenerator<readonly StoredReceipt[]> {
  for await (const run of runs) yield run.map(stored);
}

async function replayGroup(group: Group): Promise<void> {
  const findings: { kind: Finding; shard: string; seq: string }[] = [];
  const unreadable: Unreadable[] = [];
  const onUnreadable = (object: Unreadable): void => void unreadable.push(object);
  const comparison = {
    equal: 0,
    found: (kind: Finding, shard: string, seq: string) => void findings.push({ kind, shard, seq }),
  };
  let told = 0;
  await compare(
    logRecords(objects, group.log, onUnreadable),
    asStored(receiptLines(objects, group.receipts, onUnreadable)),
    new Replayer(book),
    comparison,
    (positions) => {
      tell({ kind: 'progress', positions: positions - told });
      told = positions;
    },
  );
  tell({ kind: 'done', equal: comparison.equal, findings, unreadable });
}

port.on('message', (task: Task) => {
  if (task === null) port.close();
  else
    replayGroup(task).catch((error: unknown) => {
      // An error in a promise would only end this thread with a warning; thrown, it reaches the coordinator.
      setImmediate(() => {
        throw error;
      });
    });
});
tell({ kind: 'ready' });
