import { hash } from 'node:crypto';
import { produce } from '../../cli/produce/produce.ts';
import type { Batch } from '../../cli/produce/source.ts';
import { redrive } from '../../cli/redrive/redrive.ts';
import { positionId } from '../../core/contract/position.ts';
import { LOG_PREFIX, objectKey, RECEIPTS_PREFIX } from '../../core/contract/storage.ts';
import { ACTIVITY, APPLICATIONS, STREAM_NAMES } from '../../core/contract/streams.ts';
import type { LogRecord } from '../../core/events/types.ts';
import { giveUp } from '../../core/receipts/assess.ts';
import { parseEnvelopes } from '../../core/receipts/envelope.ts';
import { receiptLine } from '../../core/receipts/receipt-line.ts';
import { readPolicies } from '../../lambdas/adapters/documents.ts';
import type { S3Objects } from '../../lambdas/adapters/s3-objects.ts';
import { putUndecided } from '../../lambdas/adapters/undecided-lists.ts';
import { application, transaction } from '../support/records.ts';
import type { Following } from './feed.ts';
import type { Outcome } from './compare.ts';
import { outcomeOf } from './outcome.ts';
import { throughFunction } from './put-function.ts';
import type { Servers } from './servers.ts';

const CUSTOMERS = 20;

/**
 * Lets new records reach the log and nobody decide them, marks them as the batch does, and has `crp redrive` put them on
 * the topics again: each must then be decided once, at its new position.
 */
export async function redriven(
  servers: Servers,
  before: Outcome,
  follow: (how: Omit<Following, 'connection'>) => Promise<void>,
): Promise<{ readonly sent: number; readonly problems: readonly string[] }> {
  const problems: string[] = [];
  const objects = servers.objects('kafka');
  const sender = throughFunction(servers.broker.connection);
  const batch: Batch = Array.from({ length: CUSTOMERS }, (_, n) => n).flatMap(
    (n): Batch => [
      { stream: APPLICATIONS, data: json(application(`given-up-${n}`, `a${n}`)), line: 2 * n + 1 },
      { stream: ACTIVITY, data: json(transaction(`given-up-${n}`, `t${n}`)), line: 2 * n + 2 },
    ],
  );
  await produce({ title: 'given up', streams: STREAM_NAMES, total: null, batches: () => [batch] }, { sender });
  await follow({ after: lastOf(before.records), logOnly: true });
  const logged = await outcomeOf(servers, 'kafka');
  await mark(objects, new Set(before.records.map(({ position }) => positionId(position))));

  const options = {
    objects,
    sender,
    masked: false,
    onUnreadable: () => problems.push('redrive: an unreadable object'),
  };
  const { sent, refused, held } = await redrive(options);
  const count = STREAM_NAMES.flatMap((stream) => [...sent.shards(stream).values()].flat()).length;
  if (count !== batch.length || refused + held > 0)
    problems.push(`redrive: ${count} of ${batch.length} records sent, ${refused} refused, ${held} held back`);
  const { taken } = await redrive(options);
  if (Object.keys(taken).length > 0) problems.push('redrive: a second one sends records again');

  await follow({ after: lastOf(logged.records) });
  const { records, receipts } = await outcomeOf(servers, 'kafka');
  const dispositions = new Map<string, string[]>();
  for (const { position, data } of records) {
    const { disposition } = JSON.parse(receipts.get(positionId(position)) ?? '{}') as { disposition?: string };
    const of = dispositions.get(data.toString('latin1'));
    if (of) of.push(disposition ?? 'none');
    else dispositions.set(data.toString('latin1'), [disposition ?? 'none']);
  }
  for (const { stream, data, line } of batch) {
    const of = dispositions.get(data.toString('latin1'))?.sort().join(', ');
    if (of !== 'decided, undecided') problems.push(`redrive: record ${line} of ${stream} is ${of}`);
  }
  return { sent: count, problems };
}

const json = (value: object): Buffer => Buffer.from(JSON.stringify(value));

/** The last position of each partition. */
function lastOf(records: readonly LogRecord[]): Record<string, string> {
  const last: Record<string, string> = {};
  for (const { position } of records) {
    const id = `${position.stream}/${position.shard}`;
    if (position.seq > (last[id] ?? '')) last[id] = position.seq;
  }
  return last;
}

/** What mark-undecided writes for objects of the log without receipts; it finds them in the warehouse, which is not here. */
async function mark(objects: S3Objects, decided: ReadonlySet<string>): Promise<void> {
  const { book } = await readPolicies(objects);
  for await (const log of objects.listKeys(`${LOG_PREFIX}/`)) {
    const open = [...parseEnvelopes(await objects.getGunzipped(log))].filter(
      ({ position }) => !decided.has(positionId(position)),
    );
    const [first] = open;
    if (first === undefined) continue;
    const { stream, shard } = first.position;
    const seqs = open.map(({ position }) => position.seq);
    const content = open.map((record) => receiptLine(giveUp(record, book.inForce(record.arrival)), 'test')).join('');
    const receipts = objectKey({
      prefix: RECEIPTS_PREFIX,
      stream,
      shard,
      first: seqs[0]!,
      last: seqs.at(-1)!,
      arrival: first.arrival,
      digest: hash('sha256', content),
    });
    await putUndecided(objects, { v: 1, stream, shard, seqs, log, receipts });
    await objects.putGzipped(receipts, content);
  }
}
