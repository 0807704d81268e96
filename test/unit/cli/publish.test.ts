import { describe, expect, it } from 'vitest';
import { toPublish } from '../../../cli/open-target.ts';
import { loadPolicy, type PolicyFile } from '../../../cli/policy-file.ts';
import { parsePolicy } from '../../../core/policy/policy.ts';

const NOW = Date.UTC(2026, 5, 1, 12);
const founding = loadPolicy('founding');
const effective = (minutes: number): PolicyFile => {
  const document = JSON.parse(founding.text) as Record<string, unknown>;
  const text = JSON.stringify({ ...document, effective_from: new Date(NOW + minutes * 60_000).toISOString() });
  return { file: 'mine.json', text, policy: parsePolicy(text) };
};

describe('toPublish', () => {
  it('begins a run with the policy named, or the default one', () => {
    expect(toPublish(founding, null, NOW)).toEqual([founding.text]);
    expect(toPublish(null, null, NOW)).toEqual([loadPolicy('default').text]);
  });

  it('refuses to begin a run in which no policy is in force yet', () => {
    expect(() => toPublish(effective(1), null, NOW)).toThrow(
      /--policy mine\.json: it is effective from .*no policy would be in force/,
    );
    expect(toPublish(effective(-1), null, NOW)).toHaveLength(1);
  });

  it('goes on with what a run has published', () => {
    expect(toPublish(null, founding.policy, NOW)).toEqual([]);
    expect(toPublish(founding, founding.policy, NOW)).toEqual([]);
  });

  it('changes the policy of a run at least 15 minutes ahead only', () => {
    expect(() => toPublish(effective(14), founding.policy, NOW)).toThrow(/holds a run that another policy decided/);
    expect(toPublish(effective(15), founding.policy, NOW)).toHaveLength(1);
  });
});
