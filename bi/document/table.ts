import type { Catalogue, Chart } from '../catalogue/index.ts';

/** Where the console shows a page of the catalogue. */
const SCREENS: Readonly<Record<string, string>> = {
  overview: 'Overview',
  credit_risk: 'Credit risk',
  fraud: 'Fraud and rules',
  data_quality: 'Data quality',
  pipeline: 'Pipeline',
};

/**
 * The table of docs/reports.md: each question of the contract with the charts that answer it, their view, and where they
 * are shown. QuickSight and Power BI have the pages of the catalogue, the console has a screen for each.
 */
export function questionsTable({ questions, pages }: Catalogue): string {
  const rows = questions.flatMap(({ id, text }) =>
    pages.flatMap((page) =>
      page.charts
        .filter(({ question }: Chart) => question === id)
        .map(({ title, view }, i) => {
          const screen = SCREENS[page.id];
          if (screen === undefined) throw new Error(`The console has no screen for the page ${page.id}.`);
          return `| ${i === 0 ? text : ''} | ${title} | \`bi.${view}\` | ${page.title} | ${page.title} | ${screen} |`;
        }),
    ),
  );
  return [
    '| question | chart | view | QuickSight, sheet | Power BI, page | console, screen |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
