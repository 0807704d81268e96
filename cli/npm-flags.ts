import { UserError } from './errors.ts';

/** Scripts of package.json behind which this command line stands. */
const SCRIPTS = ['start', 'crp'];
/** Flags of ours that are none of npm's; what npm was given it puts into the environment under this prefix. */
const PREFIX = 'npm_config_';
export const FLAGS = [
  'input', 'mapping', 'stream', 'profile', 'count', 'seed', 'as-of', 'data', 'policy', 'report', 'fresh', 'keep',
  'out', 'dir', 'check', 'limit', 'user', 'receipt', 'describe', 'workers', 'stage', 'dry-run',
  'yes', 'masked', 'full',
]; // biome-ignore format: a list

/**
 * `npm start --input FILE` gives --input to npm, which keeps it: the pipeline would run on generated records instead,
 * and replace the last run.
 *
 * @throws UserError naming the flags and how they get here
 */
export function refuseFlagsThatNpmTook(env: Readonly<Record<string, string | undefined>>): void {
  const script = env['npm_lifecycle_event'];
  if (script === undefined || !SCRIPTS.includes(script)) return;
  const taken = FLAGS.filter((flag) => env[`${PREFIX}${flag.replaceAll('-', '_')}`] !== undefined);
  if (taken.length === 0) return;
  const flags = taken.map((flag) => `--${flag}`).join(' and ');
  throw new UserError(
    `npm took ${flags} for itself`,
    `What is meant for the pipeline comes after two dashes: npm ${script === 'start' ? 'start' : 'run crp'} -- ${script === 'start' ? '' : 'COMMAND '}${taken.map((flag) => `--${flag} …`).join(' ')}`,
  );
}
