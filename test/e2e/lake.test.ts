import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openSource } from '../../cli/produce/open.ts';
import { kinesisSenders } from '../../cli/produce/kinesis.ts';
import { produce } from '../../cli/produce/produce.ts';
import { LAKE_TABLE_NAMES } from '../../core/contract/lake.ts';
import { ACTIVITY, APPLICATIONS } from '../../core/contract/streams.ts';
import { synthesise } from '../../local/assembly/synth.ts';
import { openDataDirectory, startStack } from '../../local/index.ts';
import { LakeReader } from '../support/lake.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'crp-lake-e2e-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const OF_DAY = {
  applications: ['fact_loan_application', 'event_time', 'loan_amount'],
  decisions: ['loan_application_revisions', 'event_time', 'loan_amount'],
  alerts: ['fraud_alerts', 'event_time', 'rule_version'],
  transactions: ['processed_transactions', 'timestamp', 'amount'],
} as const;

describe('the lake of a real run', () => {
  it('has, by table and day, the rows and sums of the warehouse, without who refuses analytics', async () => {
    const directory = await openDataDirectory(path.join(scratch, 'data'), { mode: 'new' });
    const policy = readFileSync(path.resolve(import.meta.dirname, '../../policies/default.json'), 'utf8');
    const stack = await startStack({ directory, assembly: await synthesise(), policies: [policy] });
    const client = await stack.pg();
    const reader = new LakeReader(stack.clients.s3, stack.outputs['LakeBucketName']!);
    try {
      const names = {
        [APPLICATIONS]: stack.outputs['ApplicationsStreamName']!,
        [ACTIVITY]: stack.outputs['ActivityStreamName']!,
      };
      await produce(openSource({ count: 1_000, seed: 5 }, Date.UTC(2026, 10, 21)), {
        sender: kinesisSenders(stack.clients.kinesis, (stream) => names[stream]),
      });
      await stack.drained();
      expect((await stack.runWorkflow()).status).toBe('SUCCEEDED');
      await reader.refresh();
      for (const table of LAKE_TABLE_NAMES) {
        const [from, time, amount] = OF_DAY[table];
        const refused = `select user_id from dw.analytics_refusals`;
        const current = `select from dw.fact_loan_application as f where f.application_id = t.application_id and f.user_id = t.user_id and not f.analytics_consent`;
        const own = table === 'transactions' ? '' : ` and not exists (${current})`;
        const revision = table === 'applications' || table === 'decisions' ? ' and analytics_consent' : '';
        const { rows: said } = await client.query(
          `select to_char(${time} at time zone 'utc', 'YYYY-MM-DD') as dt, count(*)::text as n, sum(${amount})::text as sum
           from dw.${from} as t where user_id not in (${refused})${own}${revision} group by 1 order by 1`,
        );
        const found = await reader.query(
          `select dt, count(*)::varchar as n, sum(${amount})::varchar as sum from ${reader.of(table)} group by 1 order by 1`,
        );
        expect(found.length, table).toBeGreaterThan(0);
        expect(found, table).toEqual(said);
      }
      const before = await reader.objects();
      expect((await stack.runWorkflow()).status).toBe('SUCCEEDED');
      expect(await reader.objects()).toEqual(before);
    } finally {
      reader.end();
      await client.end();
      await stack.stop();
    }
  });
});
