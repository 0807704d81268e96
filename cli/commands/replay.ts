import type { Command } from 'commander';
import { type Place, placeFlags, wholeNumber } from '../flags.ts';
import { interruptible } from '../interrupt.ts';
import { openStores } from '../open-target.ts';
import { replay, type ReplayResult } from '../replay/run.ts';
import { count, plural, print, progress, say, seconds } from '../ui.ts';

const SHOWN = 20;

export function replayCommand(parent: Command): void {
  placeFlags(
    parent
      .command('replay')
      .description('recompute every receipt from the log and the published policies alone; names what differs')
      .option('--json', 'print the result as JSON, with every position')
      .option('--workers <n>', 'threads (default: one a processor, up to 8)', wholeNumber(1, 64)),
  ).action(async (options: Place & { json?: boolean; workers?: number }) => {
    await interruptible(async (signal) => {
      const stores = await openStores(options, ['s3'], signal);
      const started = Date.now();
      try {
        const bars = progress();
        const result = await replay({
          objects: stores.objects(),
          env: stores.env,
          ...(options.workers === undefined ? {} : { workers: options.workers }),
          onProgress: (positions) => bars.update('replayed', positions, null),
          signal,
        }).finally(() => bars.stop());
        if (options.json) print(JSON.stringify(result, null, 1));
        else show(result, Date.now() - started);
        if (!clean(result)) process.exitCode = 1;
      } finally {
        await stores.close();
      }
    });
  });
}

export const clean = (result: ReplayResult): boolean =>
  result.different.length + result.missing.length + result.unlogged.length + result.unreadable.length === 0;

function show(result: ReplayResult, ms: number): void {
  const total = result.equal + result.different.length + result.missing.length;
  print(`${count(result.equal)} of ${plural(total, 'receipt')} equal, recomputed from the log (${seconds(ms)})`);
  list('different', result.different, 'the stored receipt is not what the log and the policies give');
  list('missing', result.missing, 'in the log, without a receipt');
  list('not in the log', result.unlogged, 'with a receipt, without a record');
  list(
    'unreadable',
    result.unreadable.map(({ key, reason }) => `${key}: ${reason}`),
    'objects that cannot be read',
  );
  if (result.equal === 0 && clean(result)) say('The log is empty: nothing has been produced here yet.');
}

function list(title: string, items: readonly string[], meaning: string): void {
  if (items.length === 0) return;
  print(`\n${count(items.length)} ${title} (${meaning}):`);
  for (const item of items.slice(0, SHOWN)) print(`  ${item}`);
  if (items.length > SHOWN) print(`  … and ${count(items.length - SHOWN)} more: --json names all`);
}
