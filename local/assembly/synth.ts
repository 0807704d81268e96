import { spawn } from 'node:child_process';
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
import { LocalError } from '../errors.ts';
import { nodeBinary, REPO_ROOT } from '../process/node-binary.ts';
import { release, trySignal, watch } from '../process/warden.ts';

/** Everything that a synthesised assembly is made of, bundles included. */
const SOURCES = ['bin', 'lib', 'core', 'lambdas', 'sql', 'policies', 'cdk.json', 'package-lock.json', 'tsconfig.json'];
/** Assemblies that are kept beside the one in use, for a stack of another branch that is still up. */
const KEPT = 4;

export interface SynthOptions {
  /** @default the repository's root */
  readonly root?: string;
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
  const assembly = path.join(cache, hashSources(root));
  if (!existsSync(path.join(assembly, 'manifest.json'))) {
    options.onSynth?.();
    mkdirSync(cache, { recursive: true });
    const draft = `${assembly}.${process.pid}`;
    rmSync(draft, { recursive: true, force: true });
    try {
      await runSynth(root, draft, options.signal);
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

async function runSynth(root: string, output: string, signal: AbortSignal | undefined): Promise<void> {
  const node = nodeBinary();
  const cdk = path.join(root, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  const args = [cdk, 'synth', '--quiet', '-c', 'stage=local', '--output', output];
  const child = spawn(node, args, {
    cwd: root,
    // cdk.json says "node …": it must be the Node that reads TypeScript. No credentials are looked for.
    env: {
      PATH: `${path.dirname(node)}:${process.env['PATH'] ?? '/usr/bin:/bin'}`,
      HOME: process.env['HOME'] ?? root,
      CI: 'true',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const group = child.pid;
  if (group !== undefined) watch(group, 'SIGKILL');
  const abort = (): void => void (group !== undefined && trySignal(-group, 'SIGKILL'));
  signal?.addEventListener('abort', abort, { once: true });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => void said.push(text));
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => {
    if (group !== undefined) release(group);
    signal?.removeEventListener('abort', abort);
  });
  signal?.throwIfAborted();
  if (code !== 0) {
    const tail = said.join('').trimEnd().split('\n').slice(-15).join('\n    ');
    throw new LocalError(`cdk synth failed (exit code ${code})`, `it said:\n    ${tail}`);
  }
}

function hashSources(root: string): string {
  const hash = createHash('sha256');
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
