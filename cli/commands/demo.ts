import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { ConsoleServer } from '../../console/server/server.ts';
import { openBrowser } from '../console/browser.ts';
import { openConsole } from '../console/open.ts';
import { UserError, messageOf } from '../errors.ts';
import { dataFlag, policyFlag, sourceFlags, type Place } from '../flags.ts';
import { sayReplaced } from '../held-run.ts';
import { interruptible, orInterrupted } from '../interrupt.ts';
import { startTarget } from '../open-target.ts';
import { loadPolicy } from '../policy-file.ts';
import { checkSource } from '../produce/check.ts';
import { openSource, type SourceFlags } from '../produce/open.ts';
import { showReport } from '../report-view.ts';
import { readReport } from '../report.ts';
import { batchStep, drainStep, produceStep, sayReconciliation } from '../run-through.ts';
import { refuseLooseWords, typed } from '../suggest.ts';
import type { Target } from '../target.ts';
import { plural, print, say, seconds, step } from '../ui.ts';

interface Flags extends SourceFlags {
  readonly policy?: string;
  readonly report?: string;
  readonly data: string;
  readonly fresh?: boolean;
  readonly keep?: boolean;
  readonly open?: boolean;
}

export function demoCommand(parent: Command): void {
  const demo = parent.command('demo').description('the whole pipeline once, on this machine: what `npm start` runs');
  refuseLooseWords(
    demo,
    (file) =>
      `npm start -- --input ${file} runs the whole pipeline on it, in place of the last run; ` +
      `npm run crp -- produce --input ${file} adds it to the last run.`,
  );
  policyFlag(dataFlag(sourceFlags(demo)))
    .option('--report <file>', 'write the report there as JSON, too')
    .option('--fresh', 'empty the --data directory first (.local always is)')
    .option('--keep', 'stay up until Ctrl-C and print the endpoints')
    .option('--open', 'open the console in the browser before records arrive, and stay up')
    .action((options: Flags, command: Command) => run(options, command.getOptionValueSource('data') === 'default'));
}

async function run(options: Flags, isDefaultDirectory: boolean): Promise<void> {
  const started = Date.now();
  // Whatever is wrong with the command must be found before a run is thrown away or a server started for it.
  const source = openSource(options, started);
  const policy = loadPolicy(options.policy ?? 'default');
  checkWritable(options.report);
  await interruptible(async (signal) => {
    await orInterrupted(signal, checkSource(source));
    const mode = isDefaultDirectory || options.fresh === true ? 'replace' : 'new';
    const timings: Record<string, number> = {};
    const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
      const from = Date.now();
      const result = await work();
      timings[name] = Date.now() - from;
      return result;
    };
    const target = await timed('start', () =>
      step(`Starting the embedded stack in ${options.data} (up to a minute the first time)`, () => {
        if (mode === 'replace') sayReplaced(options.data);
        return startTarget({ data: options.data, mode, policy, signal });
      }),
    );
    let shown: ConsoleServer | undefined;
    try {
      // Before the first record, so that what arrives can be watched.
      if (options.open === true) shown = await showConsole(target, options);
      const produced = await timed('produce', () => produceStep(target, source, signal));
      await timed('decide', () => drainStep(target, produced, signal));
      const reconciliation = await timed('batch', () => batchStep(target, signal));
      timings['total'] = Date.now() - started;
      const report = await orInterrupted(signal, readReport(target, timings));
      print('');
      showReport(report);
      if (options.report !== undefined) writeFileSync(options.report, `${JSON.stringify(report, null, 2)}\n`);
      const reconciled = sayReconciliation(reconciliation, options);
      if (!reconciled || produced.problems.length > 0) process.exitCode = 1;
      say(
        `\nDone in ${seconds(Date.now() - started)}.${produced.problems.length > 0 ? ` ${plural(produced.problems.length, 'line')} not sent, see above.` : ''}`,
      );
      hints(options);
      if (options.keep === true || shown !== undefined)
        await stayUp({ ...target.endpoints, ...(shown === undefined ? {} : { console: shown.url }) }, signal);
    } finally {
      await shown?.close();
      await target.close();
    }
  });
}

async function showConsole(target: Target, { data }: Place): Promise<ConsoleServer> {
  const shown = await openConsole(target, { role: 'analyst', data });
  say(`  the console: ${shown.url}`);
  openBrowser(shown.url);
  return shown;
}

/** A run of minutes must not end in a report that cannot be written. */
function checkWritable(file: string | undefined): void {
  if (file === undefined) return;
  try {
    writeFileSync(file, '', { flag: 'a' });
  } catch (error) {
    throw new UserError(`--report ${file}: ${messageOf(error)}`, 'Give the path of a file that can be written.');
  }
}

function hints(place: Place): void {
  const said = [
    ['query "select approval_status, count(*), avg(loan_amount)::int from dw.fact_loan_application group by 1"', ''],
    ['explain APPLICATION_ID', 'why was it decided so?'],
    ['console --open', 'look at all of it in the browser'],
    ['summary', "the latest day's figures"],
    ['replay', 'compute every receipt again from the log'],
    ['quarantine list', 'what failed which check'],
    ['produce --input FILE.ndjson', 'send more to this run'],
  ] as const;
  const lines = said.map(([words, what]) => [typed(words, place), what] as const);
  const width = Math.max(...lines.slice(1).map(([line]) => line.length));
  say(`\nWhat to try next (the data stays in ${place.data}):`);
  for (const [line, what] of lines) say(`  ${what === '' ? line : `${line.padEnd(width)}  ${what}`}`);
}

export async function stayUp(endpoints: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void> {
  say('\nStaying up. Endpoints:');
  for (const [name, address] of Object.entries(endpoints)) say(`  ${name.padEnd(10)} ${address}`);
  say('Ctrl-C stops it.');
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
