import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cruise } from './cruise.ts';

/** A folder of each kind, and the kinds whose code it may import. */
const ROOMS = {
  'core/contract': ['core/contract', 'core/rules'],
  'core/rules': ['core/contract', 'core/rules'],
  'lambdas/runtime': ['lambdas/runtime', 'core/contract', 'core/rules'],
  'lambdas/adapters': ['lambdas/adapters', 'lambdas/runtime', 'core/contract', 'core/rules'],
  'lambdas/batch': ['lambdas/batch', 'lambdas/adapters', 'lambdas/runtime', 'core/contract', 'core/rules'],
  'lambdas/stream': ['lambdas/stream', 'lambdas/adapters', 'lambdas/runtime', 'core/contract', 'core/rules'],
  'lambdas/plan-batch': [
    'lambdas/plan-batch',
    'lambdas/batch',
    'lambdas/stream',
    'lambdas/adapters',
    'lambdas/runtime',
    'core/contract',
    'core/rules',
  ],
  'lib/stacks': ['lib/stacks', 'core/contract'],
  'local/stack': ['local/stack', 'core/contract', 'core/rules', 'lambdas/adapters'],
  'cli/query': ['cli/query', 'local/stack', 'core/contract', 'core/rules', 'lambdas/adapters', 'lambdas/runtime'],
  bin: ['bin', 'lib/stacks', 'cli/query'],
} as const satisfies Record<string, readonly string[]>;
type Room = keyof typeof ROOMS;
const rooms = Object.keys(ROOMS) as Room[];
/** Nothing that runs may import these; what they import is theirs to say. A second function is nobody's. */
const OUTSIDE = ['lambdas/reconcile', 'test/support', 'bench/work'] as const;

const FORMS = {
  import: (to: string) => `import { here } from '${to}'; here;`,
  'import type': (to: string) => `import type { here } from '${to}'; export type There = typeof here;`,
  export: (to: string) => `export { here } from '${to}';`,
  'import()': (to: string) => `export const there = import('${to}');`,
} as const;
const forms = Object.keys(FORMS) as (keyof typeof FORMS)[];

const fileOf = (from: Room, to: string, form: string): string =>
  `${from}/${form.replaceAll(/\W/g, '')}-${to.replaceAll('/', '-')}.ts`;

describe('rooms', () => {
  let refused: ReadonlySet<string>;
  beforeAll(() => {
    const files: Record<string, string> = {};
    for (const to of [...rooms, ...OUTSIDE]) files[`${to}/here.ts`] = 'export const here = 1;';
    for (const from of rooms)
      for (const to of [...rooms, ...OUTSIDE])
        for (const form of forms) {
          const relative = path.posix.relative(from, `${to}/here.ts`);
          files[fileOf(from, to, form)] = FORMS[form](relative.startsWith('.') ? relative : `./${relative}`);
        }
    refused = new Set(cruise(files, 'linked').map(({ from }) => from));
  });

  it.each(rooms)('%s may import what it is meant to, and nothing else, in whatever form', (from) => {
    const may: readonly string[] = ROOMS[from];
    const wrong = [...rooms, ...OUTSIDE].flatMap((to) =>
      forms
        .filter((form) => refused.has(fileOf(from, to, form)) === may.includes(to))
        .map((form) => `${form} of ${to} is ${may.includes(to) ? 'refused' : 'allowed'}`),
    );
    expect(wrong).toEqual([]);
  });
});
