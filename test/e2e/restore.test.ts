import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { crp } from './crp.ts';

const scratch = mkdtempSync(join(tmpdir(), 'crp-restore-'));
const data = join(scratch, 'data');
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** The report but for how long it took. */
async function report(): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await crp('report', '--json', '--data', data);
  expect(code, stderr).toBe(0);
  const { timings: _, ...rest } = JSON.parse(stdout) as Record<string, unknown>;
  return rest;
}

const APPLICATIONS =
  'select application_id, user_id, approval_status, risk_level, loan_amount from dw.fact_loan_application order by 1, 2';

async function rows(): Promise<unknown[]> {
  const { stdout, stderr } = await crp('query', '--json', APPLICATIONS, '--data', data);
  expect(stderr).toMatch(/^$|row/);
  return JSON.parse(stdout) as unknown[];
}

it('builds a lost warehouse anew from log and receipts by one batch, as docs/deploy.md says', {
  timeout: 300_000,
}, async () => {
  const run = await crp('demo', '--count', '300', '--data', data);
  expect(run.code, run.stderr).toBe(0);
  const before = { report: await report(), rows: await rows() };
  expect(before.rows.length).toBeGreaterThan(200);
  rmSync(join(data, 'postgres'), { recursive: true });
  const batch = await crp('batch', '--data', data);
  expect(batch.code, batch.stderr).toBe(0);
  expect({ report: await report(), rows: await rows() }).toEqual(before);
});
