import type { Client } from 'pg';
import { shardNumber } from '../../core/contract/position.ts';
import type { StoredAlert } from '../adapters/alert-store.ts';
import { storable } from '../adapters/binary-copy.ts';
import { inTransaction } from '../adapters/postgres.ts';
import type { RunEvent } from '../batch/events.ts';
import { finishJob, type Job, startJob } from '../batch/lineage.ts';
import { EPOCH, OVERLAP_MS } from './overlap.ts';

/** The part of the alert store that extraction needs. */
export interface AlertSource {
  /** pages of the alerts whose updated_at is not before `since`, ascending by (updated_at, alert_id) */
  updatedSince(since: string): AsyncIterable<readonly StoredAlert[]>;
}

export interface Extraction {
  readonly read: number;
  /** alerts that were new, or whose state had changed */
  readonly changed: number;
}

/**
 * Copies new and changed alerts from the alert store, in their latest state. Each page commits together with the
 * watermark and with the note that the facts of its changed alerts must be looked at again.
 */
export async function extractAlerts(client: Client, source: AlertSource, { runId }: RunEvent): Promise<Extraction> {
  const job: Job = { runId, job: 'extract-alerts', source: 'fraud_alerts', target: 'dw.fraud_alerts' };
  await startJob(client, job);
  const sum = { read: 0, changed: 0 };
  for await (const page of source.updatedSince(await since(client))) {
    const last = page.at(-1);
    if (!last) continue;
    sum.read += page.length;
    sum.changed += await inTransaction(client, async () => {
      const changed = await upsert(client, page);
      await advance(client, last, runId);
      return changed;
    });
  }
  await finishJob(client, job, { rowsIn: sum.read, rowsOut: sum.changed });
  return sum;
}

async function since(client: Client): Promise<string> {
  const { rows } = await client.query<{ updated_at: string }>('select updated_at from ops.alert_watermark');
  const watermark = rows[0]?.updated_at;
  return watermark === undefined ? EPOCH : new Date(Date.parse(watermark) - OVERLAP_MS).toISOString();
}

async function advance(client: Client, last: StoredAlert, runId: string): Promise<void> {
  await client.query(
    `insert into ops.alert_watermark as t (updated_at, alert_id, run_id) values ($1, $2, $3)
     on conflict (only_one) do update set
       updated_at = excluded.updated_at, alert_id = excluded.alert_id, run_id = excluded.run_id
     where (excluded.updated_at, excluded.alert_id) > (t.updated_at, t.alert_id)`,
    [last.updated_at, last.alert_id, runId],
  );
}

/** What an alert says never changes; what became of it does. */
const UPSERT = `
with changed as (
  insert into dw.fraud_alerts as t (
    alert_id, subject_kind, user_id, application_id, revision, transaction_id, rule_id, rule_version, severity, reason,
    evidence, policy_id, policy_version, policy_digest, event_time, ingest_time, status, history, created_at,
    updated_at, stream, shard, seq
  )
  select * from jsonb_to_recordset($1::jsonb) as a (
    alert_id text, subject_kind text, user_id text, application_id text, revision bigint, transaction_id text,
    rule_id text, rule_version integer, severity text, reason text, evidence jsonb, policy_id text,
    policy_version text, policy_digest text, event_time timestamptz, ingest_time timestamptz, status text,
    history jsonb, created_at timestamptz, updated_at timestamptz, stream text, shard integer, seq text
  )
  on conflict (alert_id) do update set
    status = excluded.status, history = excluded.history, updated_at = excluded.updated_at
  where excluded.updated_at >= t.updated_at
    and (excluded.status, excluded.history, excluded.updated_at) is distinct from (t.status, t.history, t.updated_at)
  returning alert_id
),
noted as (
  insert into ops.changed_alerts (alert_id) select alert_id from changed on conflict (alert_id) do nothing
)
select count(*)::integer as changed from changed`;

async function upsert(client: Client, page: readonly StoredAlert[]): Promise<number> {
  // A page may hold an alert twice when its state changes while pages are read; its last state counts.
  const latest = new Map(page.map((alert) => [alert.alert_id, alert]));
  const json = JSON.stringify([...latest.values()].map(row), (_key, value: unknown) =>
    typeof value === 'string' ? storable(value) : value,
  );
  const { rows } = await client.query<{ changed: number }>(UPSERT, [json]);
  return rows[0]?.changed ?? 0;
}

const row = (alert: StoredAlert) => ({
  alert_id: alert.alert_id,
  subject_kind: alert.subject.kind,
  user_id: alert.subject.user_id,
  application_id: alert.subject.kind === 'application' ? alert.subject.application_id : null,
  revision: alert.subject.kind === 'application' ? alert.subject.revision : null,
  transaction_id: alert.subject.kind === 'transaction' ? alert.subject.transaction_id : null,
  rule_id: alert.rule_id,
  rule_version: alert.rule_version,
  severity: alert.severity,
  reason: alert.reason,
  evidence: alert.evidence,
  policy_id: alert.policy_id,
  policy_version: alert.policy_version,
  policy_digest: alert.policy_digest,
  event_time: new Date(alert.event_time).toISOString(),
  ingest_time: new Date(alert.arrival).toISOString(),
  status: alert.status,
  history: alert.history,
  created_at: alert.created_at,
  updated_at: alert.updated_at,
  stream: alert.position.stream,
  shard: shardNumber(alert.position.shard),
  seq: alert.position.seq,
});
