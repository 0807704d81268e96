import type { Client } from 'pg';

/** A row of dw.metadata_table: what a job of a run read and wrote. */
export interface Job {
  readonly runId: string;
  /** the function's name */
  readonly job: string;
  readonly source: string;
  readonly target: string;
}

export interface Outcome {
  readonly rowsIn: number;
  readonly rowsOut: number;
  /** id and version of the policy in force, where the job read one */
  readonly policyVersion?: string;
}

/** Opens the job's row, or opens it again when the step is retried; the time of the first start stays. */
export async function startJob(client: Client, { runId, job, source, target }: Job): Promise<void> {
  await client.query(
    `insert into dw.metadata_table as t (run_id, job, source, target, started, status)
     values ($1, $2, $3, $4, clock_timestamp(), 'running')
     on conflict (run_id, job, source, target) do update set status = 'running', finished = null, detail = null`,
    [runId, job, source, target],
  );
}

/** When the plan of a run was made, in ms since 1970: what it does not list came later. null: there is none. */
export async function plannedAt(client: Client, runId: string): Promise<number | null> {
  const { rows } = await client.query<{ started: Date }>(
    'select started from dw.metadata_table where run_id = $1 and job = $2',
    [runId, runJob(runId).job],
  );
  return rows[0]?.started.getTime() ?? null;
}

/**
 * When the plan of the last run was made that ended well, in ms since 1970: all that was in the bucket by then is in the
 * ledger, or among the objects that could not be read. null: none has ended well yet.
 */
export async function lastCompletePlan(client: Client): Promise<number | null> {
  const { job, source, target } = runJob('');
  const { rows } = await client.query<{ planned: Date | null }>(
    `select max(started) as planned from dw.metadata_table
     where job = $1 and source = $2 and target = $3 and status = 'succeeded'`,
    [job, source, target],
  );
  return rows[0]?.planned?.getTime() ?? null;
}

/** Closes the job's row. Within a transaction it commits with what the job wrote. */
export async function finishJob(client: Client, job: Job, outcome: Outcome): Promise<void> {
  await client.query(
    `update dw.metadata_table
     set status = 'succeeded', finished = clock_timestamp(), rows_in = $5, rows_out = $6, policy_version = $7
     where run_id = $1 and job = $2 and source = $3 and target = $4`,
    [job.runId, job.job, job.source, job.target, outcome.rowsIn, outcome.rowsOut, outcome.policyVersion ?? null],
  );
}

/** Closes every row of the run that is still open, and the run's own, as failed. */
export async function failRun(client: Client, runId: string, detail: string): Promise<void> {
  await client.query(
    `insert into dw.metadata_table as t (run_id, job, source, target, started, status)
     values ($1, $2, $3, $4, clock_timestamp(), 'running')
     on conflict (run_id, job, source, target) do update set status = 'running'`,
    Object.values(runJob(runId)),
  );
  await client.query(
    `update dw.metadata_table set status = 'failed', finished = clock_timestamp(), detail = $2
     where run_id = $1 and status = 'running'`,
    [runId, detail],
  );
}

/** The row of the run as a whole: opened by plan-batch, closed by reconcile or record-failure. */
export const runJob = (runId: string): Job => ({ runId, job: 'batch', source: 'log', target: 'warehouse' });
