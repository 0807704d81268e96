/** `npm run cost`: what a stage costs, from its templates and from a load. */
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { SettingsError } from '../config/load.ts';
import { PROJECT_ROOT } from '../paths.ts';
import { documents } from './document.ts';
import { estimate, type Estimate } from './estimate.ts';
import { dollars } from './money.ts';
import { CostError, type Line, PRICES } from './prices.ts';
import { synthesiseStage } from './stage.ts';
import {
  ALERT_STORES,
  type Choice,
  count,
  detailTable,
  LOADS,
  perMillionTable,
  type Row,
  rows,
  STAGES,
  synthesiser,
  totalsTable,
} from './table.ts';

interface Flags {
  readonly stage?: string;
  readonly stream?: string;
  readonly alertStore?: string;
  readonly applications?: number;
  readonly context: Readonly<Record<string, string>>;
  readonly detail: boolean;
  readonly json: boolean;
  readonly write: boolean;
}

function wholeNumber(text: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (!/^[\d_]+$/.test(text) || !Number.isSafeInteger(value) || value < 1 || value > 1e12)
    throw new InvalidArgumentError('It must be a whole number from 1 to 1,000,000,000,000.');
  return value;
}

function setting(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const [, key, value] = /^([A-Za-z]+)=(.*)$/.exec(text) ?? [];
  if (key === undefined || value === undefined)
    throw new InvalidArgumentError('It must be key=value, such as detectWindowSeconds=10.');
  if (key in OF_THE_CHOICE) throw new InvalidArgumentError(`Say it with ${OF_THE_CHOICE[key as 'stage']}.`);
  return { ...before, [key]: value };
}

const OF_THE_CHOICE = { stage: '--stage', stream: '--stream', alertStore: '--alert-store' } as const;

const command = new Command('cost')
  .description('What a stage costs a month, in US dollars: by standing there, and by what goes through it')
  .addOption(new Option('--stage <name>', 'the stage (default: all of them)').choices([...STAGES]))
  .option('--stream <name>', 'kinesis, msk or the ARN of an MSK cluster')
  .addOption(new Option('--alert-store <name>', 'where alerts are kept').choices([...ALERT_STORES]))
  .option('--applications <n>', 'credit applications a month', wholeNumber)
  .option('-c, --context <key=value>', 'any other setting of the stage, as for cdk; can be repeated', setting, {})
  .option('--detail', 'every charge: resource, quantity × price id = cost', false)
  .option('--json', 'the same for programs; amounts are decimal text', false)
  .option('--write', 'write the tables of docs/cost.md and README.md anew', false)
  .addHelpText(
    'after',
    `
Without a stage, stream, store, load or setting it is the table of all of them. Prices: lib/cost/prices.json
(${PRICES.region}, ${PRICES.date}); those that could not be verified have a question mark. What is supposed: docs/cost.md.

Examples:
  npm run cost
  npm run cost -- --stage prod --stream kinesis --alert-store dynamodb --applications 10000000 --detail
  npm run cost -- --stage dev -c detectWindowSeconds=10 -c zones=1`,
  )
  .allowExcessArguments(false)
  .exitOverride()
  .showHelpAfterError('(npm run cost -- --help lists what it takes)');

// `npm run cost -- --detail | head` closes the pipe early: nobody is left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
});

const print = (text = ''): void => void process.stdout.write(`${text}\n`);

const lineOf = ({ resource, what, quantity, price, cost }: Line) => ({
  resource,
  what,
  quantity,
  price,
  dollars: dollars(cost, 9, true),
});

const resultOf = (choice: Choice, { carrier, applications, fixed, load, ...sums }: Estimate, detail: boolean) => ({
  ...choice,
  carrier,
  applications,
  fixed: dollars(sums.fixedCost, 6, true),
  load: dollars(sums.loadCost, 6, true),
  perMillion: dollars(sums.perMillion, 6, true),
  nextMillion: dollars(sums.nextMillion, 6, true),
  ...(detail ? { lines: { fixed: fixed.map(lineOf), load: load.map(lineOf) } } : {}),
});

const prices = { date: PRICES.date, region: PRICES.region, currency: 'USD' };

function printTables(of: readonly Row[]): void {
  print(`Dollars a month, fixed and with so many applications:\n\n${totalsTable(of)}`);
  print(`\nDollars that a million applications add:\n\n${perMillionTable(of)}`);
}

function all({ json, detail }: Flags): void {
  const every = rows(synthesiser());
  if (json) {
    const estimates = every.flatMap(({ estimates: of, ...choice }) => of.map((one) => resultOf(choice, one, detail)));
    return print(JSON.stringify({ prices, estimates }, null, 2));
  }
  printTables(every);
  if (!detail) return;
  for (const { stage, stream, alertStore, estimates } of every) {
    print(`\n${stage}, ${stream}, ${alertStore}: fixed\n\n${detailTable(estimates[0]!.fixed)}`);
    for (const { applications, load } of estimates)
      print(`\n… and ${count(applications)} applications\n\n${detailTable(load)}`);
  }
}

function chosen({ context, json, detail, ...flags }: Flags): void {
  const choice = {
    stage: flags.stage ?? 'dev',
    stream: flags.stream ?? 'kinesis',
    alertStore: flags.alertStore ?? 'documentdb',
  };
  const stage = synthesiseStage({ ...choice, ...context });
  const loads = flags.applications === undefined ? LOADS : [flags.applications];
  const estimates = loads.map((applications) => estimate(stage, { applications }));
  if (json)
    return print(JSON.stringify({ prices, estimates: estimates.map((of) => resultOf(choice, of, detail)) }, null, 2));
  printTables([{ ...choice, estimates }]);
  if (!detail) return;
  print(`\nfixed\n\n${detailTable(estimates[0]!.fixed)}`);
  for (const { applications, load } of estimates)
    print(`\n${count(applications)} applications\n\n${detailTable(load)}`);
}

function write(): void {
  for (const { path, text, current } of documents()) {
    const changed = text !== current;
    if (changed) writeFileSync(path, current);
    print(`${changed ? 'written' : 'unchanged'}: ${relative(PROJECT_ROOT, path)}`);
  }
}

try {
  const flags = command.parse().opts<Flags>();
  const asked = [flags.stage, flags.stream, flags.alertStore, flags.applications].some((flag) => flag !== undefined);
  if (flags.write) write();
  else if (asked || Object.keys(flags.context).length > 0) chosen(flags);
  else all(flags);
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof CostError || error instanceof SettingsError) {
    process.stderr.write(`error: ${error.message}\n`);
    process.exitCode = 2;
  } else throw error;
}
