import { describe, expect, it } from 'vitest';
import { plainApplications } from '../../../../cli/generate/plain.ts';
import { realistic } from '../../../../cli/generate/realistic.ts';
import type { Entry } from '../../../../cli/produce/source.ts';
import { collect } from '../scratch.ts';

const ASOF = Date.UTC(2026, 2, 31);
const generate = (seed: number, applications: number, activity: number): Promise<Entry[]> =>
  collect(realistic({ seed, applications, activity, asOf: ASOF }));
const bytes = (entries: readonly Entry[]): string =>
  Buffer.concat(entries.map((entry) => entry.data)).toString('latin1');

describe('realistic', () => {
  it('makes exactly as many records as asked, for both streams', async () => {
    for (const [applications, activity] of [
      [1, 0],
      [0, 7],
      [60, 120],
      [999, 1998],
      [10_001, 3],
    ] as const) {
      const entries = await generate(3, applications, activity);
      expect(entries.filter((entry) => entry.stream === 'credit_applications')).toHaveLength(applications);
      expect(entries.filter((entry) => entry.stream === 'account_activity')).toHaveLength(activity);
    }
  });

  it('makes the same bytes from the same seed and others from another', async () => {
    const first = bytes(await generate(1, 500, 500));
    expect(bytes(await generate(1, 500, 500))).toBe(first);
    expect(bytes(await generate(2, 500, 500))).not.toBe(first);
  });

  it('holds no newline in a record, so that a file of them reads back', async () => {
    for (const entry of await generate(1, 1000, 1000)) expect(entry.data.includes(0x0a)).toBe(false);
  });

  it('numbers the records of each stream', async () => {
    const lines = (await generate(1, 1200, 0)).map((entry) => entry.line);
    expect(lines).toEqual(lines.map((_, index) => index + 1));
  });
});

describe('plainApplications', () => {
  it('holds the five required fields, unique ids and about count/3 users', async () => {
    const entries = await collect(plainApplications({ count: 3000, seed: 1, asOf: ASOF }));
    const records = entries.map((entry) => JSON.parse(entry.data.toString()) as Record<string, number | string>);
    expect(new Set(records.map((record) => Object.keys(record).join()))).toEqual(
      new Set(['application_id,user_id,credit_score,loan_amount,timestamp']),
    );
    expect(new Set(records.map((record) => record['application_id'])).size).toBe(3000);
    expect(new Set(records.map((record) => record['user_id'])).size).toBeGreaterThan(900);
    expect(new Set(records.map((record) => record['user_id'])).size).toBeLessThanOrEqual(1000);
  });

  it('spreads scores and amounts evenly over their ranges', async () => {
    const entries = await collect(plainApplications({ count: 20_000, seed: 5, asOf: ASOF }));
    const records = entries.map(
      (entry) => JSON.parse(entry.data.toString()) as { credit_score: number; loan_amount: number },
    );
    const share = (test: (record: { credit_score: number; loan_amount: number }) => boolean): number =>
      records.filter((record) => test(record)).length / records.length;
    expect(
      records.every(
        (r) => r.credit_score >= 300 && r.credit_score <= 850 && r.loan_amount >= 1000 && r.loan_amount <= 20_000,
      ),
    ).toBe(true);
    expect(share((r) => r.credit_score < 500)).toBeCloseTo(0.363, 1.7);
    expect(share((r) => r.credit_score < 450 && r.loan_amount > 15_000)).toBeCloseTo(0.0716, 2);
  });
});
