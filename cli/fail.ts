import { CommanderError } from 'commander';
import { Interrupted, UserError, errorCode, messageOf } from './errors.ts';
import { say } from './ui.ts';

/** Errors of other rooms that are written for people: their message says all there is to say. */
const FOR_PEOPLE = new Set(['LocalError', 'PolicyError', 'NoPolicyInForce', 'PipelineError', 'MappingError']);

/** Prints an error as a person needs it. @returns the exit code */
export function fail(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof Interrupted) {
    say('Interrupted.');
    return 130;
  }
  if (error instanceof UserError) {
    say(`error: ${error.message}`);
    if (error.hint !== null) say(`  ${error.hint}`);
    return error.exitCode;
  }
  if (error instanceof Error && (FOR_PEOPLE.has(error.name) || FOR_PEOPLE.has(parentName(error)))) {
    say(`error: ${error.message}`);
    return 2;
  }
  const code = errorCode(error);
  say(`error: ${messageOf(error) || code || 'unknown'}`);
  if (process.env['CRP_DEBUG'] !== undefined && error instanceof Error) say(error.stack);
  else
    say(
      '  This should not happen. Run it again with CRP_DEBUG=1 to see where it comes from; logs lie in the data directory under logs/.',
    );
  return 1;
}

const parentName = (error: Error): string => Object.getPrototypeOf(error.constructor)?.name ?? '';
