import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NoPolicyInForce, PolicyError } from '../../../../core/policy/errors.ts';
import { PolicyBook, parsePolicy } from '../../../../core/policy/policy.ts';
import { parseStrictJson } from '../../../../core/policy/strict-json.ts';
import { type Broken, changed, shipped, withTest } from './documents.ts';

function problemOf(text: string): PolicyError {
  try {
    parsePolicy(text);
  } catch (error) {
    if (error instanceof PolicyError) return error;
    throw error;
  }
  throw new Error('the policy was accepted');
}

describe('a shipped policy', () => {
  it.each([
    ['founding', ['R001']],
    ['default', ['R001', 'R002', 'R003', 'T001', 'T002', 'T003', 'T004']],
  ])('%s has its rules, its limits and is effective from 2000', (name, rules) => {
    const policy = parsePolicy(shipped(name));
    expect(policy.id).toBe(name);
    expect(policy.document.rules.map((rule) => rule.id)).toEqual(rules);
    expect(policy.effectiveFrom).toBe(Date.UTC(2000, 0, 1));
    expect(policy.limits).toEqual({ amountCeiling: 1_000_000_000, highBelow: 500, lowFrom: 700 });
    expect(policy.thresholds).toEqual({ rejectBelow: 500, approvalFloor: 600, instantAmount: 1_500_000 });
  });

  it('has the digest of its canonical JSON, whatever its white space and order of keys', () => {
    const text = shipped('default');
    const document = JSON.parse(text);
    const turned = Object.fromEntries(Object.entries(document).toReversed());
    expect(parsePolicy(text).digest).toBe(hash('sha256', canonicalize(document) as string));
    expect(parsePolicy(JSON.stringify(turned, null, 7)).digest).toBe(parsePolicy(text).digest);
    expect(parsePolicy(changed((d) => (d.version = '1.0.1'))).digest).not.toBe(parsePolicy(text).digest);
  });
});

const broken: [string, (document: Broken) => void, string, RegExp][] = [
  ['a missing key', (d) => delete d.description, 'description', /missing; allowed is a text/],
  ['an unknown key', (d) => (d.treshold = 1), 'treshold', /unknown key; allowed are id, version/],
  ['an unknown key of a rule', (d) => (d.rules[1].wen = 1), 'rules[1].wen', /unknown key; allowed are id/],
  [
    'a misspelt key before the one that is missing for it',
    (d) => {
      d.thresholds.reject_belw = d.thresholds.reject_below;
      delete d.thresholds.reject_below;
    },
    'thresholds.reject_belw',
    /unknown key; allowed are amount_ceiling, .*; did you mean reject_below\?$/,
  ],
  ['a wrong type', (d) => (d.rules = {}), 'rules', /found an object .*allowed is a list of rules/],
  ['a number as version', (d) => (d.version = 1), 'version', /found a number .*allowed is a text/],
  ['a blank id', (d) => (d.id = ' '), 'id', /found a blank text/],
  ['an id with a slash', (d) => (d.id = 'a/b'), 'id', /letters, digits/],
  [
    'an amount as a number',
    (d) => (d.thresholds.instant_amount = 15000),
    'thresholds.instant_amount',
    /found a number .*decimal text/,
  ],
  [
    'an amount of 3 decimals',
    (d) => (d.thresholds.amount_ceiling = '1.000'),
    'thresholds.amount_ceiling',
    /decimal text/,
  ],
  ['a ceiling of zero', (d) => (d.thresholds.amount_ceiling = '0'), 'thresholds.amount_ceiling', /above 0/],
  [
    'an instant amount above the ceiling',
    (d) => (d.thresholds.instant_amount = '10000000.01'),
    'thresholds.instant_amount',
    /above amount_ceiling/,
  ],
  ['inverted bands', (d) => (d.thresholds.bands = { high_below: 700, low_from: 500 }), 'thresholds.bands', /inverted/],
  ['no Medium band', (d) => (d.thresholds.bands = { high_below: 600, low_from: 600 }), 'thresholds.bands', /inverted/],
  [
    'a score that is none',
    (d) => (d.thresholds.reject_below = 499.5),
    'thresholds.reject_below',
    /whole number from 300 to 851/,
  ],
  [
    'a score out of range',
    (d) => (d.thresholds.approval_floor = 60),
    'thresholds.approval_floor',
    /whole number from 300/,
  ],
  [
    'a floor below the rejection',
    (d) => (d.thresholds.approval_floor = 499),
    'thresholds.reject_below',
    /above approval_floor/,
  ],
  ['a date alone', (d) => (d.effective_from = '2000-01-01'), 'effective_from', /a time such as/],
  ['a date that does not exist', (d) => (d.effective_from = '2027-02-29T00:00:00Z'), 'effective_from', /that exists/],
  ['a day zero', (d) => (d.effective_from = '2027-01-00T00:00:00Z'), 'effective_from', /that exists/],
  ['a thirteenth month', (d) => (d.effective_from = '2027-13-01T00:00:00Z'), 'effective_from', /that exists/],
  ['an unknown severity', (d) => (d.rules[0].severity = 'fatal'), 'rules[0].severity', /notice, review, critical/],
  ['an unknown stream', (d) => (d.rules[0].on = 'payment'), 'rules[0].on', /application, transaction/],
  ['a version of a rule as text', (d) => (d.rules[0].version = '1'), 'rules[0].version', /found a text .*whole number/],
  ['a rule twice', (d) => (d.rules[3].id = 'R001'), 'rules[3].id', /"R001" is the id of rules\[0\]/],
  ['a rule without a test', (d) => delete d.rules[2].when, 'rules[2].when', /missing/],
  [
    'an exception of an unknown rule',
    (d) => (d.exceptions = [exception({ rule: 'R009' })]),
    'exceptions[0].rule',
    /no rule "R009"; allowed are R001/,
  ],
  [
    'an exception about two subjects',
    (d) => (d.exceptions = [exception({ subject: { user_id: 'u', merchant: 'm' } })]),
    'exceptions[0].subject',
    /found 2 subjects/,
  ],
  [
    'an exception about nothing',
    (d) => (d.exceptions = [exception({ subject: {} })]),
    'exceptions[0].subject',
    /found 0 subjects/,
  ],
  [
    'an exception by name',
    (d) => (d.exceptions = [exception({ subject: { name: 'x' } })]),
    'exceptions[0].subject.name',
    /user_id, application_id, device_id, merchant/,
  ],
  [
    'an exception without end',
    (d) => (d.exceptions = [exception({ until: undefined })]),
    'exceptions[0].until',
    /missing; allowed is a time/,
  ],
  [
    'an exception nobody approved',
    (d) => (d.exceptions = [exception({ approved_by: '' })]),
    'exceptions[0].approved_by',
    /found a blank text/,
  ],
];

const exception = (change: object): object => ({
  subject: { user_id: 'u-1' },
  rule: 'R001',
  until: '2027-01-01T00:00:00Z',
  why: 'checked',
  approved_by: 'committee',
  ...change,
});

describe('a broken policy does not load and says where', () => {
  it.each(broken)('%s', (_what, change, path, problem) => {
    const error = problemOf(changed(change));
    expect(error.path).toBe(path);
    expect(error.message).toContain(path);
    expect(error.message).toMatch(problem);
  });

  it.each([
    ['nothing', '', /not JSON: the text ends too early/],
    ['a document cut short', shipped('default').slice(0, 300), /not JSON/],
    ['a document that ends in the middle', '{"id": "x"', /the text ends too early/],
    ['a word', '{\n "id": x }', /line 2, column 8: no JSON starts here/],
    ['a comma too many', '{\n "id": "x",\n}', /line 3, column 1: a key in double quotes/],
    ['a missing comma', '{"id": "x" "version": 1}', /line 1, column 12: "," or "}" was expected/],
    ['a missing colon', '{"id" "x"}', /line 1, column 7: ":" was expected/],
    ['a wrong bracket', '{"id": [1}', /line 1, column 10: "," or "]" was expected/],
    ['a comma alone', '[,]', /line 1, column 2: a value was expected/],
    ['two documents', '{} {}', /line 1, column 4: the end was expected/],
    ['a line break in a text', '{"id": "a\nb"}', /line 1, column 8/],
    ['a deep hole', '['.repeat(5000), /nested deeper than 64/],
    ['a list', '[]', /found an empty list .*an object with id/],
    ['null', 'null', /found null/],
    ['a text', '"default"', /found a text/],
  ])('%s', (_what, text, problem) => {
    expect(problemOf(text).message).toMatch(problem);
  });

  it('a key that stands twice in one object', () => {
    const text = shipped('founding').replace('"rules": [', '"exceptions": [],\n  "rules": [');
    const line = text.slice(0, text.lastIndexOf('"exceptions"')).split('\n').length;
    expect(problemOf(text).message).toContain(`line ${line}, column 3: the key "exceptions" stands twice`);
    expect(() => parsePolicy(changed((d) => (d.description = 'a {"b": "id": "id": [] \\" quoted')))).not.toThrow();
  });

  it('accepts of JSON texts exactly what JSON.parse does, keys that stand twice apart', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', '"', ' ', '0', 'e', '\\'), (json, at, insert) => {
        const place = at % (json.length + 1);
        const text = json.slice(0, place) + insert + json.slice(place);
        let value: unknown;
        try {
          value = JSON.parse(text);
        } catch {
          expect(() => parseStrictJson(text)).toThrow(PolicyError);
          return;
        }
        try {
          expect(parseStrictJson(text)).toEqual(value);
        } catch (error) {
          expect((error as Error).message).toMatch(/twice/);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('repeats nothing that may be personal', () => {
    const canary = 'canary-customer-77';
    const error = problemOf(
      changed((d) => (d.exceptions = [exception({ subject: { user_id: canary }, until: canary })])),
    );
    expect(error.path).toBe('exceptions[0].until');
    expect(error.message).not.toContain(canary);
    expect(problemOf(`{"exceptions": [{"subject": {"user_id": "${canary}"}`).message).not.toContain(canary);
  });
});

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

const at = (effective_from: string, version: string) =>
  parsePolicy(changed((d) => Object.assign(d, { effective_from, version })));

describe('the policy in force', () => {
  const first = at('2026-01-01T00:00:00Z', 'first');
  const second = at('2026-06-01T02:00:00+02:00', 'second');
  const third = at('2026-06-01T00:00:00Z', 'third');

  it('is the one with the latest effective_from at or before the arrival', () => {
    const book = PolicyBook.from([third, first]);
    expect(book.inForce(Date.UTC(2026, 5, 1) - 1).version).toBe('first');
    expect(book.inForce(Date.UTC(2026, 5, 1)).version).toBe('third');
    expect(book.inForce(Date.UTC(2030, 0, 1)).version).toBe('third');
  });

  it('is of equals the one with the greater digest, in whatever order they were published', () => {
    const greater = second.digest > third.digest ? second : third;
    expect(PolicyBook.from([second, third]).inForce(Date.UTC(2027, 0, 1))).toBe(greater);
    expect(PolicyBook.from([third, second]).inForce(Date.UTC(2027, 0, 1))).toBe(greater);
  });

  it('is missing before the first one takes effect', () => {
    expect(() => PolicyBook.from([first]).inForce(Date.UTC(2026, 0, 1) - 1)).toThrow(NoPolicyInForce);
    expect(() => PolicyBook.from([first]).inForce(0)).toThrow(/1970-01-01.*default first, takes effect at 2026-01-01/);
    expect(() => PolicyBook.from([]).inForce(0)).toThrow(/none is published/);
  });
});
