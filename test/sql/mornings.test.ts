import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readSqlFiles } from '../../lambdas/adapters/sql-files.ts';
import { countMornings } from '../../lambdas/plan-batch/mornings.ts';
import { startPostgres, type TestServer } from '../support/postgres.ts';
import { TestWarehouse } from '../support/warehouse.ts';

/** 06:00 UTC of a day */
const SIX = Date.UTC(2026, 5, 30, 6);
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

let server: TestServer;
let warehouse: TestWarehouse;
beforeAll(async () => {
  server = await startPostgres(['fsync=off']);
  warehouse = await TestWarehouse.create(server);
});
afterAll(async () => {
  await warehouse.warehouse.end();
  await server.stop();
});
beforeEach(() => warehouse.query('truncate dw.metadata_table'));

interface Run {
  /** ms since 1970 */
  readonly planned: number;
  /** @default two minutes later */
  readonly ended?: number;
  /** @default succeeded */
  readonly status?: 'succeeded' | 'failed' | 'running';
  /** of the step that plans @default succeeded */
  readonly plan?: 'succeeded' | 'failed';
}

async function ran(
  runId: string,
  { planned, ended = planned + 2 * MINUTE, status = 'succeeded', plan = 'succeeded' }: Run,
) {
  const row = `insert into dw.metadata_table (run_id, job, source, target, started, finished, status)
    values ($1, $2, 'log', $3, $4, $5, $6)`;
  const finished = status === 'running' ? null : new Date(ended);
  await warehouse.query(row, [runId, 'batch', 'warehouse', new Date(planned), finished, status]);
  const done = new Date(planned + MINUTE);
  await warehouse.query(row, [runId, 'plan-batch', 'plans', new Date(planned), done, plan]);
}

/** What a run finds that is planned at a time, on a warehouse that may be an hour and a half old. */
async function found(planned: number, runId = 'this') {
  await ran(runId, { planned, status: 'running' });
  const measure = readSqlFiles('measures').find(({ name }) => name === 'mornings')!;
  return countMornings(await warehouse.warehouse.client(), { runId }, measure, 90);
}

describe('the mornings since the last plan', () => {
  it('are none for the first plan of a warehouse, and none between two plans of one morning', async () => {
    expect(await found(SIX + 5 * MINUTE, 'first')).toEqual({ mornings: 0, stale: 0 });
    expect(await found(SIX + 65 * MINUTE, 'second')).toEqual({ mornings: 0, stale: 0 });
  });

  it('are fresh where a run had ended well that was planned within the time', async () => {
    await ran('before', { planned: SIX - 55 * MINUTE });
    expect(await found(SIX + 5 * MINUTE)).toEqual({ mornings: 1, stale: 0 });
  });

  it.each<[string, readonly Run[]]>([
    ['the last run was planned too long ago', [{ planned: SIX - 91 * MINUTE }]],
    ['the last run failed', [{ planned: SIX - 115 * MINUTE }, { planned: SIX - 55 * MINUTE, status: 'failed' }]],
    ['the run was still going on', [{ planned: SIX - 55 * MINUTE, ended: SIX + MINUTE }]],
  ])('are stale where %s', async (_what, runs) => {
    for (const [index, run] of runs.entries()) await ran(`before-${index}`, run);
    expect(await found(SIX + 5 * MINUTE)).toEqual({ mornings: 1, stale: 1 });
  });

  it('take a run that was planned just in time and ended on the hour', async () => {
    await ran('before', { planned: SIX - 90 * MINUTE, ended: SIX });
    expect(await found(SIX + 5 * MINUTE)).toEqual({ mornings: 1, stale: 0 });
  });

  it('are counted each, when nothing began for days, and once, whoever asks after', async () => {
    await ran('before', { planned: SIX - 55 * MINUTE });
    expect(await found(SIX + 2 * DAY + 5 * MINUTE)).toEqual({ mornings: 3, stale: 2 });
    expect(await found(SIX + 2 * DAY + 65 * MINUTE, 'next')).toEqual({ mornings: 0, stale: 0 });
  });

  it('are not lost with a plan that failed: the next one counts them', async () => {
    await ran('before', { planned: SIX - DAY + 65 * MINUTE });
    await ran('failed', { planned: SIX + 5 * MINUTE, status: 'failed', plan: 'failed' });
    expect(await found(SIX + 65 * MINUTE)).toEqual({ mornings: 1, stale: 1 });
  });
});
