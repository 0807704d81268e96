import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSource, type SourceFlags } from '../../../../cli/produce/open.ts';
import { collect, scratch } from '../scratch.ts';

const dir = scratch();
const NOW = Date.UTC(2026, 2, 31, 15);
const file = (name: string): string => dir.write(name, 'a,b\n1,2\n');
mkdirSync(join(dir.path, 'folder.ndjson'));

describe('openSource', () => {
  it('generates 10,000 applications and 20,000 records of activity unless told otherwise', () => {
    const source = openSource({}, NOW);
    expect(source.total).toBe(30_000);
    expect(source.streams).toEqual(['credit_applications', 'account_activity']);
  });

  it('sends a file to the stream named, applications by default', () => {
    expect(openSource({ input: file('a.ndjson') }, NOW).streams).toEqual(['credit_applications']);
    expect(openSource({ input: file('a.ndjson'), stream: 'account_activity' }, NOW).streams).toEqual([
      'account_activity',
    ]);
  });

  it('generates for one stream alone', async () => {
    const entries = await collect(openSource({ stream: 'account_activity', count: 50 }, NOW).batches(() => {}));
    expect(entries).toHaveLength(50);
    expect(new Set(entries.map((entry) => entry.stream))).toEqual(new Set(['account_activity']));
  });

  it.each<[string, SourceFlags, RegExp]>([
    ['a missing file', { input: join(dir.path, 'none.ndjson') }, /none\.ndjson: no such file/],
    ['a directory', { input: join(dir.path, 'folder.ndjson') }, /is a directory/],
    ['an unknown ending', { input: file('a.txt') }, /cannot tell its format/],
    ['a CSV without a mapping', { input: file('a.csv') }, /which column feeds which field/],
    ['a mapping for NDJSON', { input: file('a.ndjson'), mapping: 'loan-applications' }, /--mapping is for \.csv/],
    ['a mapping for nothing', { mapping: 'loan-applications' }, /there is no --input/],
    [
      'another stream than the mapping',
      { input: file('a.csv'), mapping: 'loan-applications', stream: 'account_activity' },
      /contradicts the mapping/,
    ],
    ['a count beside a file', { input: file('a.ndjson'), count: 5 }, /--count is about generated records/],
    ['a profile beside a file', { input: file('a.ndjson'), profile: 'plain' }, /--profile is about/],
    [
      'activity of the plain profile',
      { profile: 'plain', stream: 'account_activity' },
      /--profile plain makes credit_applications only/,
    ],
  ])('refuses %s', (_name, flags, message) => {
    expect(() => openSource(flags, NOW)).toThrow(message);
  });
});
