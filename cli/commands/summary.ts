import { type Command, InvalidArgumentError } from 'commander';
import { ConsoleError } from '../../console/api/errors.ts';
import { summary } from '../../console/api/summary.ts';
import { readSqlFiles } from '../../lambdas/adapters/sql-files.ts';
import { UserError } from '../errors.ts';
import { type Place, placeFlags } from '../flags.ts';
import { interruptible, orInterrupted } from '../interrupt.ts';
import { openStores } from '../open-target.ts';
import { showSummary } from '../summary-view.ts';
import { print } from '../ui.ts';
import { staleAfterMinutes } from '../console/open.ts';

export function summaryCommand(parent: Command): void {
  placeFlags(
    parent
      .command('summary')
      .description("a day's business: bands, decisions, top rules, data quality, freshness; reads only")
      .option('--day <day>', 'the day, UTC (default: the latest one that has an application)', dayOf)
      .option('--json', 'print JSON'),
  ).action(async (options: Place & { day?: string; json?: boolean }) => {
    await interruptible(async (signal) => {
      const stores = await openStores(options, ['postgres'], signal);
      try {
        const warehouse = await stores.warehouse();
        try {
          const found = await orInterrupted(
            signal,
            summary(
              {
                warehouse,
                now: Date.now,
                migrations: readSqlFiles('migrations').map(({ name }) => name),
                staleAfterMinutes: staleAfterMinutes(stores),
                role: 'analyst',
                onError: () => {},
              },
              options.day ?? null,
            ),
          );
          if (options.json) print(JSON.stringify(found, null, 1));
          else showSummary(found, options);
        } finally {
          await warehouse.end();
        }
      } catch (error) {
        throw error instanceof ConsoleError ? new UserError(error.message, error.hint, 1) : error;
      } finally {
        await stores.close();
      }
    });
  });
}

function dayOf(text: string): string {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text)
    throw new InvalidArgumentError('It must be a day such as 2026-03-31.');
  return text;
}
