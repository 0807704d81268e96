import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PolicyError } from '../../../../core/policy/errors.ts';
import { parsePolicy } from '../../../../core/policy/policy.ts';
import { parseStrictJson } from '../../../../core/policy/strict-json.ts';
import { type Broken, changed, problemOf, shipped } from './documents.ts';

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
