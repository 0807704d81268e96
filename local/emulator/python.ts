import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { LocalError } from '../errors.ts';
import { launch, logTail } from '../process/managed.ts';
import { REPO_ROOT } from '../process/node-binary.ts';

/** The emulator that is deployed to. A newer one may know other types: see lib/emulator-gaps.ts. */
export const MINISTACK_VERSION = '1.5.33';
const REQUIREMENT = `ministack[full]==${MINISTACK_VERSION}`;

export interface PythonOptions {
  /** where environments are kept @default .cache/emulator of the repository */
  readonly cache?: string;
  /** interpreter that environments are made with @default python3 */
  readonly python?: string;
  /** called when there is no environment yet, so that a person knows what takes the time */
  readonly onInstall?: () => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The Python that has the emulator: an environment of its own, made once, kept by version.
 *
 * @returns path of the interpreter
 * @throws LocalError when there is no Python, or the packages cannot be had
 */
export async function emulatorPython(options: PythonOptions = {}): Promise<string> {
  const { cache = path.join(REPO_ROOT, '.cache', 'emulator'), python = 'python3' } = options;
  const home = path.join(cache, `ministack-${MINISTACK_VERSION}`);
  const interpreter = path.join(home, 'bin', 'python');
  if (existsSync(interpreter)) return interpreter;
  requireVenv(python);
  options.onInstall?.();
  mkdirSync(cache, { recursive: true });
  // Made beside its place and moved there whole: half an environment would be taken for one.
  const draft = `${home}.${process.pid}`;
  const logFile = `${draft}.log`;
  const run = async (command: string, args: readonly string[], failed: (said: string) => LocalError) => {
    const child = await launch({ command, args, env: pythonEnvironment(), logFile, signal: options.signal });
    const { code } = await child.exited;
    options.signal?.throwIfAborted();
    if (code !== 0) throw failed(withoutAddresses(logTail(logFile)));
  };
  rmSync(draft, { recursive: true, force: true });
  try {
    await run(
      python,
      ['-m', 'venv', draft],
      (said) =>
        new LocalError(
          'python3 cannot make an environment for the emulator',
          `on Debian and Ubuntu: apt install python3-venv; it said:\n    ${said}`,
        ),
    );
    await run(
      path.join(draft, 'bin', 'python'),
      ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', REQUIREMENT],
      (said) =>
        new LocalError(
          `pip could not install ${REQUIREMENT}`,
          `it needs a package index that pip can reach (pip config list); it said:\n    ${said}`,
        ),
    );
    move(draft, home);
  } finally {
    for (const file of [draft, logFile]) rmSync(file, { recursive: true, force: true });
  }
  return interpreter;
}

/** Two runs may have made the same environment at once; the first one's is as good. */
function move(draft: string, home: string): void {
  try {
    renameSync(draft, home);
  } catch (error) {
    if (!existsSync(path.join(home, 'bin', 'python'))) throw error;
  }
}

function requireVenv(python: string): void {
  const missing = whyNoPython(python);
  if (missing !== null)
    throw new LocalError(missing, 'install Python 3 with its venv module; the pipeline itself needs none (npm start)');
}

/** @returns why the emulator cannot be had here, or null */
export function whyNoPython(python = 'python3'): string | null {
  const { error, status } = spawnSync(python, [
    '-c',
    'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))',
  ]);
  if (error === undefined && status === 0) return null;
  const found = error === undefined ? 'older, or has no venv module' : 'not there';
  return `the emulator needs Python 3.10 or newer, and ${python} is ${found}`;
}

/** pip finds its index and its proxy in the environment and in the person's configuration. */
const pythonEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[0] !== 'PYTHONHOME',
    ),
  );

/** Where a machine gets its packages from is its own business, and no part of a message that may be passed on. */
export const withoutAddresses = (text: string): string =>
  text.replace(/\b[a-z+]+:\/\/[^\s'")>]+/gi, '<address>').replace(/(host='|located at )[^\s']+/g, '$1<address>');
