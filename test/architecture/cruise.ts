import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '..', '..');
export const CONFIG = '.dependency-cruiser.cjs';
const ROOMS = ['bi', 'bin', 'cli', 'console', 'core', 'lambdas', 'lib', 'local', 'bench', 'test'];

export interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

/** Packages lie in the project, as after `npm ci`, or somewhere else, and a link points there. */
export const PLACES = ['installed', 'linked'] as const;
export type Place = (typeof PLACES)[number];

/**
 * What the project's rules find in a project of these files alone.
 *
 * @param files texts by their paths, relative to the root
 */
export function cruise(files: Readonly<Record<string, string>>, packages: Place): readonly Violation[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'crp-imports-'));
  try {
    for (const room of ROOMS) mkdirSync(path.join(folder, room));
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
    for (const file of [CONFIG, 'tsconfig.json', 'package.json'])
      cpSync(path.join(ROOT, file), path.join(folder, file));
    if (packages === 'linked') symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
    else install(path.join(folder, 'node_modules'), Object.values(files));
    const { stdout, stderr } = spawnSync(
      path.join(ROOT, 'node_modules', '.bin', 'depcruise'),
      ['--config', CONFIG, '--output-type', 'json', ...ROOMS],
      { cwd: folder, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
    );
    if (stdout === '') throw new Error(stderr);
    return (JSON.parse(stdout) as { summary: { violations: readonly Violation[] } }).summary.violations;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Puts an empty package there for everything that the texts import by a package's name. */
function install(modules: string, texts: readonly string[]): void {
  const names = texts.flatMap((text) => [...text.matchAll(/from '([^.'][^']*)'/g)].map(([, name]) => name!));
  for (const name of new Set(names.filter((one) => !one.startsWith('node:')))) {
    const parts = name.split('/');
    const home = path.join(modules, ...parts.slice(0, name.startsWith('@') ? 2 : 1));
    mkdirSync(path.join(modules, name), { recursive: true });
    writeFileSync(path.join(modules, name, 'index.js'), '');
    writeFileSync(path.join(home, 'package.json'), JSON.stringify({ name: path.relative(modules, home) }));
  }
}
