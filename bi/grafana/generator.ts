import type { Generator, Reference } from '../generator.ts';
import { operationsDashboard } from './operations.ts';
import { warehouseDashboard } from './warehouse.ts';

const text = (dashboard: object): string => `${JSON.stringify(dashboard, null, 2)}\n`;

/** Dashboards to import into Grafana: the boards from CloudWatch, the pages from PostgreSQL. */
export const grafana: Generator = {
  name: 'Grafana',
  generate: (catalogue) =>
    new Map([
      ...catalogue.boards.map((board) => [`grafana/${board.id}.json`, text(operationsDashboard(board))] as const),
      ['grafana/warehouse.json', text(warehouseDashboard(catalogue))] as const,
    ]),
  references: (files) =>
    [...files].flatMap(([file, json]) => (file.startsWith('grafana/') ? queries(file, JSON.parse(json)) : [])),
};

interface Written {
  readonly title?: string;
  readonly name?: string;
  readonly query?: unknown;
  readonly rawSql?: string;
  readonly panels?: readonly Written[];
  readonly targets?: readonly Written[];
  readonly templating?: { readonly list?: readonly Written[] };
}

function queries(file: string, { panels = [], templating }: Written): readonly Reference[] {
  return [
    ...panels.flatMap(({ title = '', targets = [] }) =>
      targets.flatMap(({ rawSql = '' }) => columns(file, `the panel “${title}”`, rawSql)),
    ),
    ...(templating?.list ?? []).flatMap(({ name = '', query }) =>
      typeof query === 'string' ? columns(file, `the variable ${name}`, query) : [],
    ),
  ];
}

function columns(file: string, where: string, sql: string): readonly Reference[] {
  const view = /\bfrom bi\.(\w+) as v\b/.exec(sql)?.[1];
  if (view === undefined) return [];
  return [...new Set([...sql.matchAll(/\bv\.(\w+)/g)].map((match) => match[1] ?? ''))].map((column) => ({
    file,
    where,
    view,
    column,
  }));
}
