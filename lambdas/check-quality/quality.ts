import type { Client } from 'pg';
import type { SqlFile } from '../adapters/sql-files.ts';
import type { RunEvent } from '../batch/events.ts';
import { finishJob, type Job, startJob } from '../batch/lineage.ts';
import { PipelineError } from '../runtime/errors.ts';

/** Queries of sql/tests/ that must return no rows returned some. */
export class QualityError extends PipelineError {
  /** rows that each failing test returned, by the test's name */
  readonly failures: ReadonlyMap<string, number>;

  constructor(failures: ReadonlyMap<string, number>) {
    const list = [...failures].map(([name, rows]) => `${name} (${rows} ${rows === 1 ? 'key' : 'keys'})`);
    super(`The warehouse breaks what must hold: ${list.join(', ')}. Run the query of sql/tests/ to see the keys.`);
    this.failures = failures;
  }
}

/**
 * Runs every test of sql/tests/.
 *
 * @returns how many tests there were
 * @throws QualityError naming each test that returned rows; the keys themselves may be personal and are not told
 */
export async function checkQuality(client: Client, { runId }: RunEvent, tests: readonly SqlFile[]): Promise<number> {
  const job: Job = { runId, job: 'check-quality', source: 'dw', target: 'sql/tests' };
  await startJob(client, job);
  await client.query(`select set_config('work_mem', '96MB', false)`);
  const failures = new Map<string, number>();
  for (const { name, text } of tests) {
    const { rows } = await client.query<{ keys: number }>(`select count(*)::integer as keys from (${text}) as failing`);
    const keys = rows[0]?.keys ?? 0;
    if (keys > 0) failures.set(name, keys);
  }
  if (failures.size > 0) throw new QualityError(failures);
  await finishJob(client, job, { rowsIn: tests.length, rowsOut: 0 });
  return tests.length;
}
