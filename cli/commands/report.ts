import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type Place, placeFlags } from '../flags.ts';
import { interruptible } from '../interrupt.ts';
import { openStores } from '../open-target.ts';
import { showReport } from '../report-view.ts';
import { readReport } from '../report.ts';
import { print } from '../ui.ts';

export function reportCommand(parent: Command): void {
  placeFlags(
    parent
      .command('report')
      .description('the counts of the last batch, read from the stores')
      .option('--json', 'print JSON')
      .option('--out <file>', 'write JSON to a file, too'),
  ).action(async (options: Place & { json?: boolean; out?: string }) => {
    await interruptible(async (signal) => {
      const stores = await openStores(options, ['postgres'], signal);
      try {
        const report = await readReport(stores, {});
        if (options.out !== undefined) writeFileSync(options.out, `${JSON.stringify(report, null, 2)}\n`);
        if (options.json) print(JSON.stringify(report, null, 2));
        else showReport(report);
      } finally {
        await stores.close();
      }
    });
  });
}
