import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPipeline } from '../../lib/app.ts';
import { SettingsError } from '../../lib/config/load.ts';
import { QUICKSIGHT } from './quicksight.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const CLUSTER = 'arn:aws:kafka:us-east-1:111111111111:cluster/shared/0123abcd-1';
const STREAMS = [
  { stream: 'kinesis' },
  { stream: 'msk' },
  { stream: 'msk', mskMode: 'provisioned' },
  { stream: CLUSTER },
];
const STORES = ['documentdb', 'dynamodb'] as const;
const COMBINATIONS = [
  ...(['local', 'dev', 'prod'] as const).flatMap((stage) =>
    STREAMS.flatMap((stream) => STORES.map((alertStore) => ({ stage, ...stream, alertStore }))),
  ),
  { stage: 'prod', stream: 'kinesis', alertStore: 'documentdb', ...QUICKSIGHT },
] as const;
/** The validator of templates reads QuickSight's definitions for half a minute. */
const LONG = 300_000;
/** One machine has Kinesis, and no databases in a network of its own. */
const isRefused = ({ stage, stream }: (typeof COMBINATIONS)[number]): boolean =>
  stage === 'local' && stream !== 'kinesis';

interface Report {
  readonly pluginReports: readonly {
    readonly pluginName: string;
    readonly conclusion: string;
    readonly violations?: readonly unknown[];
    readonly suppressedViolations?: readonly { readonly reason: string }[];
  }[];
}

function synth(context: Readonly<Record<string, unknown>>) {
  const outdir = mkdtempSync(path.join(tmpdir(), 'crp-combination-'));
  const cdk = JSON.parse(readFileSync(path.join(ROOT, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
  const { app } = createPipeline({ outdir, context: { ...cdk.context, 'aws:cdk:bundling-stacks': [], ...context } });
  const { stacks } = app.synth();
  const files = readdirSync(outdir)
    .filter((name) => name.endsWith('.template.json'))
    .sort();
  return {
    outdir,
    stacks: stacks.map(({ stackName }) => stackName),
    templates: Object.fromEntries(files.map((name) => [name, readFileSync(path.join(outdir, name), 'utf8')])),
    messages: stacks.flatMap(({ messages }) => messages.map(({ entry }) => JSON.stringify(entry.data))),
    report: JSON.parse(readFileSync(path.join(outdir, 'validation-report.json'), 'utf8')) as Report,
  };
}

describe.each(COMBINATIONS.filter((one) => !isRefused(one)))(
  '$stage on $stream $mskMode with $alertStore and QuickSight $quicksight',
  (context) => {
    const made: string[] = [];
    let first: ReturnType<typeof synth>;
    beforeAll(() => {
      first = synth(context);
      made.push(first.outdir);
    }, LONG);
    afterAll(() => {
      for (const directory of made) rmSync(directory, { recursive: true, force: true });
    });

    it('synthesises without a warning or a finding that nobody acknowledged', () => {
      expect(first.messages).toEqual([]);
      expect(first.report.pluginReports.map(({ pluginName }) => pluginName)).toContain('AwsSolutions');
      for (const { pluginName, conclusion, violations = [], suppressedViolations = [] } of first.report.pluginReports) {
        expect(violations, pluginName).toEqual([]);
        expect(conclusion, pluginName).toBe('success');
        for (const { reason } of suppressedViolations) expect(reason).toMatch(/\w+ \w+ \w+/);
      }
    });

    it(
      'is the same to the byte when it is synthesised again',
      () => {
        const second = synth(context);
        made.push(second.outdir);
        expect(Object.keys(second.templates)).toEqual(Object.keys(first.templates));
        for (const [name, text] of Object.entries(first.templates)) expect(second.templates[name], name).toBe(text);
      },
      LONG,
    );
  },
);

it.each(COMBINATIONS.filter(isRefused))('$stage on $stream with $alertStore is refused, and says why', (context) => {
  expect(() => createPipeline({ context })).toThrow(SettingsError);
  expect(() => createPipeline({ context })).toThrow(/the local stage has kinesis only/);
});

it(
  'cdk diff finds nothing between two synths',
  () => {
    const context = { stage: 'dev', 'aws:cdk:enable-path-metadata': true };
    const [before, after] = [synth(context), synth(context)];
    try {
      for (const stack of before.stacks) {
        const said = spawnSync(
          process.execPath,
          [
            path.join(ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk'),
            'diff',
            stack,
            '--exclusively',
            '--app',
            after.outdir,
            '--template',
            path.join(before.outdir, `${stack}.template.json`),
            '--fail',
          ],
          { cwd: ROOT, encoding: 'utf8', env: { ...process.env, AWS_EC2_METADATA_DISABLED: 'true', CI: 'true' } },
        );
        expect(said.stdout + said.stderr).toContain('There were no differences');
        expect(said.status, stack).toBe(0);
      }
    } finally {
      for (const { outdir } of [before, after]) rmSync(outdir, { recursive: true, force: true });
    }
  },
  LONG,
);
