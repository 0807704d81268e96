import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { CATALOGUE } from './catalogue/index.ts';
import type { Files } from './generator.ts';
import { GENERATORS } from './generators.ts';

export const GENERATED = join(import.meta.dirname, 'generated');

/** All files as the catalogue wants them. @throws Error when two tools make the same file */
export function generateAll(): Files {
  const files = new Map<string, string>();
  for (const { name, generate } of GENERATORS)
    for (const [path, text] of generate(CATALOGUE)) {
      if (files.has(path)) throw new Error(`${name} makes ${path}, which another generator has made`);
      files.set(path, text);
    }
  return files;
}

/** All files as they lie in the folder. */
export function readGenerated(folder = GENERATED): Files {
  if (!existsSync(folder)) return new Map();
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(files.map((file) => [relative(folder, file).split(sep).join('/'), readFileSync(file, 'utf8')]));
}

/** What differs between what lies there and what should, as lines for a person; none = nothing. */
export function differences(there: Files, wanted: Files): readonly string[] {
  const paths = [...new Set([...there.keys(), ...wanted.keys()])].sort();
  return paths.flatMap((path) => {
    if (!wanted.has(path)) return [`bi/generated/${path} is made by nothing`];
    if (!there.has(path)) return [`bi/generated/${path} is missing`];
    return there.get(path) === wanted.get(path) ? [] : [`bi/generated/${path} is stale`];
  });
}

/** Makes the folder exactly that; files that did not change are left alone. @returns what was written or removed */
export function writeGenerated(wanted: Files, folder = GENERATED): readonly string[] {
  mkdirSync(folder, { recursive: true });
  const there = readGenerated(folder);
  const changed = [...wanted].filter(([path, text]) => there.get(path) !== text);
  for (const [path, text] of changed) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const dead = [...there.keys()].filter((path) => !wanted.has(path));
  for (const path of dead) rmSync(join(folder, path));
  return [...changed.map(([path]) => path), ...dead].sort();
}
