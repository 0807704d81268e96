import { describe, expect, it } from 'vitest';
import { application } from '../history/entries.ts';
import { APPLICATION, before, judge, judgeTransaction, T } from './rules.ts';

const YES = { gt: ['credit_score', 300] };
const NO = { lt: ['credit_score', 300] };
const UNKNOWN = { gt: ['employment_months', 0] };

describe('tests are combined', () => {
  it.each([
    [{ all: [YES, YES] }, 'fired'],
    [{ all: [YES, NO] }, 'clear'],
    [{ all: [YES, UNKNOWN] }, 'not_evaluated'],
    [{ all: [NO, UNKNOWN] }, 'not_evaluated'],
    [{ all: [UNKNOWN, NO] }, 'not_evaluated'],
    [{ any: [NO, YES] }, 'fired'],
    [{ any: [NO, NO] }, 'clear'],
    [{ any: [UNKNOWN, YES] }, 'fired'],
    [{ any: [YES, UNKNOWN] }, 'fired'],
    [{ any: [NO, UNKNOWN] }, 'not_evaluated'],
    [{ not: YES }, 'clear'],
    [{ not: NO }, 'fired'],
    [{ not: UNKNOWN }, 'not_evaluated'],
    [{ not: { any: [NO, { not: YES }] } }, 'fired'],
  ])('%j is %s', (when, result) => {
    expect(judge(when, {}).result).toBe(result);
  });

  it('and what is missing is named: the first in the order of the rule', () => {
    const outcome = judge({ all: [YES, { gt: ['total_debt', '1.00'] }, UNKNOWN] }, {});
    expect(outcome.reason).toBe('total_debt is missing');
    expect(outcome.values).toEqual({ credit_score: 650, employment_months: null, total_debt: null });
  });
});

describe('values are compared', () => {
  it.each([
    [{ gt: ['credit_score', 650] }, 'clear'],
    [{ gte: ['credit_score', 650] }, 'fired'],
    [{ lt: ['credit_score', 650] }, 'clear'],
    [{ lte: ['credit_score', 650] }, 'fired'],
    [{ eq: ['credit_score', 650] }, 'fired'],
    [{ ne: ['credit_score', 650] }, 'clear'],
    [{ gt: [651, 'credit_score'] }, 'fired'],
    [{ gt: ['interest_rate', 5.25] }, 'clear'],
    [{ gt: ['interest_rate', 5.2] }, 'fired'],
    [{ eq: ['channel', { text: 'web' }] }, 'fired'],
    [{ eq: ['channel', { text: 'Web' }] }, 'clear'],
    [{ ne: ['channel', { text: 'branch' }] }, 'fired'],
    [{ ne: ['channel', 'loan_purpose'] }, 'not_evaluated'],
    [{ eq: ['previous_default', false] }, 'fired'],
    [{ eq: ['previous_default', true] }, 'clear'],
    [{ gt: ['loan_amount', { times: [0.5, 'annual_income'] }] }, 'clear'],
    [{ gte: ['loan_amount', { times: [0.5, 'annual_income'] }] }, 'fired'],
    [{ gt: [{ times: [2, 'credit_score'] }, 1299] }, 'fired'],
    [{ gt: ['loan_amount', { positive: 'total_debt' }] }, 'not_evaluated'],
  ])('%j is %s', (when, result) => {
    const record = {
      interest_rate: 5.25,
      channel: 'web',
      previous_default: false,
      annual_income: 24_001,
      total_debt: 0,
    };
    expect(judge(when, record).result).toBe(result);
  });

  it('and shown: amounts as decimal text, others as they are', () => {
    const when = {
      all: [
        { gt: ['loan_amount', '1.00'] },
        { gt: ['annual_income', '1.00'] },
        { eq: ['channel', { text: 'a "b"' }] },
        { eq: ['previous_default', true] },
        { gt: ['interest_rate', 1] },
      ],
    };
    const record = { annual_income: 1e21, channel: 'a "b"', previous_default: true, interest_rate: 2.5 };
    const outcome = judge(when, record);
    expect(outcome).toMatchObject({ id: 'X', version: 1, severity: 'review', result: 'fired', reason: 'because' });
    expect(outcome.values).toEqual({
      annual_income: '1e+21',
      channel: 'a "b"',
      interest_rate: 2.5,
      loan_amount: '12000.50',
      previous_default: true,
    });
  });
});

const HOUR = 3_600_000;

const counting = (window: string, of = 'transactions') => ({ eq: [{ count: of, window }, 1] });

describe('windows over the history', () => {
  it.each([
    ['(t-1h, t]', HOUR, false],
    ['(t-1h, t]', HOUR - 1, true],
    ['[t-1h, t]', HOUR, true],
    ['[t-1h, t]', HOUR + 1, false],
    ['(t-1h, t]', 0, true],
    ['(t-1h, t]', -1, false],
    ['(t-1h, t)', 0, false],
    ['(t-1h, t)', 1, true],
    ['[t-60min, t)', HOUR, true],
    ['(t-3600s,t]', HOUR - 1, true],
    ['[t-1d, t]', 24 * HOUR, true],
  ])('%s holds what happened %d ms before: %s', (window, ms, inside) => {
    expect(judgeTransaction(counting(window), {}, [before(ms)]).result).toBe(inside ? 'fired' : 'clear');
  });

  it('hold the records of a source only', () => {
    const entries = [before(1, { type: 'payment_missed' })];
    expect(judgeTransaction(counting('(t-1h, t]'), {}, entries).result).toBe('clear');
    expect(judgeTransaction(counting('(t-1h, t]', 'records'), {}, entries).result).toBe('fired');
    expect(judgeTransaction(counting('(t-1h, t]', 'payment_missed'), {}, entries).result).toBe('fired');
    expect(judgeTransaction(counting('(t-1h, t]', 'payment_made'), {}, entries).result).toBe('clear');
  });

  it('count this record when told to', () => {
    const count = { count: 'transactions', window: '(t-1h, t]', and_this: true };
    expect(judgeTransaction({ eq: [count, 2] }, {}, [before(1)]).result).toBe('fired');
  });

  it('count different texts once, this record’s too, and none where there is none', () => {
    const distinct = { distinct: 'device_id', of: 'records', window: '(t-1h, t]' };
    const entries = ['a', 'b', 'a', null, 'c'].map((device_id) => before(1, { device_id }));
    const count = (change: object, device_id: string | null) =>
      judgeTransaction({ gte: [{ ...distinct, ...change }, 1] }, { device_id }, entries).values[
        'distinct_device_id_1h'
      ];
    expect(count({}, 'd')).toBe(3);
    expect(count({ and_this: true }, 'd')).toBe(4);
    expect(count({ and_this: true }, 'b')).toBe(3);
    expect(count({ and_this: true }, null)).toBe(3);
  });

  it('sum amounts, and take a mean of enough of them', () => {
    const entries = [before(1, { amount: 1001 }), before(2, { amount: null }), before(3, { amount: 500 })];
    const sum = { sum: 'amount', of: 'transactions', window: '(t-1h, t]' };
    expect(judgeTransaction({ eq: [sum, '15.01'] }, {}, entries).result).toBe('fired');
    expect(judgeTransaction({ eq: [{ ...sum, and_this: true }, '65.01'] }, {}, entries).result).toBe('fired');
    const mean = { mean: 'amount', of: 'transactions', window: '(t-1h, t]', at_least: 2 };
    expect(judgeTransaction({ gt: ['amount', mean] }, { amount: 751 }, entries).result).toBe('fired');
    expect(judgeTransaction({ gt: ['amount', mean] }, { amount: 750 }, entries).result).toBe('clear');
    const outcome = judgeTransaction({ gt: ['amount', { ...mean, at_least: 3 }] }, {}, entries);
    expect(outcome).toMatchObject({ result: 'not_evaluated', reason: 'fewer than 3 transactions within 1h' });
    expect(outcome.values).toEqual({ amount: '50.00', amounts_1h: 2, sum_amount_1h: '15.01' });
  });

  it('keep apart two of one length with different edges', () => {
    const outcome = judgeTransaction(
      {
        all: [
          { gte: [{ count: 'transactions', window: '(t-1h, t]' }, 0] },
          { gte: [{ count: 'transactions', window: '[t-1h, t]' }, 0] },
        ],
      },
      {},
      [before(HOUR)],
    );
    expect(outcome.values).toEqual({ transactions_1h: 0, transactions_1h_2: 1 });
  });

  it('of applications know each by its id', () => {
    const rule = { eq: [{ distinct: 'application_id', of: 'applications', window: '(t-1h, t]', and_this: true }, 2] };
    const entries = [
      application(1, { application_id: APPLICATION.application_id, event_time: T }),
      application(2, { application_id: 'other', event_time: T - 1 }),
      application(3, { application_id: 'other', revision: 2, event_time: T - 1 }),
    ];
    expect(judge(rule, {}, entries).result).toBe('fired');
  });
});

describe('one policy evaluated again and again', () => {
  it('remembers nothing of the record before', () => {
    const travel = { travelled: { faster_than_kmh: 900, or_elsewhere_within: '15min' } };
    const entries = [before(60_000, { latitude: 1, longitude: 1, location: 'A' })];
    const far = { latitude: 50, longitude: 50 };
    const results = [far, { location: 'B' }, {}, far].map((record) => judgeTransaction(travel, record, entries).result);
    expect(results).toEqual(['fired', 'fired', 'not_evaluated', 'fired']);
  });
});
