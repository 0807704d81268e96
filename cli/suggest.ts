import { DEFAULT_DATA, type Place } from './flags.ts';

/** A path as a shell takes it. */
export const shellWord = (text: string): string => (/^[\w./-]+$/.test(text) ? text : JSON.stringify(text));

/** What to type to run a command where this one works: on the same data directory, or on the same stage. */
export function typed(words: string, { data, stage }: Place): string {
  const where = stage !== undefined ? ` --stage ${stage}` : data === DEFAULT_DATA ? '' : ` --data ${shellWord(data)}`;
  return `npm run crp -- ${words}${where}`;
}
