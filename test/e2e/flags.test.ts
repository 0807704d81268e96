import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openDataDirectory } from '../../local/index.ts';
import { crp } from './crp.ts';

const scratch = mkdtempSync(join(tmpdir(), 'crp-flags-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const file = (name: string, content: string): string => {
  const path = join(scratch, name);
  writeFileSync(path, content);
  return path;
};

describe('flags', () => {
  it.each([
    [['demo', '--bogus'], /unknown option '--bogus'.*crp demo --help/s],
    [['demo', '--count', 'many'], /--count.*'many' is invalid.*whole number/s],
    [['demo', '--seed', '-1'], /--seed/],
    [['demo', '--as-of', '2026-02-31T00:00'], /--as-of.*a day such as/s],
    [['demo', '--profile', 'fancy'], /--profile.*realistic, plain/s],
    [
      ['demo', '--policy', 'strict'],
      /--policy strict: there is neither a shipped policy.*Shipped policies: default, founding/s,
    ],
    [['demo', '--policy', file('broken.json', '{"id": "x"')], /--policy .*broken\.json: policy.*Nothing was started/s],
    [['demo', '--report', join(scratch, 'no', 'such', 'r.json')], /--report .*no such file/s],
    [['demo', '--input', join(scratch, 'none.csv')], /--input .*none\.csv: no such file/],
    [['demo', '--input', file('loans.csv', 'a,b\n'), '--mapping', 'loans'], /--mapping loans: there is neither/],
    [
      [
        'produce',
        '--input',
        file('wrong.csv', 'credit_score\n700\n'),
        '--mapping',
        'loan-applications',
        '--out',
        join(scratch, 'o.ndjson'),
      ],
      /no column "loan_amnt", which .*loan-applications\.json, line 8 maps to loan_amount.*Its columns are: credit_score/s,
    ],
    [
      ['demo', 'mine.ndjson'],
      /"mine\.ndjson" stands by itself.*Nothing was started\. npm start -- --input mine\.ndjson runs.*npm run crp -- produce --input mine\.ndjson adds/s,
    ],
    [['demo', 'query', 'select 1'], /npm run crp -- query select 1/],
    [['produce', 'mine.csv'], /Meant was: npm run crp -- produce --input mine\.csv --mapping NAME/],
    [['prodce'], /unknown command 'prodce'.*Did you mean produce/s],
    [['query'], /missing required argument 'sql'/],
    [['policy', 'check', file('half.json', '{"id":"half"}')], /half\.json: policy, at version: missing/],
  ])('%j says what is wrong and what to do', async (args, message) => {
    const { code, stderr } = await crp(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('finds out that it cannot run as asked before it makes, empties or starts anything', async () => {
    const data = join(scratch, 'run');
    const failing = [
      ['--input', file('empty.ndjson', '')],
      ['--input', file('semicolons.csv', 'credit_score;loan_amnt\n700;5\n'), '--mapping', 'loan-applications'],
      ['--policy', file('later.json', readFileSync('policies/founding.json', 'utf8').replace('2000-01', '2999-01'))],
    ];
    for (const args of failing) expect((await crp('demo', '--data', data, ...args)).code).toBe(2);
    expect(existsSync(data)).toBe(false);
    const held = await openDataDirectory(data);
    writeFileSync(join(held.folder('kinesis'), 'records'), 'of an earlier run');
    held.close();
    for (const args of failing) expect((await crp('demo', '--fresh', '--data', data, ...args)).code).toBe(2);
    expect(readFileSync(join(data, 'kinesis', 'records'), 'utf8')).toBe('of an earlier run');
  });

  it.each([['--help'], ['demo', '--help'], ['quarantine', 'export', '--help']])('crp %s helps', async (...args) => {
    const { code, stdout } = await crp(...args);
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: crp');
  });

  it('policy check shows what a document says, and warns of one that carries the name of another', async () => {
    const edited = file(
      'edited.json',
      readFileSync('policies/founding.json', 'utf8').replace('"reject_below": 500', '"reject_below": 510'),
    );
    const { code, stdout, stderr } = await crp('policy', 'check', edited);
    expect(code).toBe(0);
    expect(stdout).toMatch(/3\. +credit_score < 510 +Rejected/);
    expect(stdout).toMatch(/R001 v1 .*\n +fires when credit_score < 450 and loan_amount > 15000\.00/);
    expect(stderr).toMatch(
      /warning: .*edited\.json calls itself founding 1\.0\.0, as the shipped policy "founding" does/,
    );
  });

  it('policy check prints the digest', async () => {
    const { code, stdout, stderr } = await crp('policy', 'check', 'founding', '--json');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^note: it cannot be published as of now where another policy is: effective_from is 2000-/);
    expect(JSON.parse(stdout)).toMatchObject({
      id: 'founding',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      rules: [{ id: 'R001' }],
    });
  });

  it('produce --out writes what would be sent, byte for byte', async () => {
    const input = file('in.ndjson', '{"a":1}\n\nbroken\r\nlast');
    const out = join(scratch, 'out.ndjson');
    const { code } = await crp('produce', '--input', input, '--out', out);
    expect(code).toBe(0);
    expect(readFileSync(out, 'utf8')).toBe('{"a":1}\n\nbroken\r\nlast\n');
  });

  it('names rows of a CSV that cannot be sent and ends with code 1', async () => {
    const head =
      'person_age,person_gender,person_income,person_emp_exp,person_home_ownership,loan_amnt,loan_intent,loan_int_rate,credit_score,previous_loan_defaults_on_file';
    const input = file(
      'rows.csv',
      `${head}\n22,female,100,1,RENT,5,CAR,1.5,700,No\n22,female,100\n22,female,100,1,RENT,5,CAR,1.5,700,Perhaps\n`,
    );
    const { code, stderr } = await crp(
      'produce',
      '--input',
      input,
      '--mapping',
      'loan-applications',
      '--out',
      join(scratch, 'rows.ndjson'),
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/1 record for credit_applications/);
    expect(stderr).toMatch(/line 3: has 3 cells/);
    expect(stderr).toMatch(/line 4: column "previous_loan_defaults_on_file" has a value/);
  });
});
