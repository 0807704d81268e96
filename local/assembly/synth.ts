import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  type Dirent,
} from 'node:fs';
import path from 'node:path';
import { REPO_ROOT } from '../process/node-binary.ts';
import { runCdk } from './cdk.ts';

/** Everything that a synthesised assembly is made of, bundles included. */
const SOURCES = ['bin', 'lib', 'core', 'lambdas', 'sql', 'policies', 'cdk.json', 'package-lock.json', 'tsconfig.json'];
/** Assemblies that are kept beside the one in use, for a stack of another branch that is still up. */
const KEPT = 4;

export interface SynthOptions {
  /** @default the repository's root */
  readonly root?: string;
  /** settings of the app beside the stage, as `-c key=value` gives them @default none */
  readonly settings?: Readonly<Record<string, string>>;
  /** called when there is no cached assembly, so that a person knows what takes the time */
  readonly onSynth?: () => void;
  /** breaks it off */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The cloud assembly of the local stage: what `cdk synth -c stage=local` writes, kept by a hash of its sources.
 *
 * @returns the assembly's directory
 * @throws LocalError with the end of what synth said, when it fails
 */
export async function synthesise(options: SynthOptions = {}): Promise<string> {
  const root = options.root ?? REPO_ROOT;
  const cache = path.join(root, '.cache', 'cloud-assembly');
  const assembly = path.join(cache, hashSources(root, options.settings));
  if (!existsSync(path.join(assembly, 'manifest.json'))) {
    options.onSynth?.();
    mkdirSync(cache, { recursive: true });
    const draft = `${assembly}.${process.pid}`;
    rmSync(draft, { recursive: true, force: true });
    try {
      await runSynth(root, draft, options);
      rename(draft, assembly);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  }
  const now = new Date();
  utimesSync(assembly, now, now);
  prune(cache, assembly);
  return assembly;
}

/** Two runs may have synthesised the same at once; the first one's is as good. */
function rename(draft: string, assembly: string): void {
  try {
    renameSync(draft, assembly);
  } catch (error) {
    if (!existsSync(path.join(assembly, 'manifest.json'))) throw error;
  }
}

async function runSynth(root: string, output: string, options: SynthOptions): Promise<void> {
  const settings = Object.entries({ stage: 'local', ...options.settings });
  await runCdk(
    ['synth', '--quiet', ...settings.flatMap(([key, value]) => ['-c', `${key}=${value}`]), '--output', output],
    {
      root,
      // No credentials are looked for.
      env: {
        PATH: process.env['PATH'] ?? '/usr/bin:/bin',
        HOME: process.env['HOME'] ?? root,
        CI: 'true',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
      signal: options.signal,
    },
  );
}

function hashSources(root: string, settings: Readonly<Record<string, string>> = {}): string {
  const hash = createHash('sha256');
  for (const [key, value] of Object.entries(settings).sort()) hash.update(`${key}=${value}\0`);
  for (const source of SOURCES) {
    for (const file of filesOf(path.join(root, source))) {
      const content = readFileSync(file);
      hash.update(`${path.relative(root, file)}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex').slice(0, 20);
}

function filesOf(entry: string): string[] {
  const stat = statSync(entry, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (stat.isFile()) return [entry];
  return readdirSync(entry, { recursive: true, withFileTypes: true })
    .filter((found: Dirent) => found.isFile())
    .map((found: Dirent) => path.join(found.parentPath, found.name))
    .sort();
}

function prune(cache: string, inUse: string): void {
  readdirSync(cache)
    .map((name) => path.join(cache, name))
    .filter((directory) => directory !== inUse && existsSync(path.join(directory, 'manifest.json')))
    .map((directory) => ({ directory, used: statSync(directory).mtimeMs }))
    .sort((a, b) => b.used - a.used)
    .slice(KEPT)
    .forEach(({ directory }) => rmSync(directory, { recursive: true, force: true }));
}
