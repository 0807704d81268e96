import type { Command } from 'commander';
import type { Table, WarehouseReader } from '../../lambdas/adapters/warehouse-reader.ts';
import { UserError, messageOf } from '../errors.ts';
import { type Place, placeFlags } from '../flags.ts';
import { interruptible } from '../interrupt.ts';
import { openStores } from '../open-target.ts';
import { plural, print, say, table } from '../ui.ts';

const SHOWN = 1_000;

export function queryCommand(parent: Command): void {
  placeFlags(
    parent
      .command('query')
      .argument('<sql>', 'a statement, such as "select * from dw.fact_loan_application limit 5"')
      .option('--json', 'print the rows as JSON')
      .description('ask the warehouse; reads only, whether or not the stack is up'),
  ).action(async (sql: string, options: Place & { json?: boolean }) => {
    await interruptible(async (signal) => {
      const stores = await openStores(options, ['postgres'], signal);
      try {
        const warehouse = await stores.warehouse();
        try {
          const { fields, rows, numeric } = await readOnly(warehouse, sql);
          if (options.json)
            return print(
              JSON.stringify(
                rows.map((row) => Object.fromEntries(fields.map((name, i) => [name, row[i]]))),
                null,
                1,
              ),
            );
          if (fields.length > 0)
            print(
              table(
                fields,
                rows.slice(0, SHOWN).map((row) => row.map(cell)),
                numeric.map((right) => (right ? 'right' : 'left')),
              ),
            );
          say(
            rows.length > SHOWN
              ? `the first ${SHOWN} of ${plural(rows.length, 'row')}; --json prints all`
              : plural(rows.length, 'row'),
          );
        } finally {
          await warehouse.end();
        }
      } finally {
        await stores.close();
      }
    });
  });
}

async function readOnly(warehouse: WarehouseReader, sql: string): Promise<Table> {
  try {
    return (await warehouse.read([{ text: sql }]))[0]!;
  } catch (error) {
    throw sqlError(error, sql);
  }
}

/** A server's complaint with the line it is about and a mark under the place. */
function sqlError(error: unknown, sql: string): unknown {
  const { code, position, hint, detail } = error as {
    code?: string;
    position?: string;
    hint?: string;
    detail?: string;
  };
  if (code === undefined || !/^[0-9A-Z]{5}$/.test(code)) return error;
  const more = [detail, hint].filter((text) => text !== undefined);
  const place: string[] = [];
  if (position !== undefined) {
    const before = [...sql].slice(0, Number(position) - 1).join('');
    const line = before.split('\n').length;
    const column = before.length - (before.lastIndexOf('\n') + 1);
    place.push(
      `  line ${line}, column ${column + 1}:`,
      `  ${sql.split('\n')[line - 1] ?? ''}`,
      `  ${' '.repeat(column)}^`,
    );
  }
  const advice =
    code === '25006'
      ? 'Queries read only; what is stored is changed by the pipeline alone.'
      : 'Tables lie in the schemas dw, staging, ops, bi and restricted; try: select table_schema, table_name from information_schema.tables';
  return new UserError([`SQL: ${messageOf(error)} (${code})`, ...place].join('\n'), [...more, advice].join('\n  '), 1);
}

/** How a value looks in a cell: as it is. A key or a year is no quantity, so no number is grouped. */
function cell(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value as boolean | number);
}
