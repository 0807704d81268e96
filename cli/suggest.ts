import type { Command } from 'commander';
import { UserError } from './errors.ts';
import { DEFAULT_DATA, type Place } from './flags.ts';

/** A path as a shell takes it. */
export const shellWord = (text: string): string => (/^[\w./-]+$/.test(text) ? text : JSON.stringify(text));

/** What to type to run a command where this one works: on the same data directory, or on the same stage. */
export function typed(words: string, { data, stage }: Place): string {
  const where = stage !== undefined ? ` --stage ${stage}` : data === DEFAULT_DATA ? '' : ` --data ${shellWord(data)}`;
  return `npm run crp -- ${words}${where}`;
}

/**
 * `npm start FILE` is what one types first. A word that stands by itself is answered with the command that was meant,
 * before anything is started.
 */
export function refuseLooseWords(command: Command, advice: (file: string) => string): Command {
  return command.allowExcessArguments().hook('preAction', (_, { args, parent }) => {
    const [word] = args;
    if (word === undefined) return;
    const isCommand = parent?.commands.some((each) => each.name() === word) === true;
    const file = `${shellWord(word)}${/\.csv$/i.test(word) ? ' --mapping NAME' : ''}`;
    throw new UserError(
      `${JSON.stringify(word)} stands by itself, and nothing says what it is for`,
      `Nothing was started. ${isCommand ? `npm run crp -- ${args.join(' ')} … runs that command.` : advice(file)}`,
    );
  });
}
