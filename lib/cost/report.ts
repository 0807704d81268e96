import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { PROJECT_ROOT } from '../paths.ts';
import { type Choice, LOADS } from './choices.ts';
import { documents } from './document.ts';
import { estimate, type Estimate } from './estimate.ts';
import { dollars } from './money.ts';
import { type Line, PRICES } from './prices.ts';
import { synthesiseStage } from './stage.ts';
import { count, detailTable, perMillionTable, type Row, rows, synthesiser, totalsTable } from './table.ts';

/** What is asked for on the command line. */
export interface Flags {
  readonly stage?: string;
  readonly stream?: string;
  readonly alertStore?: string;
  readonly applications?: number;
  readonly context: Readonly<Record<string, string>>;
  readonly detail: boolean;
  readonly json: boolean;
  readonly write: boolean;
}

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

/** @throws SettingsError, CostError naming what is wrong or has no price */
export function report(flags: Flags): void {
  const asked = [flags.stage, flags.stream, flags.alertStore, flags.applications].some((flag) => flag !== undefined);
  if (flags.write) write();
  else if (asked || Object.keys(flags.context).length > 0) chosen(flags);
  else all(flags);
}
