import { describe, expect, it } from 'vitest';
import { problemOf, withTest } from './documents.ts';

const tests: [string, unknown, string, RegExp][] = [
  ['a test that is no object', 'credit_score', '', /found a text; allowed is an object with one of all, any, not/],
  ['an empty object', {}, '', /empty object/],
  [
    'an unknown operator',
    { gtt: ['credit_score', 1] },
    '.gtt',
    /unknown operator "gtt"; allowed for a test are all.*; did you mean gte?\?/,
  ],
  ['an inherited name as operator', { constructor: [] }, '.constructor', /unknown operator/],
  ['an operator too many', { gt: ['credit_score', 1], lt: ['credit_score', 9] }, '.lt', /unknown key beside "gt"/],
  ['one side only', { gt: ['credit_score'] }, '.gt', /list of two values/],
  ['no list', { all: { gt: ['credit_score', 1] } }, '.all', /found an object; allowed is a list of tests/],
  ['an empty list', { any: [] }, '.any', /found an empty list/],
  [
    'an unknown field',
    { gt: ['credit_scor', 1] },
    '.gt[0]',
    /unknown field "credit_scor" of application; allowed are credit_score.*; did you mean credit_score\?/,
  ],
  ['a field of the other stream', { gt: ['amount', '1.00'] }, '.gt[0]', /unknown field "amount"/],
  ['a nested place', { all: [{ not: { gt: ['credit_score', null] } }] }, '.all[0].not.gt[1]', /found null/],
  ['an amount as a number', { gt: ['loan_amount', 15000] }, '.gt', /compares amount with number; .*decimal text/],
  ['an amount of 3 decimals', { gt: ['loan_amount', '1.000'] }, '.gt[1]', /no amount; allowed is decimal text/],
  ['two constants', { gt: [2, 1] }, '.gt', /two constants/],
  ['order of texts', { gt: ['channel', { text: 'web' }] }, '.gt', /no order; allowed for them are eq and ne/],
  ['a text that is a number', { eq: ['channel', { text: 5 }] }, '.eq[1].text', /found a number; allowed is a text/],
  ['a boolean against a number', { eq: ['previous_default', 1] }, '.eq', /compares boolean with number/],
  [
    'an unknown value operator',
    { gt: [{ median: 'amount' }, 1] },
    '.gt[0].median',
    /unknown operator; allowed for a value are positive/,
  ],
  [
    'positive of a text',
    { eq: [{ positive: 'channel' }, 1] },
    '.eq[0].positive',
    /found "channel"; allowed are credit_score/,
  ],
  [
    'times without a list',
    { gt: ['loan_amount', { times: 5 }] },
    '.gt[1].times',
    /list of a number and what it multiplies/,
  ],
  ['times a negative', { gt: ['loan_amount', { times: [-1, 'annual_income'] }] }, '.gt[1].times[0]', /number above 0/],
  ['times a text', { gt: ['loan_amount', { times: [2, 'channel'] }] }, '.gt[1].times[1]', /found a text/],
  ['a count without window', { gt: [{ count: 'applications' }, 1] }, '.gt[0].window', /missing beside "count"/],
  [
    'a window without brackets',
    { gt: [{ count: 'applications', window: '24h' }, 1] },
    '.gt[0].window',
    /a window such as/,
  ],
  [
    'a window of an unknown unit',
    { gt: [{ count: 'applications', window: '(t-1w, t]' }, 1] },
    '.gt[0].window',
    /length of time/,
  ],
  [
    'a window of a lifetime',
    { gt: [{ count: 'applications', window: '(t-9999d, t]' }, 1] },
    '.gt[0].window',
    /up to 3650d/,
  ],
  [
    'an unknown history',
    { gt: [{ count: 'transactions', window: '(t-1d, t]' }, 1] },
    '.gt[0].count',
    /found "transactions"; allowed are applications/,
  ],
  [
    'and_this as a text',
    { gt: [{ count: 'applications', window: '(t-1d, t]', and_this: 'yes' }, 1] },
    '.gt[0].and_this',
    /true and false/,
  ],
  [
    'distinct of what is not kept',
    { gt: [{ distinct: 'channel', of: 'applications', window: '(t-1d, t]' }, 1] },
    '.gt[0].distinct',
    /found "channel"; allowed are application_id/,
  ],
  [
    'a mean of applications',
    { gt: ['loan_amount', { mean: 'amount', of: 'applications', window: '(t-1d, t]' }] },
    '.gt[1]',
    /for rules on transactions/,
  ],
  ['travel of applications', { travelled: {} }, '.travelled', /for rules on transactions/],
  ['a device of applications', { unseen: 'device_id' }, '.unseen', /for rules on transactions/],
];

describe('a broken rule does not load and says where', () => {
  it.each(tests)('%s', (_what, when, place, problem) => {
    const error = problemOf(withTest(when));
    expect(error.path).toBe(`rules[0].when${place}`);
    expect(error.message).toMatch(problem);
  });

  it.each([
    [
      { gt: ['amount', { mean: 'amount', of: 'transactions', window: '(t-1d, t)', at_least: 0 }] },
      '.gt[1].at_least',
      /whole number from 1/,
    ],
    [
      { gt: ['amount', { mean: 'latitude', of: 'transactions', window: '(t-1d, t)' }] },
      '.gt[1].mean',
      /allowed are amount/,
    ],
    [{ travelled: { faster_than_kmh: 0, or_elsewhere_within: '1h' } }, '.travelled.faster_than_kmh', /number above 0/],
    [
      { travelled: { faster_than_kmh: 9, or_elsewhere_within: '0h' } },
      '.travelled.or_elsewhere_within',
      /length of time/,
    ],
    [{ travelled: { faster_than_kmh: 9 } }, '.travelled.or_elsewhere_within', /missing/],
    [{ travelled: 900 }, '.travelled', /allowed is an object/],
    [{ unseen: 'merchant', of: 'records', window: '(t-1d, t]' }, '.unseen', /allowed are device_id, location/],
    [
      { unseen: 'device_id', of: 'everything', window: '(t-1d, t]' },
      '.unseen.of'.replace('.unseen', ''),
      /allowed are transactions, records/,
    ],
  ])('on transactions: %j', (when, place, problem) => {
    const error = problemOf(withTest(when, 'transaction'));
    expect(error.path).toBe(`rules[0].when${place}`);
    expect(error.message).toMatch(problem);
  });

  it('cannot read who the applicant is', () => {
    for (const name of ['name', 'age', 'gender', 'region', 'ip_address', 'user_id'])
      expect(problemOf(withTest({ eq: [name, { text: 'x' }] })).message).toMatch(/unknown field/);
  });

  it('cannot be nested without end', () => {
    let test: unknown = { gt: ['credit_score', 1] };
    for (let i = 0; i < 50; i++) test = { not: test };
    expect(problemOf(withTest(test)).message).toMatch(/nested deeper than 16/);
  });
});
