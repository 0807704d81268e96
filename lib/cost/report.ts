import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { PROJECT_ROOT } from '../paths.ts';
import type { Choice } from './choices.ts';
import { documents } from './document.ts';
import type { Estimate, LoadLine } from './estimate.ts';
import { dollars } from './money.ts';
import { type Line, PRICES } from './prices.ts';
import { synthesiseStage } from './stage.ts';
import {
  activityTable,
  count,
  detailTable,
  loadTable,
  perMillionTable,
  type Row,
  rowOf,
  rows,
  synthesiser,
  totalsTable,
} from './table.ts';

/** What is asked for on the command line. */
export interface Flags {
  readonly stage?: string;
  readonly stream?: string;
  readonly alertStore?: string;
  readonly applications?: number;
  readonly activity?: number;
  readonly context: Readonly<Record<string, string>>;
  readonly detail: boolean;
  readonly json: boolean;
  readonly write: boolean;
}

const print = (text = ''): void => void process.stdout.write(`${text}\n`);

/** All of them take a minute or two: who waits sees that it goes on. Standard output has the result alone. */
const sayPricing = ({ stage, stream, mskMode, alertStore }: Choice): void =>
  void process.stderr.write(
    `pricing ${stage} on ${stream}${mskMode === undefined ? '' : ` (${mskMode})`} with ${alertStore} …\n`,
  );

const lineOf = ({ resource, what, quantity, price, cost }: Line) => ({
  resource,
  what,
  quantity,
  price,
  dollars: dollars(cost, 9, true),
});

const loadLineOf = (line: LoadLine) => ({
  ...lineOf(line),
  standing: dollars(line.standing, 9, true),
  nextApplications: dollars(line.nextApplications, 9, true),
  nextActivity: dollars(line.nextActivity, 9, true),
});

const resultOf = (choice: Choice, { carrier, load, fixed, clock, added, ...sums }: Estimate, detail: boolean) => ({
  ...choice,
  carrier,
  ...load,
  fixed: dollars(sums.fixedCost, 6, true),
  standing: dollars(sums.standingCost, 6, true),
  byRecord: dollars(sums.recordsCost, 6, true),
  total: dollars(sums.totalCost, 6, true),
  marginal: {
    perMillionApplications: dollars(sums.marginal.applications, 6, true),
    perMillionActivity: dollars(sums.marginal.activity, 6, true),
  },
  ...(detail ? { lines: { fixed: fixed.map(lineOf), clock: clock.map(lineOf), load: added.map(loadLineOf) } } : {}),
});

const prices = { date: PRICES.date, region: PRICES.region, currency: 'USD' };

/** What the tables' words mean. */
const MEANING = `Standing goes by the clock: polls, scheduled runs, and windows that are as many with more records in each.
Marginal is what the next million costs at that load. Fixed + standing + marginal for each million is the whole.`;

function printTables(of: readonly Row[]): void {
  print(`Dollars a month, fixed and with so many applications:\n\n${totalsTable(of)}`);
  print(`\nDollars a month that go by the clock, and that a million applications add:\n\n${perMillionTable(of)}`);
  print(`\nDollars that a million records of account activity add:\n\n${activityTable(of)}`);
  print(`\n${MEANING}`);
}

function printDetail({ choice, estimates, busy }: Row): void {
  const { fixed, clock } = estimates[0]!;
  print(`\n${Object.values(choice).join(', ')}: fixed\n\n${detailTable(fixed)}`);
  print(`\nby the clock\n\n${detailTable(clock)}`);
  const shown = new Map([...estimates, ...busy].map((one) => [JSON.stringify(one.load), one]));
  for (const { load, added } of shown.values())
    print(`\n${count(load.applications)} applications, ${count(load.activity)} activity\n\n${loadTable(added)}`);
}

function all({ json, detail }: Flags): void {
  const every = rows(synthesiser(sayPricing));
  if (json) return printJson(every, detail);
  printTables(every);
  if (detail) every.forEach(printDetail);
}

function printJson(of: readonly Row[], detail: boolean): void {
  const estimates = of.flatMap(({ choice, estimates: some }) => some.map((one) => resultOf(choice, one, detail)));
  print(JSON.stringify({ prices, estimates }, null, 2));
}

function chosen({ context, json, detail, applications = 0, activity = 0, ...flags }: Flags): void {
  const choice = {
    stage: flags.stage ?? 'dev',
    stream: flags.stream ?? 'kinesis',
    alertStore: flags.alertStore ?? 'documentdb',
  };
  const { mskMode } = context;
  sayPricing(mskMode === undefined ? choice : { ...choice, mskMode });
  const stage = synthesiseStage({ ...choice, ...context });
  const row = rowOf(choice, stage, applications + activity > 0 ? { applications, activity } : undefined);
  if (json) return printJson([row], detail);
  printTables([row]);
  if (detail) printDetail(row);
}

function write(): void {
  for (const { path, text, current } of documents(synthesiser(sayPricing))) {
    const changed = text !== current;
    if (changed) writeFileSync(path, current);
    print(`${changed ? 'written' : 'unchanged'}: ${relative(PROJECT_ROOT, path)}`);
  }
}

/** @throws SettingsError, CostError naming what is wrong or has no price */
export function report(flags: Flags): void {
  const { stage, stream, alertStore, applications, activity } = flags;
  const asked = [stage, stream, alertStore, applications, activity].some((flag) => flag !== undefined);
  if (flags.write) write();
  else if (asked || Object.keys(flags.context).length > 0) chosen(flags);
  else all(flags);
}
