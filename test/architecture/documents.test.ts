import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../lib/paths.ts';
import { problemsOfCommand } from './command-lines.ts';
import { claimsOf, wordsOf } from './markdown.ts';

const DOCUMENTS = globSync(['README.md', 'docs/**/*.md'], { cwd: PROJECT_ROOT }).sort();
/** First folders of paths; prefixes of S3 and folders that a command makes begin otherwise. */
const ROOMS = [
  'bench',
  'bi',
  'bin',
  'cli',
  'console',
  'core',
  'docs',
  'lambdas',
  'lib',
  'local',
  'policies',
  'sql',
  'test',
];

const read = (file: string): string => readFileSync(path.join(PROJECT_ROOT, file), 'utf8');

/** What a document says that is not so. */
function problemsOf(file: string, text: string): string[] {
  const { commands, inline, links, anchors } = claimsOf(text);
  return [
    ...commands.flatMap((line) => wordsOf(line).flatMap((words) => problemsOfCommand(words, true))),
    ...inline.flatMap((code) => wordsOf(code).flatMap((words) => problemsOfCommand(words, false))),
    ...inline.flatMap(ofPath),
    ...links.flatMap((target) => ofLink(file, target, anchors)),
  ];
}

function ofPath(code: string): string[] {
  const room = /^([a-z]+)\/[\w./*@-]*$/.exec(code)?.[1];
  if (room === undefined || !ROOMS.includes(room)) return [];
  return globSync(code.replace(/\/$/, ''), { cwd: PROJECT_ROOT }).length > 0 ? [] : [`there is no ${code}`];
}

function ofLink(file: string, target: string, own: readonly string[]): string[] {
  if (/^(https?|mailto):/.test(target)) return [];
  const [to = '', anchor] = target.split('#');
  const there = to === '' ? file : path.join(path.dirname(file), to);
  if (!existsSync(path.join(PROJECT_ROOT, there))) return [`a link to ${target}, which is not there`];
  if (anchor === undefined) return [];
  const anchors = to === '' ? own : claimsOf(read(there)).anchors;
  return anchors.includes(anchor) ? [] : [`a link to ${target}, which has no such heading`];
}

describe('documents', () => {
  it.each(DOCUMENTS)('%s names commands, flags, settings, paths and headings that there are', (file) => {
    expect(problemsOf(file, read(file))).toEqual([]);
  });

  const block = (line: string): string => `\`\`\`\n${line}\n\`\`\``;
  it.each([
    ['a script', block('npm run demolish'), 'npm run demolish: there is no such script'],
    ['a script in a sentence', 'call `npm run demolish` now', 'npm run demolish: there is no such script'],
    ['one over two lines of a sentence', 'call `npm run crp -- batch\n--all` now', 'crp batch: there is no --all'],
    ['a flag that npm keeps', block('npm run crp produce --count 3'), 'npm takes --count for itself'],
    ['a flag of another script', block('npm run cost -- --stages dev'), 'lib/cost/run.ts knows no --stages'],
    ['a subcommand of crp', block('npm run crp -- restore --stage dev'), 'crp: there is no restore'],
    ['one of a subcommand', 'it is `crp policy delete` that', 'crp policy: there is no delete'],
    ['one that is missing', block('npm run crp -- policy'), 'a subcommand is missing'],
    ['a flag of crp', block('npm run crp -- batch --all --stage dev'), 'crp batch: there is no --all'],
    ['a flag of crp, behind a comment', block('npm start -- --fresher # mine'), 'crp demo: there is no --fresher'],
    ['a flag without its value', block('npm run crp -- status --stage'), '--stage without a value'],
    ['a value', block('npm run crp -- produce --stream applications'), '--stream applications is refused'],
    ['a number', block('npm run crp -- produce --count many'), '--count many is refused'],
    ['too few arguments', block('npm run crp -- explain --stage dev'), 'crp explain: an argument is missing'],
    ['too many', block('npm run crp -- query select 1'), 'crp query: too many arguments'],
    ['a subcommand of cdk', block('npx cdk undeploy'), 'cdk: there is no undeploy'],
    ['a flag of cdk', block('npx cdk destroy --everything'), 'cdk destroy: there is no --everything'],
    ['a stack', block('npx cdk deploy credit-risk-dev-lake -c stage=dev'), 'there is no stack lake'],
    ['a setting', block('npx cdk deploy --all -c stge=dev'), '-c stge: there is no such setting'],
    ['a value of a setting', block('npx cdk deploy --all -c stage=dev -c zones=9'), 'setting zones'],
    ['one behind another command', block('cd x && npx cdk deploy -c stage=test'), 'setting stage is "test"'],
    ['one over two lines', block('npx cdk deploy --all \\\n  -c stge=dev'), '-c stge'],
    ['one behind a variable', block('AWS_PROFILE=p npx cdk deploy -c stge=dev'), '-c stge'],
    ['a path', 'look into `lib/nothing.ts`', 'there is no lib/nothing.ts'],
    ['a folder', 'look into `sql/nothing/`', 'there is no sql/nothing/'],
    ['a file behind a link', '[here](docs/nothing.md)', 'a link to docs/nothing.md'],
    ['a heading of its own', '# One\n[here](#two)', 'a link to #two'],
    ['a heading elsewhere', '[here](docs/emulators.md#two)', 'a link to docs/emulators.md#two'],
  ])('would be refused for %s', (_what, text, problem) => {
    expect(problemsOf('README.md', text)).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    block('npm run crp -- query "select count(*) from dw.fact_loan_application # all"  # how many'),
    block('npm start -- --input FILE.csv --mapping NAME|FILE.json [--stream credit_applications|account_activity]'),
    block('npx cdk deploy --all -c stage=dev -c alarmAddresses=a@example.com -c stream=ARN --require-approval never'),
    block('npm run cost -- --stage dev -c zones=1 --json > out.json'),
    '```json\n{"npm": "run nothing"}\n```',
    '# With `code`, and more\n[here](#with-code-and-more)',
    'the prefix `log/nothing/` and `lambdas/*/handler.ts`',
  ])('may say %s', (text) => {
    expect(problemsOf('README.md', text)).toEqual([]);
  });
});
