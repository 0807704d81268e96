import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../cli/errors.ts';
import { csvBatches } from '../../../../cli/produce/csv.ts';
import { loadMapping, parseMapping } from '../../../../cli/produce/mapping.ts';
import type { Problem } from '../../../../cli/produce/source.ts';
import { collect, scratch, texts } from '../scratch.ts';

const dir = scratch();
const MAPPING = parseMapping(
  `{
  "stream": "credit_applications",
  "fields": {
    "application_id": { "rowNumber": true, "prefix": "x-" },
    "credit_score": { "column": "fico", "type": "number" },
    "interest_rate": { "column": "rate", "type": "number", "scale": 100 },
    "previous_default": { "column": "default", "map": { "Yes": true, "No": false } },
    "name": { "column": "who" },
    "currency": { "constant": "EUR" }
  }
}`,
  'my-mapping.json',
);

async function read(content: string | Buffer, mapping = MAPPING) {
  const problems: Problem[] = [];
  const entries = await collect(csvBatches(dir.write('in.csv', content), mapping, (p) => problems.push(p)));
  return { texts: texts(entries), entries, problems };
}
const HEAD = 'who,fico,rate,default\n';

describe('csvBatches', () => {
  it('makes timestamps of dates, and sends what is none as it is', async () => {
    const dates = parseMapping(
      '{"stream": "credit_applications", "fields": {"timestamp": {"column": "on", "type": "date", "form": "DD.MM.YYYY"}}}',
      'dates.json',
    );
    const { texts: made } = await read('on,x\n31.03.2026,\n2026-03-31,\n ,\n', dates);
    expect(made).toEqual(['{"timestamp":"2026-03-31T00:00Z"}', '{"timestamp":"2026-03-31"}', '{}']);
  });

  it('makes a record of each row as the mapping says', async () => {
    const { texts: made, problems } = await read(`${HEAD}"Zoë ""Z"" K",701,0.1189,Yes\n Bob ,640.0,0.07,No\n`);
    expect(made).toEqual([
      '{"application_id":"x-1","credit_score":701,"interest_rate":11.89,"previous_default":true,"name":"Zoë \\"Z\\" K","currency":"EUR"}',
      '{"application_id":"x-2","credit_score":640,"interest_rate":7,"previous_default":false,"name":"Bob","currency":"EUR"}',
    ]);
    expect(problems).toEqual([]);
  });

  it('gives the same bytes when read again', async () => {
    const content = `${HEAD}a,1,2,Yes\n`;
    expect((await read(content)).texts).toEqual((await read(content)).texts);
  });

  it('leaves blank cells out and what is not a number to the checks of the stream', async () => {
    const { texts: made, problems } = await read(`${HEAD},"1,000",,\n`);
    expect(made).toEqual(['{"application_id":"x-1","credit_score":"1,000","currency":"EUR"}']);
    expect(problems).toEqual([]);
  });

  it('copes with a byte-order mark, \\r\\n and a last line without a newline', async () => {
    expect((await read(`\ufeff${HEAD.trim()}\r\na,1,2,No\r\nb,2,3,No`)).texts).toHaveLength(2);
  });

  it('names a mapped column that is missing, the line of the mapping and the columns there are', async () => {
    const attempt = read('who,score,rate,default\na,1,2,Yes\n');
    await expect(attempt).rejects.toThrow(UserError);
    await expect(attempt).rejects.toThrow(/no column "fico", which my-mapping\.json, line 5 maps to credit_score/);
    await expect(attempt).rejects.toMatchObject({ hint: 'Its columns are: who, score, rate, default.' });
  });

  it('refuses a header that names a mapped column twice', async () => {
    await expect(read('who,fico,rate,default,fico\n')).rejects.toThrow(/more than one column "fico"/);
  });

  it('names ragged rows and sends the others', async () => {
    const { texts: made, problems } = await read(`${HEAD}a,1,2,Yes\nb,1\nc,1,2,No,5\nd,1,2,No\n`);
    expect(made.map((text) => JSON.parse(text).name)).toEqual(['a', 'd']);
    expect(problems).toEqual([
      { line: 3, reason: 'has 2 cells, but the header names 4 columns' },
      { line: 4, reason: 'has 5 cells, but the header names 4 columns' },
    ]);
  });

  it('names a value that a value map does not list, without repeating it', async () => {
    const { texts: made, problems } = await read(`${HEAD}a,1,2,Perhaps\nb,1,2,No\n`);
    expect(made).toHaveLength(1);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.line).toBe(2);
    expect(problems[0]?.reason).toMatch(/column "default".*Yes, No/);
    expect(problems[0]?.reason).not.toContain('Perhaps');
  });

  it('numbers rows by their first line where cells hold newlines, and keeps the row number as id', async () => {
    const { entries } = await read(`${HEAD}"a\nb",1,2,Yes\nc,1,2,No\n`);
    expect(entries.map((entry) => entry.line)).toEqual([2, 4]);
    expect(JSON.parse(entries[1]?.data.toString() ?? '').application_id).toBe('x-2');
  });

  it.each([
    ['an empty file', '', /is empty/],
    ['broken quoting', `${HEAD}a,1,2,Yes\n"b,1,2,No\n`, /line 3: not CSV/],
  ])('refuses %s', async (_name, content, message) => {
    await expect(read(content)).rejects.toThrow(message);
  });

  it('maps the columns of the shipped mapping', async () => {
    const head =
      'person_age,person_gender,person_education,person_income,person_emp_exp,person_home_ownership,loan_amnt,loan_intent,' +
      'loan_int_rate,loan_percent_income,cb_person_cred_hist_length,credit_score,previous_loan_defaults_on_file,loan_status';
    const { texts: made } = await read(
      `${head}\n22.0,female,Master,71948.0,3,RENT,35000.0,PERSONAL,16.02,0.49,3.0,561,No,1\n`,
      loadMapping('loan-applications'),
    );
    expect(JSON.parse(made[0] as string)).toMatchObject({
      application_id: 'loan-1',
      credit_score: 561,
      loan_amount: 35000,
      annual_income: 71948,
      employment_months: 36,
      previous_default: false,
      age: 22,
      interest_rate: 16.02,
    });
  });
});
