import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../cli/errors.ts';
import { checkSource } from '../../../../cli/produce/check.ts';
import { openSource } from '../../../../cli/produce/open.ts';
import { scratch } from '../scratch.ts';

const dir = scratch();
const HEAD =
  'person_age,person_gender,person_income,person_emp_exp,person_home_ownership,loan_amnt,loan_intent,loan_int_rate,credit_score,previous_loan_defaults_on_file';
const ROW = '22,female,100,1,RENT,5,CAR,1.5,700,No';

const check = (name: string, content: string | Buffer): Promise<void> =>
  checkSource(
    openSource(
      {
        input: dir.write(name, content),
        ...(name.endsWith('.csv') ? { mapping: 'loan-applications' } : {}),
      },
      0,
    ),
  );
/** What a person is told: the message and the advice. */
const told = async (name: string, content: string | Buffer): Promise<string> => {
  const error = await check(name, content).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  return `${(error as UserError).message}\n${(error as UserError).hint}`;
};

describe('checkSource', () => {
  it.each([
    ['records', 'a.ndjson', '{"a":1}\n{"a":2}\n'],
    ['broken records among others', 'a.ndjson', 'broken\n\n{"a":1}'],
    ['rows', 'a.csv', `${HEAD}\n${ROW}\n`],
    ['rows of which some are ragged', 'a.csv', `${HEAD}\n1,2\n${ROW}\n`],
  ])('takes a file of %s', async (_what, name, content) => {
    await expect(check(name, content)).resolves.toBeUndefined();
  });

  it('has nothing to look at where records are generated', async () => {
    await expect(checkSource(openSource({}, 0))).resolves.toBeUndefined();
  });

  it.each([
    ['an empty file', 'a.ndjson', '', /a\.ndjson holds no record/],
    ['an empty CSV', 'a.csv', '', /a\.csv is empty/],
    ['a CSV of a header alone', 'a.csv', `${HEAD}\n`, /holds no record.*each row/s],
    ['a CSV without a usable row', 'a.csv', `${HEAD}\n1,2\n`, /no record can be made of it; line 2 has 2 cells/],
    ['a CSV with another header', 'a.csv', `a,b\n1,2\n`, /no column "person_age"|no column ".*Its columns are: a, b/s],
    ['random bytes', 'a.ndjson', randomBytes(5_000), /JSON object.*not text in UTF-8/s],
    ['a packed file', 'a.ndjson', gzipSync('{"a":1}\n'.repeat(100)), /JSON object.*compressed/s],
    ['one JSON document', 'a.ndjson', '[\n  {"a": 1},\n  {"a": 2}\n]\n', /several lines.*one record a line/s],
    ['lines of CSV', 'a.ndjson', `${HEAD}\n${ROW}\n`, /none of its first 2 lines.*looks like CSV.*--mapping/s],
    ['prose', 'a.ndjson', 'Dear all,\nplease find\n', /JSON object.*produce --describe/s],
    ['broken quoting at the beginning', 'a.csv', `"${HEAD}\n${ROW}\n`, /line 1: not CSV.*No row was sent/s],
  ])('refuses %s and says what it takes it for', async (_what, name, content, message) => {
    expect(await told(name, content)).toMatch(message);
  });

  it.each([
    [';', '";"', '";"'],
    ['\t', 'tabs', '"\\\\t"'],
  ])('sees that cells are separated by %j, and how the mapping says so', async (delimiter, name, json) => {
    const text = await told('s.csv', `${HEAD}\n${ROW}\n`.replaceAll(',', delimiter));
    expect(text).toMatch(new RegExp(`separated by ${name}, the mapping expects ","`));
    expect(text).toMatch(new RegExp(`"delimiter": ${json}`));
  });

  it('does not print the bytes of a file that is no text', async () => {
    // A NUL is in any real file of this kind; random bytes alone may lack it.
    const text = await told('r.csv', Buffer.concat([Buffer.from([0x50, 0x4b, 0x03, 0x04, 0]), randomBytes(500)]));
    expect(text).toMatch(/not text in UTF-8|not CSV/);
    // oxlint-disable-next-line no-control-regex -- control characters are what is sought
    expect(text).not.toMatch(/[\u0000-\u0008\ufffd]/);
  });
});
