import { describe, expect, test } from 'vitest';
import { QUESTIONS } from '../../bi/catalogue/index.ts';
import { readReports, withQuestions } from '../../bi/document/document.ts';
import { differences, generateAll, readGenerated } from '../../bi/files.ts';

describe('bi/generated', () => {
  test('is what the catalogue makes', () => {
    expect(differences(readGenerated(), generateAll())).toEqual([]);
  });

  test('goes with the table of docs/reports.md, which answers every question of the contract', () => {
    const text = readReports();
    expect(withQuestions(text)).toBe(text);
    for (const question of QUESTIONS) expect(text).toContain(`| ${question.text} |`);
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
