import { UserError } from './errors.ts';

/** Scripts of package.json behind which this command line stands. */
const SCRIPTS = ['start', 'crp', 'console'];
/** What npm was given, or finds in its configuration, it puts into the environment under this prefix. */
const PREFIX = 'npm_config_';
/**
 * Flags of ours that a person's npm is not configured with: `yes`, `user`, `json` and `long` are settings of npm, which it
 * tells also where nobody typed them. `dry-run` is one too, but nobody configures it, and `redrive` without it would send.
 */
export const FLAGS = [
  'input', 'mapping', 'stream', 'profile', 'count', 'seed', 'as-of', 'data', 'policy', 'report', 'fresh', 'keep',
  'out', 'dir', 'check', 'limit', 'receipt', 'describe', 'workers', 'stage', 'dry-run',
  'masked', 'full', 'since', 'mended', 'open', 'port', 'role', 'day', 'by', 'reason', 'decision', 'revision',
  'seen', 'severity', 'status',
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
  // An empty text is npm's way to say false.
  const taken = FLAGS.filter((flag) => !['', 'false'].includes(env[`${PREFIX}${flag.replaceAll('-', '_')}`] ?? ''));
  if (taken.length === 0) return;
  const flags = taken.map((flag) => `--${flag}`).join(' and ');
  throw new UserError(
    `npm took ${flags} for itself`,
    `What is meant for the pipeline comes after two dashes: npm ${script === 'start' ? 'start' : `run ${script}`} -- ${script === 'crp' ? 'COMMAND ' : ''}${taken.map((flag) => `--${flag} …`).join(' ')}`,
  );
}
