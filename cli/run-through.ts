import { ACTIVITY, APPLICATIONS, type StreamName } from '../core/contract/streams.ts';
import { orInterrupted } from './interrupt.ts';
import { produce, type Produced } from './produce/produce.ts';
import type { Problem, Source } from './produce/source.ts';
import type { Place } from './flags.ts';
import { typed } from './suggest.ts';
import type { Reconciliation, Target } from './target.ts';
import { count, plural, progress, say, step } from './ui.ts';

const PROBLEMS_SHOWN = 20;

/** Puts a source's records on the streams, with progress; says what was not sent. */
export async function produceStep(target: Target, source: Source, signal: AbortSignal): Promise<Produced> {
  return step(`Producing ${source.title}`, async () => {
    const bars = progress();
    const totals = source.streams.length === 1 ? source.total : null;
    const result = await orInterrupted(
      signal,
      produce(source, {
        sender: target.sender,
        onProgress: (stream, taken) => bars.update(stream, taken, totals),
        signal,
      }),
    ).finally(() => bars.stop());
    const taken = Object.entries(result.taken).map(([stream, records]) => `${count(records)} on ${stream}`);
    say(`  sent: ${taken.join(', ')}`);
    if (result.blank > 0)
      say(
        `  of these, ${plural(result.blank, 'blank line')}: each is an empty record, which the checks quarantine as malformed_json`,
      );
    sayProblems(result.problems);
    return result;
  });
}

export function sayProblems(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  say(`  ${plural(problems.length, 'line')} not sent:`);
  for (const { line, reason } of problems.slice(0, PROBLEMS_SHOWN)) say(`    line ${count(line)}: ${reason}`);
  if (problems.length > PROBLEMS_SHOWN) say(`    … and ${count(problems.length - PROBLEMS_SHOWN)} more`);
}

/** Waits for what was produced, or for all that is on the streams; how many were sent is what the bars count to. */
export async function drainStep(
  target: Target,
  { taken: totals, sent }: Partial<Pick<Produced, 'taken' | 'sent'>>,
  signal: AbortSignal,
): Promise<void> {
  await step('Deciding: log, receipts, alerts, latest decisions', async () => {
    const bars = progress();
    await orInterrupted(
      signal,
      target.drained(
        (consumer, stream, delivered) => {
          const total = totals?.[stream] ?? null;
          // A consumer may have done records of an earlier command, or some twice.
          if (delivered > 0)
            bars.update(`${consumer} ${SHORT[stream]}`, delivered, total === null || delivered > total ? null : total);
        },
        signal,
        sent,
      ),
    ).finally(() => bars.stop());
  });
}

const SHORT: Readonly<Record<StreamName, string>> = { [APPLICATIONS]: 'applications', [ACTIVITY]: 'activity' };

export const batchStep = (target: Target, signal: AbortSignal, full = false): Promise<Reconciliation> =>
  step(`Running the batch workflow${full ? ' over the whole log' : ''}`, () =>
    orInterrupted(
      signal,
      target.runWorkflow((state) => say(`  ${state}`), signal, full),
    ),
  );

const COUNTS = ['pending', 'missing', 'unexpected', 'parityDifferences'] as const;
const MEANINGS = {
  pending: 'in the log, without a receipt',
  missing: 'in the stream or with a receipt, but not in the log or not in the warehouse',
  unexpected: 'in the warehouse or with a receipt, but never on the stream',
  parityDifferences: 'stream and batch computed different results',
} as const;

/**
 * Names the positions that do not add up.
 * @param shared whether others produce too: then some are always pending
 * @returns whether all add up
 */
export function sayReconciliation(result: Reconciliation, place: Place, shared = false): boolean {
  if (shared && result.pending > 0)
    say(`\n${plural(result.pending, 'position')} on the way: decided by the next batch`);
  const faulty = COUNTS.filter((kind) => result[kind] !== 0 && !(shared && kind === 'pending'));
  for (const kind of faulty) {
    say(
      `\n${plural(result[kind], 'position')} ${kind === 'parityDifferences' ? 'with parity differences' : kind} (${MEANINGS[kind]}):`,
    );
    const examples = result.examples[kind] ?? [];
    for (const example of examples) say(`  ${typeof example === 'string' ? example : JSON.stringify(example)}`);
    if (examples.length < result[kind])
      say(`  … ${count(result[kind] - examples.length)} more; where to look: ${typed('status', place)}`);
  }
  return faulty.length === 0;
}
