import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { CONFIG, cruise, type Place, PLACES, ROOT, type Violation } from './cruise.ts';

/** A file that breaks each rule, by the rule's name. */
const PLANTED: Readonly<Record<string, { readonly file: string; readonly text: string }>> = {
  'core-is-alone': { file: 'core/rules/a.ts', text: `import '../../lambdas/adapters/b.ts';` },
  'core-is-pure': { file: 'core/rules/clock.ts', text: `import { readFileSync } from 'node:fs'; readFileSync('x');` },
  'core-knows-no-service': { file: 'core/rules/c.ts', text: `import { Client } from 'pg'; new Client();` },
  'runtime-uses-core': { file: 'lambdas/runtime/a.ts', text: `import '../adapters/b.ts';` },
  'adapters-use-core': { file: 'lambdas/adapters/a.ts', text: `import '../detect-fraud/handler.ts';` },
  'functions-use-adapters': { file: 'lambdas/detect-fraud/a.ts', text: `import '../../lib/app.ts';` },
  'functions-are-apart': { file: 'lambdas/plan-batch/a.ts', text: `import '../detect-fraud/handler.ts';` },
  'shared-folders-know-no-function': { file: 'lambdas/batch/a.ts', text: `import '../detect-fraud/handler.ts';` },
  'lib-knows-the-contract': { file: 'lib/stacks/a.ts', text: `import '../../core/rules/d.ts';` },
  'bi-knows-the-contract': { file: 'bi/a.ts', text: `import '../core/rules/d.ts';` },
  'console-reads-by-adapters': { file: 'console/api/a.ts', text: `import '../../local/b.ts';` },
  'console-server-hosts': { file: 'console/server/a.ts', text: `import '../../core/rules/d.ts';` },
  'browser-knows-types': { file: 'console/web/a.ts', text: `import '../api/b.ts';` },
  'console-api-runs-anywhere': {
    file: 'console/api/c.ts',
    text: `import { createServer } from 'node:http'; createServer();`,
  },
  'lib-provisions': { file: 'lib/stacks/b.ts', text: `import { Client } from 'pg'; new Client();` },
  'checks-judge': { file: 'lib/stacks/d.ts', text: `import { rules } from 'cdk-nag'; rules;` },
  'only-lib-provisions': { file: 'lambdas/adapters/c.ts', text: `import { App } from 'aws-cdk-lib/core'; new App();` },
  'reports-know-types-of-the-cdk': { file: 'bi/b.ts', text: `import { App } from 'aws-cdk-lib/core'; new App();` },
  'local-reads-the-assembly': { file: 'local/a.ts', text: `import '../lib/app.ts';` },
  'cli-uses-targets': { file: 'cli/a.ts', text: `import '../lambdas/detect-fraud/handler.ts';` },
  'bin-starts': { file: 'bin/a.ts', text: `import '../lambdas/detect-fraud/handler.ts';` },
  'nobody-imports-tests': { file: 'cli/b.ts', text: `import '../test/support/a.ts';` },
  'no-circle': { file: 'core/rules/e.ts', text: `import { f } from './f.ts'; export const e = () => f;` },
  resolvable: { file: 'core/rules/g.ts', text: `import './nowhere.ts';` },
  'no-tools-at-run-time': { file: 'cli/c.ts', text: `import { assert } from 'fast-check'; assert;` },
  'no-orphan': { file: 'core/rules/alone.ts', text: `export const nobody = 1;` },
};
/** Packages that a room does not use, though another does. */
const PACKAGES: readonly (readonly [rule: string, file: string, text: string])[] = [
  ['core-knows-no-service', 'core/rules/h.ts', `import { fc } from 'fast-check'; fc;`],
  ['core-knows-no-service', 'core/rules/i.ts', `import { S3Client } from '@aws-sdk/client-s3'; new S3Client();`],
  ['lib-provisions', 'lib/stacks/e.ts', `import { Command } from 'commander'; new Command();`],
  ['lib-provisions', 'lib/checks/b.ts', `import { S3Client } from '@aws-sdk/client-s3'; new S3Client();`],
  ['only-lib-provisions', 'cli/d.ts', `import { Construct } from 'constructs'; Construct;`],
  ['checks-judge', 'cli/e.ts', `import { rules } from 'cdk-nag'; rules;`],
  ['no-tools-at-run-time', 'lib/stacks/f.ts', `import { test } from 'vitest'; test;`],
];
/** What they import: by itself allowed. */
const OTHERS: Readonly<Record<string, string>> = {
  'local/b.ts': `import '../core/rules/d.ts';`,
  'console/api/b.ts': `import '../../core/rules/d.ts';`,
  'lambdas/adapters/b.ts': `import '../../core/rules/d.ts';`,
  'lambdas/detect-fraud/handler.ts': `import '../adapters/b.ts'; import '../runtime/ok.ts';`,
  'lambdas/runtime/ok.ts': `import '../../core/rules/d.ts';`,
  'core/rules/d.ts': `import { hash } from 'node:crypto'; export const d = hash;`,
  'core/rules/f.ts': `import { e } from './e.ts'; export const f = () => e;`,
  'lib/app.ts': `import '../core/contract/names.ts'; import './checks/ok.ts'; import './cost/run.ts';`,
  'lib/checks/ok.ts': `import { rules } from 'cdk-nag'; import { App } from 'aws-cdk-lib/core'; new App(rules);`,
  'lib/cost/run.ts': `import { Command } from 'commander'; new Command();`,
  'core/contract/names.ts': `import { z } from 'zod'; export const names = z;`,
  'test/support/a.ts': `import '../../core/rules/d.ts';`,
};

const planted = new Map<Place, readonly Violation[]>();

beforeAll(() => {
  const files = {
    ...OTHERS,
    ...Object.fromEntries(Object.values(PLANTED).map(({ file, text }) => [file, text])),
    ...Object.fromEntries(PACKAGES.map(([, file, text]) => [file, text])),
  };
  for (const place of PLACES) planted.set(place, cruise(files, place));
});

describe('the rules of imports', () => {
  it('are all tried here', async () => {
    const { default: config } = (await import(path.join(ROOT, CONFIG))) as {
      default: { forbidden: readonly { name: string }[] };
    };
    expect(Object.keys(PLANTED).sort()).toEqual(config.forbidden.map(({ name }) => name).sort());
  });
});

describe.each(PLACES)('the rules of imports, packages %s', (place) => {
  const found = (name: string, file: string) =>
    planted.get(place)!.filter(({ rule, from }) => rule.name === name && from === file);

  it.each(Object.entries(PLANTED))('%s finds its violation', (name, { file }) => {
    expect(found(name, file)).not.toEqual([]);
  });

  it.each(PACKAGES)('%s finds that of %s', (name, file) => {
    expect(found(name, file)).not.toEqual([]);
  });

  it('find nothing in what is allowed', () => {
    const innocent = Object.keys(OTHERS).filter((file) => file !== 'core/rules/f.ts');
    expect(planted.get(place)!.filter(({ from }) => innocent.includes(from))).toEqual([]);
  });
});
