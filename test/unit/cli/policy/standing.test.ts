import { describe, expect, it } from 'vitest';
import { standings, tooLateToPublish } from '../../../../cli/policy/standing.ts';
import { loadPolicy } from '../../../../cli/policy-file.ts';
import { PolicyBook, parsePolicy, type Policy } from '../../../../core/policy/policy.ts';

const NOW = Date.UTC(2026, 5, 1, 12);
const founding = loadPolicy('founding');
const policy = (version: string, minutes: number): Policy =>
  parsePolicy(
    JSON.stringify({
      ...(JSON.parse(founding.text) as object),
      version,
      effective_from: new Date(NOW + minutes * 60_000).toISOString(),
    }),
  );

describe('standings', () => {
  it('has one policy in force, those before it past, those after it pending', () => {
    const book = PolicyBook.from([founding.policy, policy('2', -60), policy('3', 0), policy('4', 1), policy('5', 60)]);
    expect(standings(book, NOW).map(({ policy: { version }, standing }) => [version, standing])).toEqual([
      ['5', 'pending'],
      ['4', 'pending'],
      ['3', 'in force'],
      ['2', 'past'],
      [founding.policy.version, 'past'],
    ]);
  });

  it('has none in force before the first takes effect', () => {
    expect(standings(PolicyBook.from([policy('2', 1)]), NOW).map(({ standing }) => standing)).toEqual(['pending']);
  });
});

describe('tooLateToPublish', () => {
  it('says so of what takes effect less than 15 minutes ahead, and from when on it may', () => {
    expect(tooLateToPublish(policy('2', 15), NOW)).toBeNull();
    expect(tooLateToPublish(policy('2', 14), NOW)).toMatch(
      /effective_from is 2026-06-01T12:14.* from 2026-06-01T12:15:00/,
    );
    expect(tooLateToPublish(founding.policy, NOW)).toContain('2000-01-01');
  });
});
