import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { PROJECT_ROOT } from '../paths.ts';

/** What runs in a function: its code, the SQL it carries and the versions of its libraries. */
const SOURCES = ['core', 'lambdas', 'sql', 'package-lock.json'];

/**
 * The version that stands beside each receipt: the package's version and a digest of everything that runs in a
 * function. A digest rather than a commit, because a working tree that differs from its commit must not claim to be it.
 *
 * @returns such as `0.1.0-3f9a2c81d04e`
 */
export function codeVersion(root = PROJECT_ROOT): string {
  const manifest: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap((source) => filesOf(root, source)).sort()) {
    const content = readFileSync(join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return `${manifest.version}-${hash.digest('hex').slice(0, 12)}`;
}

/** Paths below the root with `/`, so that every platform computes the same digest. */
function filesOf(root: string, source: string): string[] {
  if (source.includes('.')) return [source];
  if (!existsSync(join(root, source))) return [];
  return readdirSync(join(root, source), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
}
