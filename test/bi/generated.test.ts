import { describe, expect, test } from 'vitest';
import { differences, generateAll, readGenerated } from '../../bi/files.ts';

describe('bi/generated', () => {
  test('is what the catalogue makes', () => {
    expect(differences(readGenerated(), generateAll())).toEqual([]);
  });

  test('a file that is changed, missing or left over is named', () => {
    const wanted = new Map([
      ['a.json', '{}\n'],
      ['b.json', '{}\n'],
    ]);
    const there = new Map([
      ['a.json', '{ }\n'],
      ['c.json', '{}\n'],
    ]);
    expect(differences(there, wanted)).toEqual([
      'bi/generated/a.json is stale',
      'bi/generated/b.json is missing',
      'bi/generated/c.json is made by nothing',
    ]);
  });
});
