import { hash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Servers of tests that exist in Java only: their jars are had from Maven once, and kept below `.cache/`. */
const CACHE = resolve(import.meta.dirname, '../../.cache');
const FLAGS: Readonly<Record<string, string>> = { mvn: '-v', openssl: 'version' };

/** @returns which of the commands cannot be run here */
export const missingCommands = (commands: readonly string[]): string[] =>
  commands.filter((command) => spawnSync(command, [FLAGS[command] ?? '-version'], { stdio: 'ignore' }).status !== 0);

/**
 * A folder with the jars of a pom under `lib/`, and whatever `build` adds to it; made anew when a source has changed.
 * One builder at a time: test files run in processes of their own.
 *
 * @param sources files that the folder is made of, the pom first
 */
export async function javaHome(
  name: string,
  sources: readonly string[],
  build: (home: string) => void = () => {},
): Promise<string> {
  const home = join(CACHE, name);
  const wanted = hash('sha256', sources.map((path) => readFileSync(path, 'utf8')).join('\0'));
  const mark = join(home, 'built');
  const lock = join(home, 'lock');
  mkdirSync(home, { recursive: true });
  const isBuilt = (): boolean => existsSync(mark) && readFileSync(mark, 'utf8') === wanted;
  for (let waited = 0; !isBuilt(); waited++) {
    try {
      mkdirSync(lock);
    } catch {
      if (waited > 600) throw new Error(`another build seems to have died: remove ${lock}`);
      await sleep(200);
      continue;
    }
    try {
      const lib = join(home, 'lib');
      rmSync(lib, { recursive: true, force: true });
      run('mvn', ['-q', '-B', '-f', sources[0]!, 'dependency:copy-dependencies', `-DoutputDirectory=${lib}`]);
      build(home);
      writeFileSync(mark, wanted);
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  }
  return home;
}

/** @throws Error with what the command said, when it fails */
export function run(command: string, parameters: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(command, parameters, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} failed (${status}):\n${stdout}${stderr}`);
}
