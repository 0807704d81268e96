import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ShownAlert, ShownReviews } from '../../lambdas/adapters/review-desk.ts';
import { stageDesk } from '../../cli/stage/desk.ts';
import { openDataDirectory, startStack } from '../../local/index.ts';
import { crp, type Running, start } from './crp.ts';

const scratch = mkdtempSync(join(tmpdir(), 'crp-reviews-'));
const data = join(scratch, 'data');
const RISKY = { user_id: 'u1', application_id: 'a1', credit_score: 440, loan_amount: 20_000 };
let up: Running;

const json = async <T>(...args: string[]): Promise<T> => {
  const { code, stdout, stderr } = await crp(...args, '--json', '--data', data);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as T;
};
async function produce(...records: object[]): Promise<void> {
  const file = join(scratch, 'records.ndjson');
  writeFileSync(file, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  const { code, stderr } = await crp('produce', '--input', file, '--stream', 'credit_applications', '--data', data);
  expect(code, stderr).toBe(0);
}
const batch = (): Promise<unknown> => json('batch');
const alert = (): Promise<unknown> =>
  json(
    'query',
    'select status, disposed_by, disposition_reason from bi.fraud_alerts where application_id = $$a1$$ order by revision',
  );
const application = (): Promise<unknown> =>
  json(
    'query',
    'select revision::int, approval_status, final_status, reviewed, is_fraud, fraud_confirmed from bi.applications where application_id = $$a1$$',
  );
const reviews = (): Promise<unknown> =>
  json('query', 'select revision::int, decision, reviewer, reason, is_current_revision from bi.review_decisions');

beforeAll(async () => {
  up = start(['up', '--data', data, '--fresh']);
  await up.shows('Ctrl-C stops it');
  const timestamp = new Date(Date.now() - 3_600_000).toISOString();
  await produce(
    { ...RISKY, timestamp },
    { ...RISKY, user_id: 'u2', application_id: 'a2', credit_score: 800, loan_amount: 900, timestamp },
  );
  await batch();
}, 600_000);
afterAll(async () => {
  up.kill('SIGINT');
  await up.ended;
  rmSync(scratch, { recursive: true, force: true });
});

describe('what people decide, on the whole stack', { timeout: 300_000 }, () => {
  it('goes from the alert store to the warehouse, and stays when the batch runs again', async () => {
    const [listed] = await json<{ alert_id: string }[]>('alerts', 'list', '--status', 'open');
    const id = listed!.alert_id;
    const { version } = await json<ShownAlert>('alerts', 'show', id);
    const why = ['--by', 'Ana Lopez', '--reason', 'the bank says that it is not hers'];
    const disposed = ['alerts', 'dispose', id, '--status', 'confirmed_fraud', '--seen', String(version), ...why];
    expect(await json<ShownAlert>(...disposed)).toMatchObject({ version: 2, alert: { status: 'confirmed_fraud' } });
    // Who saw the same and comes later.
    const late = await crp(...disposed, '--data', data);
    expect(late.code).toBe(1);
    expect(late.stderr).toContain('has changed since it was looked at');
    const settled = await crp('alerts', 'dispose', id, '--status', 'closed', ...why, '--data', data);
    expect(settled.code).toBe(2);
    expect(settled.stderr).toContain('cannot become closed');
    expect(settled.stderr).toContain('It can become open');

    const decide = ['review', 'a1', '--user', 'u1', '--decision', 'Rejected', '--by', 'Ben', '--reason', 'a fraud'];
    expect(await json<ShownReviews>(...decide, '--seen', '0')).toMatchObject({ reviews: [{ decision: 'Rejected' }] });
    expect((await crp(...decide, '--seen', '0', '--data', data)).code).toBe(1);
    const again = await crp(...decide, '--data', data);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('a1 was decided already: Rejected by Ben');
    expect(again.stderr).toContain('--seen 1');
    const nameless = await crp('review', 'a1', '--decision', 'Rejected', '--reason', 'a fraud', '--data', data);
    expect(nameless.code).toBe(2);
    expect(nameless.stderr).toContain('there is no --by');
    const other = await crp('review', 'a2', '--decision', 'Rejected', '--by', 'Ben', '--reason', 'no', '--data', data);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('The application is Approved, and not under review');

    for (let run = 1; run <= 2; run += 1) {
      await batch();
      expect(await alert()).toEqual([
        {
          status: 'confirmed_fraud',
          disposed_by: 'Ana Lopez',
          disposition_reason: 'the bank says that it is not hers',
        },
      ]);
      expect(await application()).toEqual([
        {
          revision: 1,
          approval_status: 'Under Review',
          final_status: 'Rejected',
          reviewed: true,
          is_fraud: true,
          fraud_confirmed: true,
        },
      ]);
      expect(await reviews()).toEqual([
        { revision: 1, decision: 'Rejected', reviewer: 'Ben', reason: 'a fraud', is_current_revision: true },
      ]);
    }
    expect(await json<ShownAlert>('alerts', 'show', id)).toMatchObject({ alert: { status: 'confirmed_fraud' } });
  });

  it('is asked again after an amendment, and what was decided before is kept', async () => {
    await produce({
      ...RISKY,
      revision: 2,
      loan_amount: 19_000,
      timestamp: new Date(Date.now() - 60_000).toISOString(),
    });
    await batch();
    expect(await application()).toMatchObject([{ revision: 2, final_status: 'Under Review', reviewed: false }]);
    expect(await reviews()).toMatchObject([{ revision: 1, decision: 'Rejected', is_current_revision: false }]);
    const old = ['review', 'a1', '--revision', '1', '--decision', 'Approved', '--by', 'Ben', '--reason', 'papers'];
    const refused = await crp(...old, '--data', data);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('Revision 1 is not the current one: that is 2');
    expect(await json<ShownReviews>('review', 'a1')).toMatchObject({ application: { revision: 2 }, reviews: [] });
  });

  it('is taken by the function of a stage in the same way, which tells its log who did what, and nothing else', async () => {
    up.kill('SIGINT');
    await up.ended;
    const stack = await startStack({ directory: await openDataDirectory(data, { mode: 'existing' }) });
    try {
      const name = stack.outputs['ReviewFunctionName']!;
      const desk = stageDesk(
        {
          send: async ({ input }: { input: { Payload: Uint8Array } }) => {
            const { outcome } = await stack.functions.invoke(name, Buffer.from(input.Payload).toString());
            return {
              Payload: Buffer.from(outcome.payload),
              ...(outcome.error === undefined ? {} : { FunctionError: 'Unhandled' }),
            };
          },
        } as never,
        name,
      );
      const subject = { applicationId: 'a1', userId: 'u1', revision: 2, seenReviews: 0 } as const;
      const decided = { ...subject, decision: 'Approved', by: 'Cleo Sand', reason: 'the papers are right' } as const;
      const { review } = await desk.reviewApplication(decided);
      expect(review).toMatchObject({ reviewer: 'Cleo Sand', ordinal: 0 });
      await expect(desk.reviewApplication(decided)).rejects.toMatchObject({ current: [review] });
      const log = readFileSync(join(data, 'logs', `${stack.functions.model(name).name}.log`), 'utf8');
      const [audited] = log.split('\n').filter((line) => line.includes('application_reviewed'));
      expect(JSON.parse(audited!)).toMatchObject({
        by: 'Cleo Sand',
        id: review.review_id,
        from: 'Under Review',
        to: 'Approved',
      });
      expect(log).not.toMatch(/papers|"u1"|"a1"/);
    } finally {
      await stack.stop();
    }
  });
});
