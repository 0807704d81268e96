import type { Cell } from './types.ts';

/**
 * A spreadsheet takes a text that begins so for a formula and runs it. An apostrophe before it makes it a text; a number
 * needs none.
 */
const FORMULA = /^[\s]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/** One line of CSV as RFC 4180 has it: quoted where a comma, a quote or a line break would end the cell. */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(',')}\r\n`;

function csvCell(value: Cell): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}
