import { heldRun, runningStack } from '../local/index.ts';
import { plural, say } from './ui.ts';

/** Says which run a fresh start throws away, if there is one that can be. */
export function sayReplaced(data: string): void {
  if (runningStack(data) !== undefined) return;
  const held = heldRun(data);
  if (held === undefined) return;
  const created = `${held.created.slice(0, 10)} ${held.created.slice(11, 16)} UTC`;
  say(`  replacing the run of ${created} (${plural(held.records, 'record')})`);
}
