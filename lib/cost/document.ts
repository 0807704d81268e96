import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../paths.ts';
import { CostError, PRICES } from './prices.ts';
import {
  activityTable,
  aimText,
  assumptionsTable,
  fixedTable,
  loadTable,
  perMillionTable,
  pricesTable,
  rows,
  type Synthesise,
  synthesiser,
  totalsTable,
  whatIfTable,
} from './table.ts';
import { estimate } from './estimate.ts';

/** Documents that hold tables of the model, each between `<!-- cost:NAME -->` and `<!-- /cost:NAME -->`. */
export const DOCUMENTS = ['docs/cost.md', 'docs/deploy.md', 'README.md'] as const;

const MARKED = /<!-- cost:([a-z-]+) -->\n[^]*?<!-- \/cost:\1 -->/g;

/** The load of the documents’ line by line table. */
const EXAMPLE = { applications: 10_000_000, activity: 20_000_000 };

/** Tables by name, each made when it is asked for. */
function tables(synthesise: Synthesise): Readonly<Record<string, () => string>> {
  let known: ReturnType<typeof rows> | undefined;
  const all = (): ReturnType<typeof rows> => (known ??= rows(synthesise));
  const prod = (alertStore: string) => synthesise({ stage: 'prod', stream: 'kinesis', alertStore });
  return {
    date: () => `Prices of ${PRICES.date}, region ${PRICES.region}, US dollars a month of 730 hours.`,
    totals: () => totalsTable(all()),
    'per-million': () => perMillionTable(all()),
    aim: () => aimText(all()),
    activity: () => activityTable(all()),
    fixed: () => fixedTable(all().filter(({ choice }) => choice.stream === 'kinesis')),
    'fixed-msk': () => fixedTable(all().filter(({ choice }) => choice.stream === 'msk')),
    load: () => loadTable(estimate(prod('dynamodb'), EXAMPLE).added),
    'what-if-dev': () => whatIfTable(synthesise({ stage: 'dev', stream: 'kinesis', alertStore: 'documentdb' })),
    'what-if-prod': () => whatIfTable(prod('documentdb')),
    assumptions: assumptionsTable,
    prices: pricesTable,
  };
}

/**
 * A document with its tables made anew.
 *
 * @throws CostError naming a table that there is none of
 */
export function withTables(text: string, synthesise: Synthesise = synthesiser()): string {
  const known = tables(synthesise);
  return text.replace(MARKED, (_marked, name: string) => {
    const make = Object.hasOwn(known, name) ? known[name] : undefined;
    if (make === undefined)
      throw new CostError(`there is no table "${name}"; there are ${Object.keys(known).join(', ')}`);
    return `<!-- cost:${name} -->\n\n${make()}\n\n<!-- /cost:${name} -->`;
  });
}

/** Paths, texts and texts as they should be of the documents that are there. */
export function documents(
  synthesise: Synthesise = synthesiser(),
): { readonly path: string; readonly text: string; readonly current: string }[] {
  return DOCUMENTS.map((name) => join(PROJECT_ROOT, name))
    .filter((path) => existsSync(path))
    .map((path) => {
      const text = readFileSync(path, 'utf8');
      return { path, text, current: withTables(text, synthesise) };
    });
}
