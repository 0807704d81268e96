import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { positionId } from '../../core/contract/position.ts';
import { STREAM_NAMES, type StreamName } from '../../core/contract/streams.ts';
import { CHECKS } from '../../core/contract/values.ts';
import type { S3Objects } from '../../lambdas/adapters/s3-objects.ts';
import { Interrupted, UserError } from '../errors.ts';
import { moment, type Place, placeFlags, wholeNumber } from '../flags.ts';
import { interruptible } from '../interrupt.ts';
import { LineFile } from '../line-file.ts';
import type { Unreadable } from '../log/in-order.ts';
import { openStores } from '../open-target.ts';
import { identify } from '../quarantine/identify.ts';
import { asJson, newestFirst, showList } from '../quarantine/list.ts';
import { quarantined, recordsAt, type QuarantinedRecord } from '../quarantine/quarantine.ts';
import { shellWord, typed } from '../suggest.ts';
import { plural, print, say } from '../ui.ts';

interface Flags extends Place {
  readonly stream?: StreamName;
  readonly check?: string;
  /** ms since 1970 */
  readonly since?: number;
}

interface ExportFlags extends Flags {
  readonly out?: string;
  readonly dir?: string;
  readonly mended?: boolean;
}

const NEWLINE = 0x0a;
const warn = ({ key, reason }: Unreadable): void => say(`unreadable: ${key}: ${reason}`);

const filters = (command: Command): Command =>
  placeFlags(
    command
      .addOption(new Option('--stream <name>', 'of this stream only').choices([...STREAM_NAMES]))
      .addOption(new Option('--check <name>', 'that failed this check only').choices([...CHECKS]))
      .option(
        '--since <moment>',
        'that arrived then or later: a day or a moment, such as 2026-03-31T12:00:00Z',
        moment,
      ),
  );

export function quarantineCommand(parent: Command): void {
  const quarantine = parent.command('quarantine').description('records that failed a check');
  filters(quarantine.command('list'))
    .description('list them, the newest first, with the checks that they failed')
    .option('--limit <n>', 'how many to show', wholeNumber(1, 1_000_000), 50)
    .option('--long', 'with their positions, and every reason in full')
    .option('--json', 'print all as JSON')
    .action((options: Flags & { limit: number; long?: boolean; json?: boolean }) =>
      reading(options, async (records, objects) => {
        const sorted = newestFirst(records);
        const shown = await identify(objects, options.json ? sorted : sorted.slice(0, options.limit), warn);
        if (options.json) print(JSON.stringify(shown.map(asJson), null, 1));
        else showList(shown, records.length, options);
      }),
    );

  filters(quarantine.command('export'))
    .description(
      'write their original bytes, masked, to be mended and produced again; those that came again and were decided are left out',
    )
    .option('--out <file>', 'one record a line (default: standard output)')
    .option('--mended', 'also those that came again and were decided')
    .option('--dir <dir>', 'a file for each record, also for those that hold newlines')
    .action((options: ExportFlags) => {
      if (options.out !== undefined && options.dir !== undefined)
        throw new UserError(
          '--out and --dir contradict each other',
          'Lines of one file, or a file for each record: leave out one.',
        );
      return reading(options, (records, objects, signal) => write(records, objects, options, signal));
    });
}

async function reading(
  flags: Flags,
  work: (records: QuarantinedRecord[], objects: S3Objects, signal: AbortSignal) => void | Promise<void>,
): Promise<void> {
  await interruptible(async (signal) => {
    const stores = await openStores(flags, ['s3'], signal);
    try {
      const objects = stores.objects();
      const records: QuarantinedRecord[] = [];
      for await (const record of quarantined(
        objects,
        { stream: flags.stream ?? null, check: flags.check ?? null, since: flags.since ?? null },
        warn,
      )) {
        if (signal.aborted) throw new Interrupted();
        records.push(record);
      }
      await work(records, objects, signal);
    } finally {
      await stores.close();
    }
  });
}

async function write(
  all: QuarantinedRecord[],
  objects: S3Objects,
  { out, dir, mended, stream, check, ...place }: ExportFlags,
  signal: AbortSignal,
): Promise<void> {
  const identified = mended === true ? null : await identify(objects, all, warn);
  const records = identified?.filter(({ decidedAt }) => decidedAt === null) ?? all;
  const streams = new Set(records.map((record) => record.position.stream));
  if (dir === undefined && streams.size > 1)
    throw new UserError(
      'There are quarantined records on both streams, and a file can be produced to one of them only.',
      `Add --stream ${STREAM_NAMES.join(' or --stream ')}.`,
    );
  if (dir !== undefined) mkdirSync(dir, { recursive: true });
  const file = dir === undefined ? new LineFile(out ?? null, '--out') : null;
  let written = 0;
  const withNewlines: string[] = [];
  const positions = records.map((record) => record.position);
  for await (const record of recordsAt(objects, positions, warn)) {
    if (signal.aborted) throw new Interrupted();
    const name = positionId(record.position);
    if (file !== null && record.data.includes(NEWLINE)) {
      withNewlines.push(name);
      continue;
    }
    if (file === null) writeFileSync(join(dir as string, `${name.replaceAll('/', '-')}.json`), record.data);
    else await file.write(record.data);
    written += 1;
  }
  await file?.close();
  say(`${plural(written, 'record')} written to ${dir ?? out ?? 'standard output'}`);
  if (records.length < all.length)
    say(
      `${plural(all.length - records.length, 'record')} left out: mended, sent again and decided (--mended writes them too)`,
    );
  const absent = records.length - written - withNewlines.length;
  if (absent > 0) say(`${plural(absent, 'record')} not found in the log: see ${typed('replay', place)}`);
  if (withNewlines.length > 0) {
    say(
      `${plural(withNewlines.length, 'record')} left out because they hold newlines; --dir writes them: ${withNewlines.slice(0, 5).join(', ')}`,
    );
  }
  const [newest] = newestFirst(all);
  if (newest !== undefined && (out ?? dir) !== undefined) {
    const [only] = streams.size === 1 ? streams : [undefined];
    if (out !== undefined && only !== undefined)
      say(`Once mended: ${typed(`produce --input ${shellWord(out)} --stream ${only}`, place)}`);
    const later = new Date(newest.arrival + 1).toISOString();
    const same = [stream && `--stream ${stream}`, check && `--check ${check}`].filter(Boolean);
    say(`What arrives after these: ${typed(['quarantine export', ...same, `--since ${later}`].join(' '), place)}`);
  }
  if (absent > 0 || withNewlines.length > 0) process.exitCode = 1;
}
