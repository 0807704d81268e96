import type { Client } from 'pg';
import { storable } from '../adapters/binary-copy.ts';
import { inTransaction } from '../adapters/postgres.ts';
import type { ReviewStore, StoredReview } from '../adapters/review-store.ts';
import type { RunEvent } from '../batch/events.ts';
import { finishJob, type Job, startJob } from '../batch/lineage.ts';
import { EPOCH, OVERLAP_MS } from './overlap.ts';

export interface ReviewExtraction {
  readonly read: number;
  /** decisions that the warehouse did not have */
  readonly added: number;
}

/**
 * Copies people's decisions that are new. They never change, so the newest that the warehouse has is the watermark, and
 * reading one again, in whatever order, adds nothing.
 */
export async function extractReviews(
  client: Client,
  source: Pick<ReviewStore, 'reviewsSince'>,
  { runId }: RunEvent,
): Promise<ReviewExtraction> {
  const job: Job = { runId, job: 'extract-alerts', source: 'review_decisions', target: 'dw.review_decisions' };
  await startJob(client, job);
  const sum = { read: 0, added: 0 };
  for await (const page of source.reviewsSince(await since(client))) {
    sum.read += page.length;
    sum.added += await inTransaction(client, () => insert(client, page));
  }
  await finishJob(client, job, { rowsIn: sum.read, rowsOut: sum.added });
  return sum;
}

async function since(client: Client): Promise<string> {
  const { rows } = await client.query<{ last: Date | null }>('select max(decided_at) as last from dw.review_decisions');
  const last = rows[0]?.last ?? null;
  return last === null ? EPOCH : new Date(last.getTime() - OVERLAP_MS).toISOString();
}

const INSERT = `
insert into dw.review_decisions (
  review_id, application_id, user_id, revision, decision, reviewer, reason, decided_at, ordinal
)
select * from jsonb_to_recordset($1::jsonb) as r (
  review_id text, application_id text, user_id text, revision bigint, decision text, reviewer text, reason text,
  decided_at timestamptz, ordinal integer
)
on conflict do nothing`;

async function insert(client: Client, page: readonly StoredReview[]): Promise<number> {
  const json = JSON.stringify(page, (_key, value: unknown) => (typeof value === 'string' ? storable(value) : value));
  return (await client.query(INSERT, [json])).rowCount ?? 0;
}
