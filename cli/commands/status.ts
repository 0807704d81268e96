import type { Command } from 'commander';
import { type Place, placeFlags } from '../flags.ts';
import { interruptible } from '../interrupt.ts';
import { openStores } from '../open-target.ts';
import { readStatus, type Status } from '../status.ts';
import { typed } from '../suggest.ts';
import type { Running } from '../target.ts';
import { count, print, table } from '../ui.ts';

export function statusCommand(parent: Command): void {
  placeFlags(parent.command('status'))
    .description('what is up, what is stored, the last runs, what failed')
    .option('--json', 'print JSON')
    .action(async (options: Place & { json?: boolean }) => {
      await interruptible(async (signal) => {
        const stores = await openStores(options, ['postgres', 's3'], signal);
        try {
          const status = await readStatus(stores);
          if (options.json) print(JSON.stringify(status, null, 2));
          else show(status, options);
        } finally {
          await stores.close();
        }
      });
    });
}

const upSince = ({ since, pid }: Running): string =>
  since === null || pid === null ? 'deployed' : `up since ${since} (process ${pid})`;

function show(status: Status, place: Place): void {
  print(`${status.title}: ${status.up === null ? 'the stack is down' : upSince(status.up)}`);
  if (status.up !== null) print(table(['endpoint', ''], Object.entries(status.up.endpoints)));
  print(
    `\nStreams\n${table(
      ['stream', 'in the log', 'with a receipt', 'without one', 'loaded by the batch', 'not loaded yet'],
      status.streams.map((stream) => [
        stream.name,
        stream.logged,
        stream.decided,
        stream.logged - stream.decided,
        stream.loaded,
        stream.logged - stream.loaded,
      ]),
    )}`,
  );
  if (status.runs.length > 0 && status.streams.some(({ logged, loaded }) => loaded < logged))
    print(`To load the rest: ${typed('batch', place)}`);
  if (status.runs.length > 0)
    print(
      `\nLast jobs\n${table(
        ['job', 'run', 'started', 'took', 'rows in', 'rows out', 'status'],
        status.runs.map((run) => [
          run.job,
          run.run_id,
          run.started,
          run.took_ms === null ? '' : `${count(run.took_ms)} ms`,
          run.rows_in,
          run.rows_out,
          run.detail === null ? run.status : `${run.status}: ${run.detail}`,
        ]),
      )}`,
    );
  else print(`\nNo batch has run yet: ${typed('batch', place)}`);
  if (status.reconciliation !== null) {
    const { pending, missing, unexpected, parity_differences } = status.reconciliation;
    print(
      `\nLast reconciliation: pending ${pending}, missing ${missing}, unexpected ${unexpected}, parity differences ${parity_differences}`,
    );
    for (const [kind, examples] of Object.entries(status.reconciliation.examples))
      for (const example of examples)
        print(`  ${kind}: ${typeof example === 'string' ? example : JSON.stringify(example)}`);
  }
  if (status.objectFailures.length > 0)
    print(
      `\nObjects that could not be read\n${table(
        ['object', 'reason', 'attempts'],
        status.objectFailures.map((failure) => [failure.object_key, failure.reason, failure.attempts]),
      )}`,
    );
}
