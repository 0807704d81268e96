import type { Command } from 'commander';
import { type Place, placeFlags } from '../flags.ts';
import { interruptible, orInterrupted } from '../interrupt.ts';
import { openTarget } from '../open-target.ts';
import { showReport } from '../report-view.ts';
import { readReport } from '../report.ts';
import { batchStep, drainStep, sayReconciliation } from '../run-through.ts';
import { print } from '../ui.ts';

export function batchCommand(parent: Command): void {
  placeFlags(parent.command('batch'))
    .description('run the batch workflow: load, reconcile, report; running it again changes nothing')
    .option('--full', 'look through the whole log: after objects were restored or copied into the bucket')
    .option('--json', 'print the report as JSON')
    .action(async (options: Place & { full?: boolean; json?: boolean }) => {
      await interruptible(async (signal) => {
        const started = Date.now();
        const target = await openTarget(options, signal);
        try {
          // Where others produce too there is no end to wait for: the batch takes what the log has.
          if (!target.shared) await drainStep(target, {}, signal);
          const reconciliation = await batchStep(target, signal, options.full);
          const report = await orInterrupted(signal, readReport(target, { total: Date.now() - started }));
          if (options.json) print(JSON.stringify(report, null, 2));
          else showReport(report);
          if (!sayReconciliation(reconciliation, options, target.shared)) process.exitCode = 1;
        } finally {
          await target.close();
        }
      });
    });
}
