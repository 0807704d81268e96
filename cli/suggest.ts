import { DEFAULT_DATA } from './flags.ts';

/** What to type to run a command on the data directory that this one works on. */
export const typed = (words: string, data: string): string =>
  `npm run crp -- ${words}${data === DEFAULT_DATA ? '' : ` --data ${/^[\w./-]+$/.test(data) ? data : JSON.stringify(data)}`}`;
