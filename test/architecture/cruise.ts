import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '..', '..');
export const CONFIG = '.dependency-cruiser.cjs';
const ROOMS = ['bin', 'cli', 'core', 'lambdas', 'lib', 'local', 'bench', 'test'];

export interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

/**
 * What the project's rules find in a project of these files alone.
 *
 * @param files texts by their paths, relative to the root
 */
export function cruise(files: Readonly<Record<string, string>>): readonly Violation[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'crp-imports-'));
  try {
    for (const room of ROOMS) mkdirSync(path.join(folder, room));
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
    for (const file of [CONFIG, 'tsconfig.json', 'package.json'])
      cpSync(path.join(ROOT, file), path.join(folder, file));
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
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
