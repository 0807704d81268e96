import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE } from '../catalogue/index.ts';
import { questionsTable } from './table.ts';

export const REPORTS = join(import.meta.dirname, '..', '..', 'docs', 'reports.md');

const MARKED = /<!-- bi:questions -->\n[^]*?<!-- \/bi:questions -->/;

/** The document with its table made anew. @throws Error when the place for it is gone */
export function withQuestions(text: string): string {
  if (!MARKED.test(text)) throw new Error('docs/reports.md has no <!-- bi:questions --> … <!-- /bi:questions -->.');
  return text.replace(MARKED, `<!-- bi:questions -->\n\n${questionsTable(CATALOGUE)}\n\n<!-- /bi:questions -->`);
}

export const readReports = (): string => readFileSync(REPORTS, 'utf8');

/** @returns whether anything changed */
export function writeReports(): boolean {
  const text = readReports();
  const wanted = withQuestions(text);
  if (text !== wanted) writeFileSync(REPORTS, wanted);
  return text !== wanted;
}
