import type { Client } from 'pg';
import type { SqlFile } from '../adapters/sql-files.ts';

/**
 * @param now ms since 1970
 * @returns the last day's share of fraud in percent of the 28 days before; null where there is too little to compare
 */
export async function fraudRate(client: Client, measure: SqlFile, now: number): Promise<number | null> {
  const { rows } = await client.query<{ percent: number }>(measure.text, [new Date(now)]);
  return rows[0]?.percent ?? null;
}
