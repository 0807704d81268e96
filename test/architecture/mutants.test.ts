import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apply, copyOfProject, mutants, root } from '../mutants/mutants.ts';

const all = mutants();
let copy: string;

beforeAll(() => {
  copy = copyOfProject();
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe('the mutants', () => {
  it('are thirty at least', () => expect(all.length).toBeGreaterThanOrEqual(30));

  it.each(all.map((mutant) => [mutant.name, mutant] as const))('%s still applies, and its tests exist', (_, mutant) => {
    expect(apply(mutant, copy, true)).toBeNull();
    expect(mutant.caughtBy.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});
