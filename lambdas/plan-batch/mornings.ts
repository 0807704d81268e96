import type { Client } from 'pg';
import { WAREHOUSE_OBJECTIVE } from '../../core/contract/objectives.ts';
import type { SqlFile } from '../adapters/sql-files.ts';
import type { RunEvent } from '../batch/events.ts';

export interface Mornings {
  /** since the plan before this one */
  readonly mornings: number;
  /** those at which the warehouse was older than it may be */
  readonly stale: number;
}

/**
 * How the mornings since the last plan found the warehouse. Asked when a run begins, not when it ends: one that fails
 * must not keep a missed morning to itself.
 *
 * @param freshWithinMinutes how long ago the last run that ended well may have been planned
 */
export async function countMornings(
  client: Client,
  { runId }: RunEvent,
  measure: SqlFile,
  freshWithinMinutes: number,
): Promise<Mornings> {
  const { rows } = await client.query<Mornings & Record<string, unknown>>(measure.text, [
    runId,
    freshWithinMinutes,
    WAREHOUSE_OBJECTIVE.byHourUtc,
  ]);
  return { mornings: rows[0]?.mornings ?? 0, stale: rows[0]?.stale ?? 0 };
}
