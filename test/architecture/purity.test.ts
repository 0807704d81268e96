import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..', '..');
/** Time, chance and surroundings are passed in: whoever reads them himself cannot be replayed. */
const IMPURE =
  /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.|\bglobalThis\.|\bperformance\.|\bcrypto\.random|\brandomUUID\b|toLocale\w*\(|\bIntl\./;

describe('core', () => {
  it('reads neither clock nor chance nor surroundings', () => {
    const files = globSync('core/**/*.ts', { cwd: ROOT });
    expect(files.length).toBeGreaterThan(40);
    expect(files.filter((file) => IMPURE.test(readFileSync(path.join(ROOT, file), 'utf8')))).toEqual([]);
  });
});

describe('files', () => {
  it('stay near 300 lines', () => {
    const files = globSync('{bin,bench,cli,core,lambdas,lib,local}/**/*.{ts,mjs}', { cwd: ROOT });
    const long = files.filter((file) => readFileSync(path.join(ROOT, file), 'utf8').split('\n').length > 330);
    expect(long).toEqual([]);
  });
});
