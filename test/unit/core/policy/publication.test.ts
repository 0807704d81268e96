import { describe, expect, it } from 'vitest';
import { parsePolicy, type Policy } from '../../../../core/policy/policy.ts';
import { checkPublication } from '../../../../core/policy/publication.ts';
import { changed, shipped } from './documents.ts';

const NOW = Date.UTC(2026, 5, 1, 12);
const founding = parsePolicy(shipped('founding'));
const effective = (minutes: number, version = '2.0.0'): Policy =>
  parsePolicy(
    changed((document) => {
      document.version = version;
      document.effective_from = new Date(NOW + minutes * 60_000).toISOString();
    }, 'founding'),
  );

describe('checkPublication', () => {
  it('takes as the first policy one that is in force', () => {
    expect(checkPublication(founding, [], NOW)).toBe('new');
    expect(() => checkPublication(effective(60), [], NOW)).toThrow(/until then no policy would be in force/);
  });

  it('takes as the next one what takes effect 15 minutes ahead or later, to the millisecond', () => {
    expect(checkPublication(effective(15), [founding], NOW)).toBe('new');
    expect(() => checkPublication(effective(15), [founding], NOW + 1)).toThrow(/at least 15 minutes ahead, from 2026-/);
    expect(() => checkPublication(effective(-60), [founding], NOW)).toThrow(/effective_from/);
  });

  it('knows a document that is published, whenever it takes effect', () => {
    expect(checkPublication(founding, [founding], NOW)).toBe('there');
  });

  it('refuses another document under a version that is taken', () => {
    expect(() => checkPublication(effective(60, founding.version), [founding], NOW)).toThrow(
      /founding .* is published with other content already/,
    );
  });
});
