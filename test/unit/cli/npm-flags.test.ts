import { describe, expect, it } from 'vitest';
import { UserError } from '../../../cli/errors.ts';
import { program } from '../../../cli/index.ts';
import { FLAGS, refuseFlagsThatNpmTook } from '../../../cli/npm-flags.ts';

const under = (script: string, taken: Record<string, string>) => () =>
  refuseFlagsThatNpmTook({ npm_lifecycle_event: script, ...taken });

describe('refuseFlagsThatNpmTook', () => {
  it('says how flags get past npm', () => {
    const attempt = under('start', { npm_config_input: 'a.csv', npm_config_as_of: '2026-01-01' });
    expect(attempt).toThrow(UserError);
    expect(attempt).toThrow('npm took --input and --as-of for itself');
    expect(attempt).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('npm start -- --input … --as-of …') as string }),
    );
    expect(under('crp', { npm_config_data: 'x' })).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('npm run crp -- COMMAND --data …') as string }),
    );
  });

  it('minds neither npm’s own settings nor other scripts', () => {
    expect(under('start', { npm_config_registry: 'r', npm_config_json: 'true' })).not.toThrow();
    expect(under('test', { npm_config_seed: '1' })).not.toThrow();
    // A person's .npmrc, told to every script.
    for (const setting of ['', 'true', 'false'])
      expect(under('start', { npm_config_yes: setting, npm_config_user: setting })).not.toThrow();
    for (const off of ['', 'false']) expect(under('crp', { npm_config_dry_run: off })).not.toThrow();
    expect(under('crp', { npm_config_dry_run: 'true' })).toThrow('npm took --dry-run for itself');
    expect(() => refuseFlagsThatNpmTook({ npm_config_input: 'x' })).not.toThrow();
  });

  it('knows every flag that npm has no use for itself', () => {
    const every = (command: ReturnType<typeof program>): string[] => [
      ...command.options.map(({ long }) => long?.slice(2) ?? ''),
      ...command.commands.flatMap((each) => every(each as ReturnType<typeof program>)),
    ];
    const npmsOwn = ['json', 'long', 'yes', 'user'];
    expect(FLAGS.toSorted()).toEqual([...new Set(every(program()))].filter((flag) => !npmsOwn.includes(flag)).sort());
  });
});
