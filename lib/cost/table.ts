import { ASSUMPTIONS } from './assumptions.ts';
import { ALERT_STORES, type Choice, LOADS, STAGES, STREAMS } from './choices.ts';
import { type Estimate, estimate } from './estimate.ts';
import { dollars, type NanoDollars, total } from './money.ts';
import { type Line, PRICES } from './prices.ts';
import { type Stage, synthesiseStage } from './stage.ts';
import { whatIf } from './what-if.ts';

export interface Row extends Choice {
  readonly estimates: readonly Estimate[];
}

export type Synthesise = (choice: Choice) => Stage;

/** Synthesises each stage once, however often it is asked for. */
export function synthesiser(): Synthesise {
  const known = new Map<string, Stage>();
  return (choice) => {
    const key = JSON.stringify(choice);
    const stage = known.get(key) ?? synthesiseStage({ ...choice });
    known.set(key, stage);
    return stage;
  };
}

export const everyChoice = (): Choice[] =>
  STAGES.flatMap((stage) =>
    STREAMS.flatMap((stream) => ALERT_STORES.map((alertStore) => ({ stage, stream, alertStore }))),
  );

export const rows = (synthesise: Synthesise): Row[] =>
  everyChoice().map((choice) => {
    const stage = synthesise(choice);
    return { ...choice, estimates: LOADS.map((applications) => estimate(stage, { applications })) };
  });

type Align = 'left' | 'right';

/** A table in Markdown that reads well as it is. */
export function markdown(
  head: readonly string[],
  body: readonly (readonly string[])[],
  align: readonly Align[],
): string {
  const widths = head.map((title, column) => Math.max(3, title.length, ...body.map((row) => row[column]!.length)));
  const cell = (text: string, column: number): string =>
    align[column] === 'right' ? text.padStart(widths[column]!) : text.padEnd(widths[column]!);
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    align[column] === 'right' ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  return [line(head), `| ${rule.join(' | ')} |`, ...body.map(line)].join('\n');
}

const left = (count: number): Align[] => Array.from({ length: count }, () => 'left');
const right = (count: number): Align[] => Array.from({ length: count }, () => 'right');
export const count = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 2 });
const millions = (applications: number): string => `${count(applications / 1_000_000)} M`;

/** Dollars a month: what a stage costs by standing there, and with each load. */
export function totalsTable(all: readonly Row[]): string {
  const loads = all[0]!.estimates.map(({ applications }) => millions(applications));
  return markdown(
    [...CHOICE, 'fixed', ...loads],
    all.map((row) => [
      ...choiceOf(row),
      dollars(row.estimates[0]!.fixedCost, 0),
      ...row.estimates.map(({ fixedCost, loadCost }) => dollars(fixedCost + loadCost, 0)),
    ]),
    [...left(4), ...right(1 + loads.length)],
  );
}

const CHOICE = ['stage', 'stream', 'carried by', 'alerts'] as const;
const choiceOf = ({ stage, stream, alertStore, estimates }: Row): string[] => [
  stage,
  stream,
  estimates[0]!.carrier,
  alertStore,
];

/** What a million applications add to the fixed cost: each of a load, and the next one. */
export function perMillionTable(all: readonly Row[]): string {
  const loads = all[0]!.estimates.map(({ applications }) => millions(applications));
  return markdown(
    [...CHOICE, ...loads.map((load) => `each of ${load}`), ...loads.map((load) => `next after ${load}`)],
    all.map((row) => [
      ...choiceOf(row),
      ...row.estimates.map(({ perMillion }) => dollars(perMillion)),
      ...row.estimates.map(({ nextMillion }) => dollars(nextMillion)),
    ]),
    [...left(4), ...right(2 * loads.length)],
  );
}

const isAlarm = ({ price }: Line): boolean => /^cloudwatch\.(.*alarm.*)$/.test(price);

/** Dollars a month of each resource, stage by stage; alarms and metrics together. */
export function fixedTable(all: readonly Row[]): string {
  const sums = all.map(({ estimates }) => {
    const sum = new Map<string, NanoDollars>();
    for (const line of estimates[0]!.fixed) {
      const name = isAlarm(line) ? 'alarms' : line.resource;
      sum.set(name, (sum.get(name) ?? 0n) + line.cost);
    }
    return sum;
  });
  const names = [...new Set(sums.flatMap((sum) => [...sum.keys()]))];
  const row = (name: string): string[] => [name, ...sums.map((sum) => (sum.has(name) ? dollars(sum.get(name)!) : ''))];
  return markdown(
    ['resource', ...all.map(({ stage, stream, alertStore }) => `${stage} ${stream} ${alertStore}`)],
    [...names.map(row), ['all', ...sums.map((sum) => dollars(total(sum.values())))]],
    [...left(1), ...right(all.length)],
  );
}

/** Every charge of an estimate: `resource → quantity × price id = cost`. */
export function detailTable(lines: readonly Line[]): string {
  return markdown(
    ['resource', 'what', 'quantity', 'price id', 'price', 'dollars'],
    [
      ...lines.map(({ resource, what, quantity, price: id, cost }) => {
        const { price, per, verified } = PRICES.get(id);
        const each = `${price}${per === 1 ? '' : ` per ${count(per)}`}${verified ? '' : ' ?'}`;
        return [resource, what, count(quantity), id, each, dollars(cost, 4)];
      }),
      ['all', '', '', '', '', dollars(total(lines.map(({ cost }) => cost)), 4)],
    ],
    ['left', 'left', 'right', 'left', 'right', 'right'],
  );
}

export function whatIfTable(stage: Stage): string {
  const loads = LOADS.map(millions);
  return markdown(
    [
      'with this and all above',
      ...loads.map((load) => `each of ${load}`),
      ...loads.map((load) => `next after ${load}`),
    ],
    whatIf(stage, LOADS).map(({ what, each, next }) => [what, ...[...each, ...next].map((sum) => dollars(sum))]),
    [...left(1), ...right(2 * loads.length)],
  );
}

export const assumptionsTable = (): string =>
  markdown(
    ['assumption', 'value', 'what', 'why'],
    Object.entries(ASSUMPTIONS).map(([name, { value, unit, why }]) => [name, count3(value), unit, why]),
    ['left', 'right', 'left', 'left'],
  );

const count3 = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 4 });

export const pricesTable = (): string =>
  markdown(
    ['price id', 'service', 'dollars', 'for', 'verified'],
    Object.entries(PRICES.items).map(([id, { service, price, per, unit, verified, note, source }]) => [
      id,
      `[${service}](${source})`,
      price,
      `${per === 1 ? 'a' : count(per)} ${unit}`,
      verified ? 'yes' : `no${note === undefined ? '' : `: ${note}`}`,
    ]),
    ['left', 'left', 'right', 'left', 'left'],
  );
