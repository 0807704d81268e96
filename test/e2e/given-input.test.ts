import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Summary } from '../../console/api/summary.ts';
import type { PageResponse } from '../../console/api/types.ts';
import { crp, start } from './crp.ts';
import { inputs } from './inputs.ts';

const scratch = mkdtempSync(join(tmpdir(), 'crp-input-'));
const data = join(scratch, 'data');
const reportFile = join(scratch, 'report.json');
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

type Counts = Record<string, number>;
type Report = Record<string, Counts>;
const ALL_RIGHT = { pending: 0, missing: 0, unexpected: 0, parityDifferences: 0 };

async function demo(...args: string[]): Promise<Report> {
  const { code, stderr } = await crp('demo', '--fresh', '--data', data, '--report', reportFile, ...args);
  expect(code, stderr).toBe(0);
  return JSON.parse(readFileSync(reportFile, 'utf8')) as Report;
}

async function replaysEqual(positions: number): Promise<void> {
  const { code, stdout } = await crp('replay', '--json', '--data', data);
  expect(JSON.parse(stdout)).toEqual({ equal: positions, different: [], missing: [], unlogged: [], unreadable: [] });
  expect(code).toBe(0);
}

const added = (...parts: Counts[]): Counts => {
  const sum: Counts = {};
  for (const part of parts) for (const [name, value] of Object.entries(part)) sum[name] = (sum[name] ?? 0) + value;
  return sum;
};

describe('nasty input', () => {
  it.each(['founding', 'default'] as const)(
    'gives every count of an independent recount, under the %s policy',
    async (policy) => {
      const applications = inputs.expectedApplications[policy];
      const activity = inputs.expectedActivity[policy];
      const report = await demo('--input', inputs.applications, '--policy', policy);
      expect(report).toMatchObject(applications);
      expect(report['checks']).toEqual(applications['checks']);
      expect(report['alerts']).toEqual(applications['alerts']);
      const produced = await crp('produce', '--input', inputs.activity, '--stream', 'account_activity', '--data', data);
      expect(produced.code, produced.stderr).toBe(0);
      const batch = await crp('batch', '--json', '--data', data);
      expect(batch.code, batch.stderr).toBe(0);
      const both = JSON.parse(batch.stdout) as Report;
      expect(both['activity']).toMatchObject(activity['activity'] as Counts);
      expect(both['applications']).toMatchObject(applications['applications'] as Counts);
      expect(both['warehouse']).toMatchObject(activity['warehouse'] as Counts);
      expect(both['checks']).toEqual(added(applications['checks'] as Counts, activity['checks'] as Counts));
      expect(both['alerts']).toEqual(added(applications['alerts'] as Counts, activity['alerts'] as Counts));
      expect(both['reconciliation']).toEqual(ALL_RIGHT);
      await replaysEqual(both['applications']!['received']! + both['activity']!['received']!);
    },
  );
});

describe('a CSV with a mapping', () => {
  it('is decided as the rules say, and replays equal', async () => {
    const report = await demo('--input', inputs.loans, '--mapping', 'loan-applications', '--policy', 'founding');
    expect(report).toMatchObject({ ...inputs.expectedLoans, reconciliation: ALL_RIGHT });
    expect(Object.keys(report['alerts'] as Counts)).toEqual(['R001']);
    await replaysEqual(report['applications']!['received'] as number);
  });

  it('is shown by the console in just these shares', async () => {
    const { riskLevel, alerts, applications } = inputs.expectedLoans;
    const console = start(['console', '--data', data]);
    try {
      await console.shows('Ctrl-C stops it');
      const url = console.stdout().trim();
      const { figures, charts } = (await (await fetch(new URL('/api/overview', url))).json()) as PageResponse;
      const figure = (id: string): number | null | undefined => figures.find((one) => one.id === id)?.value;
      const shown = charts.find(({ id }) => id === 'risk_breakdown')?.rows ?? [];
      expect(Object.fromEntries(shown.map(({ by, values }) => [by[0], values[0]]))).toEqual(riskLevel);
      expect(figure('applications')).toBe(applications!['decided']);
      expect(figure('fraud')).toBeCloseTo(alerts!['R001']! / applications!['decided']!, 12);
      expect(figure('invalid')).toBe(0);
      // It has the stack up, so that other commands work beside it.
      const { code, stdout } = await crp(
        'query',
        '--json',
        'select count(*)::int as n from bi.applications',
        '--data',
        data,
      );
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toEqual([{ n: applications!['decided'] }]);
    } finally {
      console.kill('SIGINT');
      await console.ended;
    }
    const { stdout, code } = await crp('summary', '--json', '--data', data);
    expect(code).toBe(0);
    const { figures, charts } = JSON.parse(stdout) as Summary;
    const bands = charts.find(({ id }) => id === 'risk_breakdown')?.rows ?? [];
    const total = bands.reduce((sum, { values }) => sum + (values[0] ?? 0), 0);
    expect(figures.find(({ measure }) => measure.id === 'applications')?.value).toBe(total);
  });
});

const share = (count: number | undefined): number => (count ?? 0) / 5_000;
// Three standard deviations of a share of 5,000 are at most 2.1 points.
const near = (measured: number, oracle: number): void => void expect(Math.abs(measured - oracle)).toBeLessThan(0.021);

describe('the plain profile', () => {
  it('comes out as the oracle says, within chance', async () => {
    const report = await demo('--profile', 'plain', '--count', '5000', '--policy', 'founding');
    near(share(report['alerts']!['R001']), 0.0716);
    near(share(report['riskLevel']!['High']), 0.363);
    near(share(report['riskLevel']!['Low']), 0.274);
    near(share(report['decisions']!['Approved']), 0.336);
    near(share(report['decisions']!['Rejected']), 0.291);
    expect(report['reconciliation']).toEqual(ALL_RIGHT);
  });
});
