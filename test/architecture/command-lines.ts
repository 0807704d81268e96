import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { program } from '../../cli/index.ts';
import { CONTEXT_KEYS, loadSettings, SettingsError } from '../../lib/config/load.ts';
import { PROJECT_ROOT } from '../../lib/paths.ts';

const SCRIPTS = (
  JSON.parse(readFileSync(path.join(PROJECT_ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
).scripts;
/** A word that a reader replaces. */
const PLACEHOLDER = /^[A-Z][A-Z0-9_|./]*(\.(json|ndjson|csv))?$|[…=]$/;

/**
 * What is wrong with a command of this project; nothing about those of others.
 *
 * @param whole whether arguments that are needed must be there, as in a line to copy
 */
export function problemsOfCommand(words: readonly string[], whole: boolean): string[] {
  const [first, second, ...rest] = words;
  if (first === 'npm' && (second === 'start' || second === 'test')) return ofScript(second, rest, whole);
  if (first === 'npm' && second === 'run') {
    const at = rest.findIndex((word) => !word.startsWith('-'));
    return at < 0 ? ['npm run: of what'] : ofScript(rest[at]!, rest.slice(at + 1), whole);
  }
  if (first === 'npx' && second === 'cdk') return ofCdk(rest);
  if (first === 'crp') return ofCrp(words.slice(1), whole);
  return [];
}

function ofScript(name: string, words: readonly string[], whole: boolean): string[] {
  const script = SCRIPTS[name];
  if (script === undefined) return [`npm run ${name}: there is no such script`];
  const taken = words.slice(0, words.includes('--') ? words.indexOf('--') : words.length);
  const given = words.slice(taken.length + 1);
  const flag = taken.find((word) => word.startsWith('-'));
  if (flag !== undefined) return [`npm run ${name}: npm takes ${flag} for itself, -- is missing before it`];
  if (script.includes('bin/crp.mjs')) return ofCrp([...script.split(' ').slice(2), ...taken, ...given], whole);
  const file = /\S+\.ts/.exec(script)?.[0];
  const source = file === undefined ? '' : readFileSync(path.join(PROJECT_ROOT, file), 'utf8');
  const unknown = given
    .filter((word) => word.startsWith('--'))
    .filter((word) => !new RegExp(`${word.split('=')[0]}\\b|\\b${word.slice(2).split('=')[0]}: \\{`).test(source))
    .map((word) => `npm run ${name}: ${file} knows no ${word}`);
  return [...unknown, ...ofSettings(given, name === 'deploy:local' ? {} : { stage: 'dev' })];
}

function ofCrp(words: readonly string[], whole: boolean): string[] {
  let command: Command = program();
  let at = 0;
  for (; at < words.length; at += 1) {
    const next = command.commands.find((each) => each.name() === words[at]);
    if (next === undefined) break;
    command = next;
  }
  const name = `crp ${words.slice(0, at).join(' ')}`.trim();
  if (command.commands.length > 0 && at < words.length && !words[at]!.startsWith('-'))
    return [`${name}: there is no ${words[at]}`];
  const problems: string[] = [];
  const values: string[] = [];
  for (; at < words.length; at += 1) {
    const word = words[at]!;
    if (!word.startsWith('-')) values.push(word);
    else if (word === '--help' || word === '-h') return [];
    else {
      const option = command.options.find(({ long, short }) => long === word || short === word);
      if (option === undefined) problems.push(`${name}: there is no ${word}`);
      else if (option.required) {
        at += 1;
        const value = words[at];
        if (value === undefined) problems.push(`${name}: ${word} without a value`);
        else if (!PLACEHOLDER.test(value)) problems.push(...ofValue(name, option, value));
      }
    }
  }
  const least = command.registeredArguments.filter(({ required }) => required).length;
  if (values.length > command.registeredArguments.length) problems.push(`${name}: too many arguments`);
  if (whole && values.length < least) problems.push(`${name}: an argument is missing`);
  if (whole && command.commands.length > 0) problems.push(`${name}: a subcommand is missing`);
  return problems;
}

function ofValue(name: string, option: Command['options'][number], value: string): string[] {
  const wrong = (text: string): boolean => {
    if (option.argChoices !== undefined) return !option.argChoices.includes(text);
    try {
      option.parseArg?.(text, undefined);
      return false;
    } catch {
      return true;
    }
  };
  return value.split('|').some((text) => !PLACEHOLDER.test(text) && wrong(text))
    ? [`${name}: ${option.long} ${value} is refused`]
    : [];
}

interface CdkTakes {
  readonly globalOptions: Readonly<Record<string, unknown>>;
  readonly commands: Readonly<
    Record<string, { readonly aliases?: readonly string[]; readonly options?: Readonly<Record<string, unknown>> }>
  >;
}

/** What the installed CDK makes its help of. */
const CDK = JSON.parse(
  readFileSync(path.join(PROJECT_ROOT, 'node_modules/aws-cdk/lib/cli/cli-type-registry.json'), 'utf8'),
) as CdkTakes;

function ofCdk([subcommand = '', ...words]: readonly string[]): string[] {
  const [, takes] =
    Object.entries(CDK.commands).find(([name, { aliases }]) => name === subcommand || aliases?.includes(subcommand)) ??
    [];
  if (takes === undefined) return [`cdk: there is no ${subcommand}`];
  const known = Object.keys({ ...CDK.globalOptions, ...takes.options });
  const unknown = words
    .filter((word) => word.startsWith('--'))
    .map((word) => word.split('=')[0]!)
    .filter((word) => !known.includes(word.replace(/^--(no-)?/, '')))
    .map((word) => `cdk ${subcommand}: there is no ${word}`);
  const stages = words.flatMap((word) => /^credit-risk-([a-z]+)-(\w+)$/.exec(word)?.[2] ?? []);
  const strange = stages.filter(
    (stack) => !['network', 'data', 'streaming', 'batch', 'monitoring', 'bi'].includes(stack),
  );
  return [
    ...unknown,
    ...strange.map((stack) => `cdk ${subcommand}: there is no stack ${stack}`),
    ...ofSettings(words, {}),
  ];
}

/** `-c key=value …`: known keys, and values that are allowed together. */
export function ofSettings(words: readonly string[], base: Readonly<Record<string, string>>): string[] {
  const given: Record<string, string> = { ...base };
  const problems: string[] = [];
  for (const [at, word] of words.entries()) {
    if (word !== '-c') continue;
    const [, key = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(words[at + 1] ?? '') ?? [];
    if (!CONTEXT_KEYS.includes(key)) problems.push(`-c ${key}: there is no such setting`);
    else if (!PLACEHOLDER.test(value) && value !== '') given[key] = value;
  }
  try {
    if (problems.length === 0) loadSettings(given);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    problems.push(error.message);
  }
  return problems;
}
