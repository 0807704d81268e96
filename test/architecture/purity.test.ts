import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { impure } from './impure.ts';

const ROOT = path.resolve(import.meta.dirname, '..', '..');

describe('core', () => {
  /** Time, chance and surroundings are passed in: whoever reads them himself cannot be replayed. */
  it('reads neither clock nor chance nor surroundings', () => {
    const files = globSync('core/**/*.ts', { cwd: ROOT });
    expect(files.length).toBeGreaterThan(40);
    expect(
      files.flatMap((file) => impure(readFileSync(path.join(ROOT, file), 'utf8')).map((what) => `${file}:${what}`)),
    ).toEqual([]);
  });
});

describe('the search for what is impure', () => {
  it.each([
    'const at = Date.now();',
    "const at = Date['now']();",
    'const clock = Date.now;',
    'const { now } = Date;',
    'const at = new Date();',
    'const at = new Date;',
    'const at = Date();',
    'const chance = Math.random();',
    'const { random } = Math;',
    'const stage = process.env.STAGE;',
    'const stage = globalThis.process;',
    'const started = performance.now();',
    "console.log('here');",
    'setTimeout(() => undefined, 1);',
    "await fetch('https://example.com');",
    'const id = crypto.randomUUID();',
    "import { randomUUID } from 'node:crypto'; randomUUID();",
    "import * as crypto from 'node:crypto'; crypto.randomBytes(1);",
    'const here = import.meta.dirname;',
    'const hour = new Date(0).getHours();',
    'const text = (1.5).toLocaleString();',
    'names.sort((a, b) => a.localeCompare(b));',
    "const format = new Intl.NumberFormat('en');",
    'const call = { now: Date.now };',
    'function at(now = Date.now()) { return now; }',
  ])('finds %s', (text) => expect(impure(text)).not.toEqual([]));

  it.each([
    'const at = new Date(arrival).toISOString();',
    'const at = Date.UTC(2026, 0, 1);',
    'const root = Math.sqrt(2);',
    'const process = (record: unknown) => record; const facts = { process: 1, Date: 2 };',
    'type At = Date; interface Clock { now(): Date; process: string }',
    "import { hash } from 'node:crypto'; hash('sha256', 'x');",
    '/** Not Date.now(): the arrival is passed in. */ const text = "Math.random()";',
    'const hour = new Date(0).getUTCHours();',
  ])('lets %s be', (text) => expect(impure(text)).toEqual([]));
});

describe('files', () => {
  it('stay near 300 lines', () => {
    const files = globSync('{bin,bench,cli,core,lambdas,lib,local}/**/*.{ts,mjs}', { cwd: ROOT });
    const long = files.filter((file) => readFileSync(path.join(ROOT, file), 'utf8').split('\n').length > 330);
    expect(long).toEqual([]);
  });
});
