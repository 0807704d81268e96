import { ConsoleError } from './errors.ts';
import { ROWS_OF_A_PAGE } from './tables.ts';

const MOST = 1_000;

/** How many rows a page is to bring. @throws ConsoleError when it is no such number */
export function readLimit(query: URLSearchParams): number {
  const text = query.get('limit');
  if (text === null) return ROWS_OF_A_PAGE;
  const limit = Number(text);
  if (!/^\d{1,4}$/.test(text) || limit < 1 || limit > MOST)
    throw new ConsoleError('invalid_filter', `limit cannot be "${text.slice(0, 50)}".`, `It is from 1 to ${MOST}.`, {
      parameter: 'limit',
      value: text.slice(0, 50),
      allowed: [`1 to ${MOST}`],
    });
  return limit;
}
