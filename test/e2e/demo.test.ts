import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CHECKS } from '../../core/contract/values.ts';
import { crp } from './crp.ts';

const scratch = mkdtempSync(join(tmpdir(), 'crp-demo-'));
const data = join(scratch, 'data');
const reportFile = join(scratch, 'report.json');
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

type Counts = Record<string, number>;
interface Report {
  applications: Counts;
  activity: Counts;
  checks: Counts;
  alerts: Counts;
  riskLevel: Counts;
  decisions: Counts;
  warehouse: Counts;
  reconciliation: Counts;
  timings: Counts;
  policy: { id: string; version: string; digest: string };
}
const ALL_RIGHT = { pending: 0, missing: 0, unexpected: 0, parityDifferences: 0 };
const APPLICATIONS = 400;
const CANARIES = Array.from({ length: 12 }, (_, index) => `Kanarie${'abcdefghijkl'[index]}Zq7`);

/** Records with a canary wherever a person shows: name, ids, address, device, in good and in broken records. */
function canaryLines(): string[] {
  const [
    name,
    user,
    application,
    event,
    address,
    device,
    region,
    merchantless,
    broken,
    quarantined,
    conflicting,
    unknown,
  ] = CANARIES as string[];
  const good = {
    application_id: application,
    user_id: user,
    credit_score: 480,
    loan_amount: 900,
    timestamp: '2026-01-05T10:00:00Z',
  };
  const more = {
    name,
    event_id: event,
    ip_address: address,
    device_id: device,
    region,
    channel: merchantless,
    note: unknown,
  };
  return [
    JSON.stringify({ ...good, ...more }),
    JSON.stringify({ ...good, loan_amount: 901, name: conflicting }),
    JSON.stringify({ ...good, application_id: `${application}2`, credit_score: quarantined, age: name, consent: user }),
    `{"name":"${broken}", user_id: ${user}`,
  ];
}

const sum = (counts: Counts): number => Object.values(counts).reduce((total, value) => total + value, 0);
const read = (): Report => JSON.parse(readFileSync(reportFile, 'utf8')) as Report;
const json = async <T>(...args: string[]): Promise<T> => {
  const { code, stdout, stderr } = await crp(...args, '--data', data);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as T;
};
const TABLES = [
  'credit_scores',
  'fact_loan_application',
  'processed_transactions',
  'account_events',
  'fraud_alerts',
  'dim_user',
  'dim_user_history',
];
const hashes = (): Promise<unknown> =>
  json(
    'query',
    '--json',
    TABLES.map(
      (name) => `select '${name}' as name, md5(string_agg(t::text, ',' order by t::text)) as hash from dw.${name} t`,
    ).join(' union all '),
  );

describe('one run from producer to report, and what can be done with it afterwards', () => {
  it('accounts for every record and ends with code 0', async () => {
    const { code, stdout, stderr } = await crp(
      'demo',
      '--count',
      String(APPLICATIONS),
      '--data',
      data,
      '--report',
      reportFile,
    );
    expect(code, stderr).toBe(0);
    const report = read();
    expect(Object.keys(report)).toEqual([
      'applications',
      'activity',
      'checks',
      'alerts',
      'riskLevel',
      'decisions',
      'warehouse',
      'reconciliation',
      'timings',
      'policy',
    ]);
    expect(report.reconciliation).toEqual(ALL_RIGHT);
    for (const [part, received] of [
      [report.applications, APPLICATIONS],
      [report.activity, 2 * APPLICATIONS],
    ] as const) {
      expect(part['received']).toBe(received);
      expect(
        part['decided']! + part['duplicate']! + part['conflict']! + part['quarantined']! + part['undecided']!,
      ).toBe(received);
      expect(part['undecided']).toBe(0);
    }
    expect(Object.keys(report.checks).sort()).toEqual(CHECKS.toSorted());
    for (const rule of ['R001', 'R002', 'R003', 'T001', 'T002', 'T003', 'T004'])
      expect(report.alerts[rule], rule).toBeGreaterThan(0);
    for (const kind of ['amendments', 'withoutConsent', 'duplicate', 'conflict'])
      expect(report.applications[kind], kind).toBeGreaterThan(0);
    expect(sum(report.decisions)).toBe(report.applications['decided']);
    expect(sum(report.riskLevel)).toBe(report.applications['decided']! - report.applications['withoutConsent']!);
    expect(report.warehouse['fraud_alerts']).toBe(sum(report.alerts));
    expect(report.policy.id).toBe('default');
    for (const text of ['received', 'Reconciliation', 'every position is accounted for', 'High', 'Under Review'])
      expect(stdout).toContain(text);
    expect(stderr).not.toContain('\u001b');
    expect(stderr).toContain('explain');
  });

  it('answers questions while nothing is up', async () => {
    const [row] = await json<Counts[]>(
      'query',
      '--json',
      'select count(*)::int as facts from dw.fact_loan_application',
    );
    expect(row).toEqual({ facts: read().warehouse['fact_loan_application'] });
    const keys = await crp('query', "select 20261121 as time_id, 7::bigint as n, 'x' as t", '--data', data);
    expect(keys.stdout).toMatch(/^ +time_id +n +t\n +20261121 +7 +x\n/);
    const shown = await crp('query', 'select status_code from dw.dim_status order by 1', '--data', data);
    expect(
      shown.stdout
        .split('\n')
        .map((line) => line.trim())
        .filter(Boolean),
    ).toEqual(['status_code', 'Approved', 'Rejected', 'Under Review']);
  });

  it.each([
    ['an error of the server with its place', 'select nothing from dw.dim_risk', /line 1, column 8:[^^]*\^/s],
    ['a write', "insert into dw.dim_risk values ('x', 'y')", /read only|read-only/i],
    ['a second statement', 'select 1; drop table dw.dim_risk', /cannot insert multiple commands/],
  ])('refuses %s', async (_name, sql, message) => {
    const { code, stderr } = await crp('query', sql, '--data', data);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });

  it('prints the same report again', async () => {
    const { timings: _, ...report } = await json<Report>('report', '--json');
    const { timings: __, ...first } = read();
    expect(report).toEqual(first);
  });

  it('computes every receipt again from the log', async () => {
    const result = await json<{ equal: number }>('replay', '--json');
    expect(result).toEqual({ equal: 3 * APPLICATIONS, different: [], missing: [], unlogged: [], unreadable: [] });
  });

  it('changes nothing when it runs again: the same records, the batch', async () => {
    const before = await hashes();
    expect((await crp('produce', '--count', String(APPLICATIONS), '--data', data)).code).toBe(0);
    const report = await json<Report>('batch', '--json');
    expect(report.reconciliation).toEqual(ALL_RIGHT);
    const first = read();
    expect(report.applications).toMatchObject({
      received: 2 * APPLICATIONS,
      decided: first.applications['decided'],
      conflict: 2 * first.applications['conflict']!,
      quarantined: 2 * first.applications['quarantined']!,
    });
    expect(report.alerts).toEqual(first.alerts);
    expect(report.warehouse['fact_loan_application']).toBe(first.warehouse['fact_loan_application']);
    expect(await hashes()).toEqual(before);
    expect((await json<Report>('batch', '--json')).applications).toEqual(report.applications);
    expect(await hashes()).toEqual(before);
  });

  it('keeps personal data out of what it logs and prints', async () => {
    const input = join(scratch, 'canaries.ndjson');
    writeFileSync(input, `${canaryLines().join('\n')}\n`);
    const produced = await crp('produce', '--input', input, '--data', data);
    const loaded = await crp('batch', '--data', data);
    expect([produced.code, loaded.code], produced.stderr + loaded.stderr).toEqual([0, 0]);
    const logs = join(data, 'logs');
    const said = [produced, loaded].map(({ stdout, stderr }) => stdout + stderr).join('');
    const text = readdirSync(logs).reduce((all, name) => all + readFileSync(join(logs, name), 'latin1'), said);
    expect(text.length).toBeGreaterThan(1_000);
    for (const canary of CANARIES) expect(text).not.toContain(canary);
  });

  it('names a lost receipt object and ends with code 1', async () => {
    const { withStores } = await import('./kept-run.ts');
    const { S3Objects } = await import('../../lambdas/adapters/s3-objects.ts');
    const { DeleteObjectCommand } = await import('@aws-sdk/client-s3');
    const { code, stderr } = await crp('produce', '--count', '30', '--seed', '99', '--data', data);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/Of what was sent: \d+ decided, \d+ duplicate, (\d+ conflict, )?\d+ quarantined/);
    expect(stderr).toContain(`To load the warehouse: npm run crp -- batch --data ${data}`);
    const key = await withStores(data, async ({ clients: { s3 }, outputs }) => {
      const objects = new S3Objects(s3, outputs['LogBucketName'] as string);
      const keys: string[] = [];
      for await (const each of objects.listKeys('receipts/')) keys.push(each);
      // The newest: its first position is the greatest.
      const newest = keys.sort((x, y) => (x.split('-')[4]! < y.split('-')[4]! ? -1 : 1)).at(-1) as string;
      await s3.send(new DeleteObjectCommand({ Bucket: objects.bucket, Key: newest }));
      return newest;
    });
    const batch = await crp('batch', '--json', '--data', data);
    const replay = await crp('replay', '--json', '--data', data);
    expect([batch.code, replay.code]).toEqual([1, 1]);
    const lost = (JSON.parse(replay.stdout) as { missing: string[] }).missing;
    expect(lost.length).toBeGreaterThan(0);
    expect((JSON.parse(batch.stdout) as Report).reconciliation['pending']).toBe(lost.length);
    for (const position of lost.slice(0, 50)) expect(batch.stderr).toContain(position);
    expect(key).toContain(lost[0]!.split('/').at(-1));
  });

  it('names the positions of a lost log object and of a record taken out of another, and ends with code 1', async () => {
    const { withStores } = await import('./kept-run.ts');
    const { S3Objects } = await import('../../lambdas/adapters/s3-objects.ts');
    const { DeleteObjectCommand } = await import('@aws-sdk/client-s3');
    const { parseEnvelopes } = await import('../../core/receipts/envelope.ts');
    const logKeys = () =>
      withStores(data, async ({ clients: { s3 }, outputs }) => {
        const keys: string[] = [];
        for await (const key of new S3Objects(s3, outputs['LogBucketName'] as string).listKeys('log/')) keys.push(key);
        return keys;
      });
    const before = await logKeys();
    const { code, stderr } = await crp('produce', '--count', '60', '--seed', '98', '--data', data);
    expect(code, stderr).toBe(0);
    const fresh = (await logKeys()).filter((key) => !before.includes(key));
    const lost = await withStores(data, async ({ clients: { s3 }, outputs }) => {
      const objects = new S3Objects(s3, outputs['LogBucketName'] as string);
      const added = await Promise.all(
        fresh.map(async (key) => {
          const lines = (await objects.getGunzipped(key)).toString('latin1').split('\n');
          return { key, lines };
        }),
      );
      // The longest: one that must still hold something when a record is taken out of it.
      const [{ key: thinned, lines }, { key: gone }] = added.sort((a, b) => b.lines.length - a.lines.length) as [
        (typeof added)[number],
        (typeof added)[number],
      ];
      const named = parseEnvelopes(await objects.getGunzipped(gone));
      await s3.send(new DeleteObjectCommand({ Bucket: objects.bucket, Key: gone }));
      const [taken] = lines.splice(1, 1) as [string];
      await objects.putGzipped(thinned, Buffer.from(lines.join('\n'), 'latin1'));
      return [...named, ...parseEnvelopes(Buffer.from(`${taken}\n`, 'latin1'))].map(
        ({ position: { stream, shard, seq } }) => `${stream}/${shard}/${seq}`,
      );
    });
    const batch = await crp('batch', '--json', '--data', data);
    expect(batch.code).toBe(1);
    expect(lost.length).toBeGreaterThan(1);
    expect((JSON.parse(batch.stdout) as Report).reconciliation['missing']).toBe(lost.length);
    const named = /missing[^\n]*:\n((?: {2}\S+\n)+)/.exec(batch.stderr)?.[1]?.trim().split(/\s+/) ?? [];
    expect(named.sort()).toEqual(lost.sort().slice(0, 50));
    const replay = await crp('replay', '--json', '--data', data);
    expect(replay.code).toBe(1);
    expect((JSON.parse(replay.stdout) as { unlogged: string[] }).unlogged.sort()).toEqual(lost);
  });

  it('leaves no lock behind', () => {
    expect(existsSync(join(data, 'lock'))).toBe(false);
  });
});
