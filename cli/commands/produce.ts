import { extname } from 'node:path';
import type { Command } from 'commander';
import { STREAM_NAMES, type StreamName } from '../../core/contract/streams.ts';
import { DISPOSITIONS } from '../../core/contract/values.ts';
import { describeRecords } from '../describe/describe.ts';
import { Interrupted } from '../errors.ts';
import { type Place, placeFlags, sourceFlags } from '../flags.ts';
import { interruptible, orInterrupted } from '../interrupt.ts';
import { LineFile } from '../line-file.ts';
import { openTarget } from '../open-target.ts';
import type { Target } from '../target.ts';
import { loadPolicy } from '../policy-file.ts';
import { checkSource } from '../produce/check.ts';
import { openSource, type SourceFlags } from '../produce/open.ts';
import { outcomesOf } from '../produce/outcomes.ts';
import type { Produced } from '../produce/produce.ts';
import type { Problem, Source } from '../produce/source.ts';
import { drainStep, produceStep, sayProblems } from '../run-through.ts';
import { refuseLooseWords, typed } from '../suggest.ts';
import { count, plural, print, say } from '../ui.ts';

export function produceCommand(parent: Command): void {
  const command = refuseLooseWords(
    parent.command('produce'),
    (file) => `Meant was: npm run crp -- produce --input ${file}`,
  );
  placeFlags(sourceFlags(command))
    .description('put records on the streams: generated ones, or a file; the stack is started where it is not up')
    .option('--out <file>', 'write the bytes that would be sent instead, one record a line')
    .option('--describe', 'print what a record looks like, and send nothing (with --stream: of one stream)')
    .action(async (options: SourceFlags & Place & { out?: string; describe?: boolean }) => {
      if (options.describe === true) {
        const { amountCeiling } = loadPolicy('default').policy.limits;
        print(describeRecords(options.stream === undefined ? STREAM_NAMES : [options.stream], amountCeiling));
        return;
      }
      const source = openSource(options, Date.now());
      await interruptible(async (signal) => {
        await orInterrupted(signal, checkSource(source));
        const problems =
          options.out === undefined ? await send(source, options, signal) : await write(source, options.out, signal);
        if (problems.length > 0) process.exitCode = 1;
      });
    });
}

async function send(source: Source, place: Place, signal: AbortSignal): Promise<readonly Problem[]> {
  const target = await openTarget(place, signal);
  try {
    const produced = await produceStep(target, source, signal);
    await drainStep(target, produced, signal).catch((error: unknown) => {
      say(`\nWhat was sent is on the streams and not lost. Whether it was decided shows: ${typed('status', place)}`);
      throw error;
    });
    await orInterrupted(signal, sayOutcomes(target, produced, place));
    return produced.problems;
  } finally {
    await target.close();
  }
}

/** What became of what was sent, and which commands go on from there. */
async function sayOutcomes(target: Target, { sent }: Produced, place: Place): Promise<void> {
  const { counts, firstQuarantined, open } = await outcomesOf(target.objects(), sent, Date.now());
  const always = ['decided', 'duplicate', 'quarantined'];
  const said = DISPOSITIONS.filter((each) => always.includes(each) || counts[each] > 0);
  say(`\nOf what was sent: ${said.map((each) => `${count(counts[each])} ${each}`).join(', ')}`);
  if (open > 0) say(`Nothing is known yet of ${plural(open, 'record')}; that shows: ${typed('status', place)}`);
  if (firstQuarantined !== null) {
    const since = new Date(firstQuarantined).toISOString();
    say(`What failed which check: ${typed(`quarantine list --since ${since}`, place)}`);
  }
  say(`To load the warehouse: ${typed('batch', place)}`);
}

/** Records of two streams go to two files, because a line does not say to which stream it belongs. */
async function write(source: Source, out: string, signal: AbortSignal): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const name = (stream: StreamName): string =>
    source.streams.length === 1 ? out : `${out.slice(0, out.length - extname(out).length)}.${stream}${extname(out)}`;
  const files = new Map(source.streams.map((stream) => [stream, new LineFile(name(stream), '--out')] as const));
  for await (const batch of source.batches((problem) => problems.push(problem)))
    for (const { stream, data, line } of batch) {
      if (signal.aborted) throw new Interrupted();
      if (data.includes(0x0a)) problems.push({ line, reason: 'holds a newline, which a file of lines cannot' });
      else await files.get(stream)?.write(data);
    }
  for (const [stream, file] of files) {
    await file.close();
    say(`${plural(file.lines, 'record')} for ${stream} written to ${name(stream)}`);
  }
  sayProblems(problems);
  return problems;
}
