import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../lib/paths.ts';
import { synthesise } from '../infra/synth.ts';
import { alarmsOf } from './definitions.ts';
import { FAULT_OF, FAULTS } from './faults.ts';

const read = (file: string): string => readFileSync(path.join(PROJECT_ROOT, file), 'utf8');

/** Rows of the runbook's last table. */
const ROWS = [
  ...read('docs/runbook.md').matchAll(/^\| `([^`]+)` +\| (fault|template): (.+?) +\| `([^`]+)` +\|$/gm),
].map(([, alarm, kind, title, file]) => ({ alarm: alarm!, kind: kind!, title: title!, file: file! }));
const covers = (row: string, name: string): boolean =>
  row.endsWith('/*') ? name.startsWith(row.slice(0, -1)) : name === row;

const ALARMS = alarmsOf(synthesise({ stage: 'prod' })).map(({ name }) => name);
const rowOf = (name: string) => ROWS.filter(({ alarm }) => covers(alarm, name));

describe('the table of alarms and their tests in the runbook', () => {
  it('has each alarm of prod once', () => {
    expect(ALARMS.length).toBeGreaterThan(100);
    const found = ALARMS.map((name) => [name, rowOf(name).length]);
    expect(found.filter(([, rows]) => rows !== 1)).toEqual([]);
  });

  it('has no row that is about no alarm', () => {
    expect(ROWS.filter(({ alarm }) => !ALARMS.some((name) => covers(alarm, name)))).toEqual([]);
  });

  it('names the fault that lets an alarm on a metric of our own go off, and for no other alarm a fault', () => {
    for (const name of ALARMS) {
      const fault = FAULT_OF[name];
      const [row] = rowOf(name);
      expect(row?.kind, name).toBe(fault === undefined ? 'template' : 'fault');
      if (fault !== undefined)
        expect(row, name).toMatchObject({ title: FAULTS[fault], file: 'test/faults/alarms.test.ts' });
    }
  });

  it('names test files that there are, and in each a test of that title', () => {
    for (const { kind, title, file } of ROWS) {
      expect(existsSync(path.join(PROJECT_ROOT, file)), file).toBe(true);
      const key = Object.entries(FAULTS).find(([, text]) => text === title)?.[0];
      // Faults are titled by name: the file and the runbook have the words from one place.
      expect(read(file)).toContain(kind === 'fault' ? `it(FAULTS.${key}, ` : `it('${title}', `);
    }
  });
});
