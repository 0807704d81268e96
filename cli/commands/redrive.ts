import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { positionId } from '../../core/contract/position.ts';
import { Interrupted, UserError } from '../errors.ts';
import { type Place, placeFlags } from '../flags.ts';
import { interruptible } from '../interrupt.ts';
import type { Unreadable } from '../log/in-order.ts';
import { openStores, openTarget } from '../open-target.ts';
import { recordsGivenUp } from '../redrive/given-up.ts';
import { isSent, redrive, type Redriven } from '../redrive/redrive.ts';
import { drainStep } from '../run-through.ts';
import type { Target } from '../target.ts';
import { count, plural, print, progress, say, step, table } from '../ui.ts';

interface Flags extends Place {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly masked?: boolean;
  readonly json?: boolean;
}

/** A record given up, as it is listed. */
interface Listed {
  readonly position: string;
  readonly arrived: string;
  readonly masked: boolean;
  /** false: held back, see --masked */
  readonly sent: boolean;
}

const SHOWN = 50;

export function redriveCommand(parent: Command): void {
  placeFlags(parent.command('redrive'))
    .description('put the records that the stream gave up on it again, where they are decided at their new position')
    .option('--dry-run', 'list them, send nothing')
    .option('--yes', 'do not ask before sending')
    .option('--masked', 'send also records with a masked card number: the check can no longer see it')
    .option('--json', 'print the list as JSON')
    .action((flags: Flags) => interruptible((signal) => run(flags, signal)));
}

async function run(flags: Flags, signal: AbortSignal): Promise<void> {
  const { open, unreadable } = await list(flags, signal);
  const sendable = open.filter(({ sent }) => sent).length;
  if (flags.json) print(JSON.stringify(open, null, 1));
  else show(open);
  if (unreadable > 0) process.exitCode = 1;
  if (flags.dryRun || sendable === 0) {
    if (open.length > sendable) sayHeld(open.length - sendable);
    if (!flags.dryRun && open.length > 0) process.exitCode = 1;
    return;
  }
  if (!flags.yes) await confirm(sendable, signal);
  const target = await openTarget(flags, signal);
  try {
    const { taken, sent, refused, held } = await send(target, flags.masked === true, sendable, signal);
    await drainStep(target, { taken, sent }, signal);
    say('\nDecided. `crp batch` loads the warehouse.');
    if (held > 0) sayHeld(held);
    if (refused + held > 0) process.exitCode = 1;
  } finally {
    await target.close();
  }
}

const warn = ({ key, reason }: Unreadable): void => say(`unreadable: ${key}: ${reason}`);

async function list(flags: Flags, signal: AbortSignal): Promise<{ open: Listed[]; unreadable: number }> {
  const stores = await openStores(flags, ['s3'], signal);
  try {
    const open: Listed[] = [];
    let unreadable = 0;
    const onUnreadable = (object: Unreadable): void => {
      unreadable += 1;
      warn(object);
    };
    for await (const records of recordsGivenUp(stores.objects(), onUnreadable)) {
      if (signal.aborted) throw new Interrupted();
      for (const record of records)
        open.push({
          position: positionId(record.position),
          arrived: new Date(record.arrival).toISOString(),
          masked: record.masked,
          sent: isSent(record, flags.masked === true),
        });
    }
    return { open, unreadable };
  } finally {
    await stores.close();
  }
}

function show(open: readonly Listed[]): void {
  if (open.length === 0) return say('No record waits to be sent again.');
  const rows = open
    .slice(0, SHOWN)
    .map(({ position, arrived, masked }) => [position, arrived, masked ? 'card number masked' : '']);
  print(table(['undecided position', 'arrived', ''], rows));
  if (open.length > SHOWN) say(`  … and ${count(open.length - SHOWN)} more: --json names all`);
}

/** @throws UserError where nobody can answer, or the answer is no */
async function confirm(records: number, signal: AbortSignal): Promise<void> {
  if (!process.stdin.isTTY)
    throw new UserError(
      `${plural(records, 'record')} would be sent again, and there is no terminal to ask at`,
      'Add --yes to send, or --dry-run to look.',
    );
  // Not as a terminal: it would take Ctrl-C for itself.
  const terminal = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    const answer = await Promise.race([
      terminal.question(`Send ${plural(records, 'record')} again? [y/N] `, { signal }),
      once(terminal, 'close').then(() => 'no'),
    ]);
    if (!/^y(es)?$/i.test(answer.trim())) throw new UserError('nothing was sent', null, 1);
  } finally {
    terminal.close();
  }
}

function send(target: Target, masked: boolean, total: number, signal: AbortSignal): Promise<Redriven> {
  return step('Sending again what the stream gave up', async () => {
    const bars = progress();
    try {
      const result = await redrive({
        objects: target.objects(),
        sender: target.sender,
        masked,
        onUnreadable: () => {},
        onProgress: (stream, taken) => bars.update(stream, taken, total),
        signal,
      });
      const sums = Object.entries(result.taken).map(([stream, records]) => `${count(records)} on ${stream}`);
      say(`  sent: ${sums.join(', ') || 'nothing'}`);
      if (result.refused > 0) say(`  ${plural(result.refused, 'record')} refused by the stream; still to be sent`);
      return result;
    } finally {
      bars.stop();
    }
  });
}

const sayHeld = (held: number): void =>
  say(
    `${plural(held, 'record')} held back: a card number in it was masked, and the check would no longer find it.\n` +
      '  Have its producer send it without the number; --masked sends it as it is.',
  );
