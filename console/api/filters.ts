import { CATALOGUE, dimension } from '../../bi/catalogue/index.ts';
import { ConsoleError } from './errors.ts';
import type { Filters } from './types.ts';

/** Dimensions that every question takes. */
export const EVERYWHERE = ['region', 'risk_level', 'status', 'card_type', 'is_fraud'] as const;

const DAY_MS = 86_400_000;
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** What a question may bring along: dimensions under the names of its parameters, and what is no filter. */
export interface Parameters {
  /** parameter → dimension */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly others: readonly string[];
}

export const parametersOf = (dimensions: readonly string[], others: readonly string[] = []): Parameters => ({
  dimensions: Object.fromEntries(dimensions.filter((id) => id !== 'date').map((id) => [id, id])),
  others,
});

/** The values that a dimension can have; null: any, since nothing is there yet to compare with. */
export type Values = (dimension: string) => Promise<readonly string[] | null>;

/**
 * @throws ConsoleError naming the parameter, its value and what is allowed
 */
export async function readFilters(
  query: URLSearchParams,
  known: Parameters,
  values: Values,
  now: number,
): Promise<Filters> {
  const allowed = ['from', 'to', ...Object.keys(known.dimensions), ...known.others];
  for (const name of new Set(query.keys())) {
    if (!allowed.includes(name))
      throw new ConsoleError(
        'unknown_parameter',
        `There is no parameter ${name.slice(0, 100)} here.`,
        `There are ${allowed.join(', ')}.`,
        { parameter: name.slice(0, 100), value: (query.get(name) ?? '').slice(0, 200), allowed },
      );
    const given = query.getAll(name);
    if (given.length > 1)
      throw new ConsoleError('invalid_filter', `${name} is given ${given.length} times.`, 'Give it once.', {
        parameter: name,
        value: given.join(', ').slice(0, 200),
      });
  }
  const range = readRange(query.get('from'), query.get('to'), now);
  const found: Record<string, string> = {};
  for (const [name, id] of Object.entries(known.dimensions)) {
    const value = query.get(name);
    if (value === null) continue;
    const possible = await valuesOf(id, values);
    if (possible !== null && !possible.includes(value))
      throw new ConsoleError(
        'invalid_filter',
        `${name} is never "${value.slice(0, 200)}".`,
        possible.length === 0 ? 'Leave it out.' : `It can be ${possible.join(', ')}.`,
        { parameter: name, value: value.slice(0, 200), allowed: possible },
      );
    found[id] = value;
  }
  return { ...range, values: found };
}

async function valuesOf(id: string, values: Values): Promise<readonly string[] | null> {
  const { kind, values: fixed } = dimension(CATALOGUE, id);
  if (kind === 'flag') return ['true', 'false'];
  return fixed ?? values(id);
}

function readRange(first: string | null, last: string | null, now: number): Omit<Filters, 'values'> {
  const from = first === null ? null : readDay('from', first);
  const to = last === null ? (from === null ? null : Math.max(from, Date.parse(dayOf(now)))) : readDay('to', last);
  if (from !== null && to !== null && from > to)
    throw new ConsoleError(
      'invalid_range',
      `The range of days is turned round: from ${first} is after to ${last}.`,
      `Give them the other way round: from=${last}&to=${first}.`,
      { parameter: 'from', value: first ?? '' },
    );
  const length = from === null || to === null ? 0 : to - from + DAY_MS;
  return {
    from: from === null ? null : dayOf(from),
    to: to === null ? null : dayOf(to),
    previous: from === null ? null : { from: dayOf(from - length), to: dayOf(from - DAY_MS) },
  };
}

/** A day in UTC, as ms since 1970. Days of the years that a stream can have records of, and some before. */
function readDay(parameter: string, text: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms) || dayOf(ms) !== text || ms < Date.UTC(1990, 0, 1) || ms > Date.UTC(2200, 0, 1))
    throw new ConsoleError(
      'invalid_filter',
      `${parameter} is no day: "${text.slice(0, 200)}".`,
      'It is a day in UTC such as 2026-03-31, from 1990 to 2199.',
      { parameter, value: text.slice(0, 200), allowed: ['YYYY-MM-DD'] },
    );
  return ms;
}
