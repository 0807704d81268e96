import { ASSUMPTIONS } from './assumptions.ts';
import { ALERT_STORES, CARRIERS, type Choice, STAGES, VOLUMES } from './choices.ts';
import { type Estimate, estimate, type LoadLine } from './estimate.ts';
import type { Load } from './load-facts.ts';
import { dollars, type NanoDollars, total } from './money.ts';
import { type Line, PRICES } from './prices.ts';
import { type Stage, synthesiseStage } from './stage.ts';
import { whatIf } from './what-if.ts';

export interface Row {
  readonly choice: Choice;
  readonly estimates: readonly Estimate[];
  /** with as many records of activity as applications, one kind at a time having a table of its own */
  readonly busy: readonly Estimate[];
}

export type Synthesise = (choice: Choice) => Stage;

/**
 * Synthesises each stage once, however often it is asked for.
 *
 * @param onStage is told of each before it is synthesised, which takes seconds
 */
export function synthesiser(onStage: (choice: Choice) => void = () => {}): Synthesise {
  const known = new Map<string, Stage>();
  return (choice) => {
    const key = JSON.stringify(choice);
    const there = known.get(key);
    if (there !== undefined) return there;
    onStage(choice);
    const stage = synthesiseStage({ ...choice });
    known.set(key, stage);
    return stage;
  };
}

export const everyChoice = (): Choice[] =>
  STAGES.flatMap((stage) =>
    CARRIERS.flatMap((carrier) => ALERT_STORES.map((alertStore) => ({ stage, ...carrier, alertStore }))),
  );

const APPLICATIONS_ONLY: readonly Load[] = VOLUMES.map((applications) => ({ applications, activity: 0 }));
const BOTH: readonly Load[] = VOLUMES.map((records) => ({ applications: records, activity: records }));

/** @param loads what is asked for @default the loads of the documents */
export const rowOf = (choice: Choice, stage: Stage, load?: Load): Row => ({
  choice,
  estimates: (load === undefined ? APPLICATIONS_ONLY : [load]).map((of) => estimate(stage, of)),
  busy: (load === undefined ? BOTH : [load]).map((of) => estimate(stage, of)),
});

export const rows = (synthesise: Synthesise): Row[] => everyChoice().map((choice) => rowOf(choice, synthesise(choice)));

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
const named = ({ applications, activity }: Load): string =>
  [applications > 0 ? short(applications) : '', activity > 0 ? `${short(activity)} activity` : '']
    .filter((text) => text !== '')
    .join(' + ');
const short = (records: number): string => (records < 100_000 ? count(records) : `${count(records / 1_000_000)} M`);

/** Dollars a month: what a stage costs by standing there, and with each load. */
export function totalsTable(all: readonly Row[]): string {
  const loads = all[0]!.estimates.map(({ load }) => named(load));
  return markdown(
    [...CHOICE, 'fixed', ...loads],
    all.map((row) => [
      ...choiceOf(row),
      dollars(row.estimates[0]!.fixedCost, 0),
      ...row.estimates.map(({ totalCost }) => dollars(totalCost, 0)),
    ]),
    [...left(4), ...right(1 + loads.length)],
  );
}

const CHOICE = ['stage', 'stream', 'carried by', 'alerts'] as const;
const choiceOf = ({ choice: { stage, stream, alertStore }, estimates }: Row): string[] => [
  stage,
  stream,
  estimates[0]!.carrier,
  alertStore,
];

/** Of each load, what goes by the clock, and what the next million applications add. */
export function perMillionTable(all: readonly Row[]): string {
  const loads = all[0]!.estimates.map(({ load }) => named(load));
  return markdown(
    [...CHOICE, ...loads.map((load) => `standing at ${load}`), ...loads.map((load) => `marginal at ${load}`)],
    all.map((row) => [
      ...choiceOf(row),
      ...row.estimates.map(({ standingCost }) => dollars(standingCost)),
      ...row.estimates.map(({ marginal }) => dollars(marginal.applications)),
    ]),
    [...left(4), ...right(2 * loads.length)],
  );
}

/** "Marginal under $2 per million applications." */
const AIM: NanoDollars = 2_000_000_000n;

/** How many of the stages reach the aim at each load, and between what the marginal cost lies. */
export function aimText(all: readonly Row[]): string {
  const at = all[0]!.estimates.map(({ load }, index) => {
    const costs = all.map(({ estimates }) => estimates[index]!.marginal.applications);
    const [least, most] = [costs.reduce((a, b) => (a < b ? a : b)), costs.reduce((a, b) => (a > b ? a : b))];
    const under = costs.filter((cost) => cost < AIM).length;
    return `- at ${named(load)} applications a month ${dollars(least)} to ${dollars(most)} dollars: ${under} of ${costs.length} stages are under ${dollars(AIM, 0)}`;
  });
  return at.join('\n');
}

/** What the next million records of activity add. */
export function activityTable(all: readonly Row[]): string {
  const loads = all[0]!.busy.map(({ load }) => short(load.activity));
  return markdown(
    [...CHOICE, ...loads.map((load) => `marginal at ${load}`)],
    all.map((row) => [...choiceOf(row), ...row.busy.map(({ marginal }) => dollars(marginal.activity))]),
    [...left(4), ...right(loads.length)],
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
    [
      'resource',
      ...all.map(({ choice: { stage, alertStore }, estimates }) => `${stage} ${estimates[0]!.carrier} ${alertStore}`),
    ],
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

/** Every charge that a load adds, and what of it goes by the clock, and by the next million of records. */
export function loadTable(lines: readonly LoadLine[]): string {
  const sums = (of: (line: LoadLine) => NanoDollars): string => dollars(total(lines.map(of)), 4);
  return markdown(
    ['part', 'what', 'quantity', 'price id', 'dollars', 'standing', 'next M applications', 'next M activity'],
    [
      ...lines.map((line) => [
        line.resource,
        line.what,
        count(line.quantity),
        line.price,
        dollars(line.cost, 4),
        dollars(line.standing, 4),
        dollars(line.nextApplications, 4),
        dollars(line.nextActivity, 4),
      ]),
      [
        'all',
        '',
        '',
        '',
        sums(({ cost }) => cost),
        sums(({ standing }) => standing),
        sums(({ nextApplications }) => nextApplications),
        sums(({ nextActivity }) => nextActivity),
      ],
    ],
    ['left', 'left', 'right', 'left', ...right(4)],
  );
}

export function whatIfTable(stage: Stage): string {
  const loads = APPLICATIONS_ONLY.map(named);
  return markdown(
    [
      'with this and all above',
      ...loads.map((load) => `standing at ${load}`),
      ...loads.map((load) => `marginal at ${load}`),
    ],
    whatIf(stage, APPLICATIONS_ONLY).map(({ what, standing, marginal }) => [
      what,
      ...[...standing, ...marginal].map((sum) => dollars(sum)),
    ]),
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
