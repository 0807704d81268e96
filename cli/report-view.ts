import type { Report } from '../lambdas/adapters/report.ts';
import { count, print, seconds, table } from './ui.ts';

type Counts = Readonly<Record<string, number>>;

/** The report as compact tables. */
export function showReport(report: Report): void {
  const { applications, activity } = report;
  const of = (counts: Counts, name: string): number | string => counts[name] ?? '';
  const names = [
    'received',
    'decided',
    'duplicate',
    'conflict',
    'quarantined',
    'undecided',
    'amendments',
    'withoutConsent',
  ];
  const labels: Readonly<Record<string, string>> = {
    amendments: 'of the decided: amendments',
    withoutConsent: 'of the decided: no consent to scoring',
  };
  print(heading('Records'));
  print(
    table(
      ['', 'applications', 'account activity'],
      names.map((name) =>
        [
          labels[name] ?? name,
          of(applications as unknown as Counts, name),
          of(activity as unknown as Counts, name),
        ].map(text),
      ),
      ['left', 'right', 'right'],
    ),
  );
  sideBySide([
    ['Risk level', report.riskLevel],
    ['Decisions', report.decisions],
    ['Alerts by rule', report.alerts],
  ]);
  sideBySide([
    ['Data-quality issues', report.checks],
    ['Warehouse rows', report.warehouse as unknown as Counts],
  ]);
  print(heading('Reconciliation'));
  const { pending, missing, unexpected, parityDifferences } = report.reconciliation;
  const faults = pending + missing + unexpected + parityDifferences;
  print(
    `  pending ${count(pending)}, missing ${count(missing)}, unexpected ${count(unexpected)}, parity differences ${count(parityDifferences)}${faults === 0 ? ': every position is accounted for' : ''}`,
  );
  const { id, version, digest } = report.policy;
  print(`  policy ${id} ${version}, digest ${digest.slice(0, 16)}…`);
  const timings = Object.entries(report.timings);
  // The steps of this command end with their total; after it come the jobs of the batch.
  const own = timings.findIndex(([name]) => name === 'total') + 1;
  const said = (part: typeof timings): string => part.map(([name, ms]) => `${name} ${seconds(ms)}`).join(', ');
  if (own > 0) print(`  ${said(timings.slice(0, own))}`);
  if (timings.length > own) print(`  jobs of the batch: ${said(timings.slice(own))}`);
}

const heading = (title: string): string => `\n${title}`;
const text = (cell: number | string): string => (typeof cell === 'number' ? count(cell) : cell);

/** Several maps of counts next to each other, each under its title. */
function sideBySide(maps: readonly (readonly [string, Counts])[]): void {
  const blocks = maps.map(([title, counts]) => {
    const entries = Object.entries(counts);
    const width = Math.max(title.length, ...entries.map(([name]) => name.length));
    const numbers = Math.max(1, ...entries.map(([, value]) => count(value).length));
    const lines = entries.map(([name, value]) => `${name.padEnd(width)}  ${count(value).padStart(numbers)}`);
    return [title, ...(lines.length > 0 ? lines.map((line) => `  ${line}`) : ['  none'])];
  });
  const widths = blocks.map((lines) => Math.max(...lines.map((line) => line.length)));
  print('');
  for (let row = 0; row < Math.max(...blocks.map((lines) => lines.length)); row += 1)
    print(
      blocks
        .map((lines, column) => (lines[row] ?? '').padEnd(widths[column] as number))
        .join('    ')
        .trimEnd(),
    );
}
