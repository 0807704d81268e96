import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CATALOGUE, columnsOfChart } from '../../bi/catalogue/index.ts';
import { generateAll } from '../../bi/files.ts';
import { brokenReferences, type Columns, type Reference } from '../../bi/generator.ts';
import { GENERATORS } from '../../bi/generators.ts';
import { biColumns } from '../support/bi-columns.ts';
import { startPostgres, type TestServer } from '../support/postgres.ts';
import { TestWarehouse } from '../support/warehouse.ts';

const files = generateAll();
/** The console asks what the catalogue says when it is asked: its charts are its references. */
const ofConsole: readonly Reference[] = CATALOGUE.pages.flatMap((page) =>
  page.charts.flatMap((chart) =>
    columnsOfChart(CATALOGUE, chart).map((column) => ({
      file: `console, page ${page.id}`,
      where: `the chart “${chart.title}”`,
      view: chart.view,
      column,
    })),
  ),
);
const references = [...GENERATORS.flatMap((generator) => generator.references(files)), ...ofConsole];

let server: TestServer;
let warehouse: TestWarehouse;
let columns: Columns;
beforeAll(async () => {
  server = await startPostgres(['fsync=off']);
  warehouse = await TestWarehouse.create(server);
  const views = await biColumns(warehouse);
  columns = new Map(Object.entries(views).map(([view, of]) => [view, new Set(of.map(({ name }) => name))]));
});
afterAll(async () => {
  await warehouse.end();
  await server.stop();
});

describe('what reports use of the warehouse', () => {
  test('is there', () => {
    expect(brokenReferences(references, columns)).toEqual([]);
    expect(references.length).toBeGreaterThan(500);
  });

  test('a column renamed in any view is missed by every file that uses it, by name', () => {
    let renamed = 0;
    for (const [view, names] of columns)
      for (const column of names) {
        const without = new Map([...columns, [view, new Set([...names].filter((name) => name !== column))]]);
        const users = new Set(
          references.filter((one) => one.view === view && one.column === column).map(({ file }) => file),
        );
        const lines = brokenReferences(references, without);
        for (const file of users) {
          const named = lines.find((line) => line.startsWith(`${file}: `));
          expect(named, `${file} without bi.${view}.${column}`).toContain(`bi.${view}.${column}`);
        }
        expect(lines.every((line) => line.includes(`bi.${view}.${column}`))).toBe(true);
        if (users.size > 0) renamed += 1;
      }
    expect(renamed).toBeGreaterThan(80);
  });

  test('a view that is gone is named', () => {
    const without = new Map([...columns].filter(([view]) => view !== 'rule_days'));
    const lines = brokenReferences(references, without);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/uses bi\.rule_days, and there is no such view$/);
  });
});

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly rawSql?: string }[];
}

describe('the queries of Grafana', () => {
  const { panels, templating } = JSON.parse(files.get('grafana/warehouse.json')!) as {
    readonly panels: readonly Panel[];
    readonly templating: { readonly list: readonly { readonly name: string; readonly query?: unknown }[] };
  };
  const written = [
    ...panels.flatMap(({ title, targets = [] }) => targets.map(({ rawSql }) => [title, rawSql ?? ''] as const)),
    ...templating.list.flatMap(({ name, query }) =>
      typeof query === 'string' && query.startsWith('select') ? [[`variable ${name}`, query] as const] : [],
    ),
  ];

  test('are one for each chart of the catalogue', () => {
    const titles = CATALOGUE.pages.flatMap((page) => page.charts.map(({ title }) => title));
    expect(panels.filter(({ targets }) => targets !== undefined).map(({ title }) => title)).toEqual(titles);
  });

  test.each(written)('%s runs, with everything chosen and with one value', async (_title, sql) => {
    for (const chosen of ["'*'", "'One','Two'"]) {
      const filled = sql
        .replaceAll(/\$\{\w+:sqlstring\}/g, chosen)
        .replaceAll('$__timeFrom()', "'2026-01-01T00:00:00Z'::timestamptz")
        .replaceAll('$__timeTo()', "'2026-12-31T00:00:00Z'::timestamptz");
      await expect(warehouse.query(filled)).resolves.toBeInstanceOf(Array);
    }
  });
});
