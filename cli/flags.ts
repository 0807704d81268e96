import { type Command, InvalidArgumentError, Option } from 'commander';
import { STREAM_NAMES } from '../core/contract/streams.ts';
import { PROFILES } from './produce/open.ts';

/** @throws InvalidArgumentError, which commander prints with the flag's name */
export function wholeNumber(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text.replaceAll('_', ''));
    if (!/^[\d_]+$/.test(text) || !Number.isSafeInteger(value) || value < low || value > high)
      throw new InvalidArgumentError(
        `It must be a whole number from ${low.toLocaleString('en-US')} to ${high.toLocaleString('en-US')}.`,
      );
    return value;
  };
}

/** A day (its beginning, UTC) or a moment in ISO 8601, as ms since 1970. */
export function moment(text: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  const earliest = Date.UTC(2001, 0, 1);
  if (!Number.isFinite(ms) || ms < earliest || ms > Date.now())
    throw new InvalidArgumentError(
      'It must be a day such as 2026-03-31 or a moment such as 2026-03-31T12:00:00Z, not in the future.',
    );
  return ms;
}

/** Flags that say what is produced. */
export const sourceFlags = (command: Command): Command =>
  command
    .option('--input <file>', 'send this file: .ndjson (each line byte for byte) or .csv (with --mapping)')
    .option('--mapping <name|file>', 'for .csv: which column feeds which field (shipped: loan-applications)')
    .addOption(new Option('--stream <name>', 'the stream to send to').choices([...STREAM_NAMES]))
    .addOption(new Option('--profile <name>', 'what to generate when there is no --input').choices([...PROFILES]))
    .option('--count <n>', 'applications to generate (default: 10000)', wholeNumber(1, 100_000_000))
    .option('--seed <n>', 'the same seed generates the same records (default: 1)', wholeNumber(0, 999_999))
    .option('--as-of <day>', 'generate for the 30 days before it (default: the beginning of today, UTC)', moment);

export const DEFAULT_DATA = '.local';

export const dataFlag = (command: Command): Command =>
  command.option('--data <dir>', 'data directory of the embedded stack', DEFAULT_DATA);

/** Where a command works: on the embedded stack of a directory, or on a deployed stage. */
export interface Place {
  readonly data: string;
  readonly stage?: string;
}

export const placeFlags = (command: Command): Command =>
  dataFlag(command).addOption(
    new Option('--stage <name>', 'a deployed stage instead, in the account and region of your AWS credentials')
      .argParser(stageName)
      .conflicts('data'),
  );

function stageName(text: string): string {
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(text))
    throw new InvalidArgumentError('It must be the name of a stage, such as dev or prod.');
  return text;
}

export const policyFlag = (command: Command): Command =>
  command.option('--policy <name|file>', 'policy in force: founding, default or a file (default: "default")');
