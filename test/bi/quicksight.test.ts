import type { CfnAnalysis, CfnDashboard } from 'aws-cdk-lib/aws-quicksight';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CATALOGUE,
  type Chart,
  columnsOfChart,
  columnsRead,
  dimension,
  measure,
  type Page,
  QUESTIONS,
} from '../../bi/catalogue/index.ts';
import { readGenerated } from '../../bi/files.ts';
import { brokenReferences, type Columns, type Files } from '../../bi/generator.ts';
import { sheetId, viewsCut } from '../../bi/quicksight/controls.ts';
import { dataSets } from '../../bi/quicksight/data-sets.ts';
import { definition } from '../../bi/quicksight/definition.ts';
import { DATA_SETS, DEFINITION, dataSetArn, quicksight } from '../../bi/quicksight/generator.ts';
import { ROWS, ruleColumns } from '../../bi/quicksight/rows.ts';
import { pointsId } from '../../bi/quicksight/visuals.ts';
import { migrate } from '../../lambdas/adapters/migrations.ts';
import { readSqlFiles } from '../../lambdas/adapters/sql-files.ts';
import { applyViews } from '../../lambdas/adapters/views.ts';
import { biColumns } from '../support/bi-columns.ts';
import { startPostgres, type TestServer } from '../support/postgres.ts';
import type { Client } from 'pg';

let server: TestServer;
let client: Client;
let columns: Columns;
beforeAll(async () => {
  server = await startPostgres(['fsync=off']);
  client = await server.connect((await server.database()).PGDATABASE);
  const migrations = readSqlFiles('migrations');
  await migrate(client, migrations);
  await applyViews(client, { views: readSqlFiles('views'), migrations, reader: null });
  const found = await biColumns({ query: async (text) => (await client.query(text)).rows });
  columns = new Map(Object.entries(found).map(([view, of]) => [view, new Set(of.map(({ name }) => name))]));
});
afterAll(async () => {
  await client.end();
  await server.stop();
});

const committed = (): Files => readGenerated();
const broken = (files: Files, there: Columns = columns) => brokenReferences(quicksight.references(files), there);
/** The committed files with one text in place of another, all over one of them. */
const planted = (file: string, from: string, to: string): Files => {
  const files = new Map(committed());
  const text = files.get(file) ?? '';
  expect(text).toContain(from);
  files.set(file, text.replaceAll(from, to));
  return files;
};
const without = (view: string, column: string): Columns =>
  new Map([...columns].map(([name, of]) => [name, name === view ? new Set([...of].filter((c) => c !== column)) : of]));
const made = definition(CATALOGUE, dataSetArn) as {
  readonly sheets: (CfnAnalysis.SheetDefinitionProperty & {
    readonly visuals: readonly CfnAnalysis.VisualProperty[];
  })[];
  readonly filterGroups: readonly CfnAnalysis.FilterGroupProperty[];
};
const sheetOf = (page: Pick<Page, 'id'>) => made.sheets.find((sheet) => sheet.sheetId === sheetId(page))!;
const visualOf = (chart: Pick<Chart, 'id'>) => {
  const found = made.sheets
    .flatMap(({ visuals }) => visuals)
    .filter((visual) => Object.values(visual).some((one) => (one as { visualId: string }).visualId === chart.id));
  expect(found).toHaveLength(1);
  return Object.entries(found[0]!)[0]! as [kind: string, one: Record<string, any>];
};
const CHARTS = CATALOGUE.pages.flatMap((page) => page.charts.map((chart) => ({ page, chart })));

describe('the columns of the committed files', () => {
  it('are all there in a freshly migrated database', () => {
    expect(quicksight.references(committed()).length).toBeGreaterThan(200);
    expect(broken(committed())).toEqual([]);
  });

  it('that are wrong are named with their file and what uses them', () => {
    expect(broken(planted(DEFINITION, '"ColumnName": "score_bin"', '"ColumnName": "score_class"'))).toEqual([
      `${DEFINITION}: the visual “Distribution of the bureau score” of “Credit risk” uses ` +
        'bi.application_days.score_class, and the view has no such column',
    ]);
    expect(broken(planted(DATA_SETS, 'v.undecided', 'v.given_up'))).toEqual([
      `${DATA_SETS}: the data set arrivals uses bi.arrivals.given_up, and the view has no such column`,
    ]);
    expect(broken(planted(DEFINITION, 'sum({quarantined})', 'sum({rejects})'))).toContain(
      `${DEFINITION}: the calculated field “Invalid share” uses bi.arrivals.rejects, and the view has no such column`,
    );
    expect(broken(planted(DATA_SETS, 'from bi.freshness as', 'from bi.fresh as')).join('\n')).toContain(
      'the data set freshness uses bi.fresh, and there is no such view',
    );
  });

  it('are missed by each picture, filter and data set that uses them, whichever one is renamed', () => {
    for (const [view, read] of columnsRead(CATALOGUE))
      for (const column of read) {
        const lines = broken(committed(), without(view, column)).join('\n');
        expect(lines).toContain(`the data set ${view} uses bi.${view}.${column},`);
        for (const { page, chart } of CHARTS)
          if (chart.view === view && columnsOfChart(CATALOGUE, chart).includes(column))
            expect(lines).toContain(`the visual “${chart.title}” of “${page.title}” uses bi.${view}.${column},`);
        for (const page of CATALOGUE.pages)
          for (const id of page.slicers)
            if (viewsCut(CATALOGUE, page, id)[0] === view && dimension(CATALOGUE, id).columns[view] === column)
              expect(lines).toContain(`the filter group-${page.id}-${id}-${view} uses bi.${view}.${column},`);
      }
  });
});

describe('the query of each data set', () => {
  /** As QuickSight may take what PostgreSQL gives. */
  const TAKEN: Readonly<Record<string, readonly string[]>> = {
    STRING: ['text', 'character varying', 'uuid'],
    INTEGER: ['smallint', 'integer', 'bigint'],
    DECIMAL: ['numeric', 'double precision'],
    DATETIME: ['date', 'timestamp with time zone'],
  };

  it.each(dataSets(CATALOGUE, 'arn').map((set) => [set.view, set] as const))(
    'of %s runs, and gives the columns that are declared, of their types',
    async (_, { physicalTableMap }) => {
      for (const { customSql } of Object.values(physicalTableMap)) {
        const { sqlQuery, columns: declared } = customSql as {
          sqlQuery: string;
          columns: { name: string; type: string }[];
        };
        await client.query(`create temporary view asked as ${sqlQuery}`);
        const { rows } = await client.query<{ name: string; type: string }>(
          `select attname as name, format_type(atttypid, null) as type from pg_attribute
           where attrelid = 'asked'::regclass and attnum > 0 order by attnum`,
        );
        await client.query('drop view asked');
        expect(rows.map(({ name }) => name)).toEqual(declared.map(({ name }) => name));
        for (const [i, { name, type }] of declared.entries()) expect(TAKEN[type], name).toContain(rows[i]!.type);
      }
    },
  );

  it('has the columns by which rows are kept from some, as text', () => {
    for (const { view, physicalTableMap } of dataSets(CATALOGUE, 'arn'))
      for (const column of ruleColumns(view))
        expect(JSON.stringify(physicalTableMap)).toContain(`"name":"${column}","type":"STRING"`);
  });

  it('keeps rows of every view that shows single people or their records from some role', () => {
    const personal = [...columnsRead(CATALOGUE)].flatMap(([view, read]) =>
      read.some((column) => ['user_id', 'application_id', 'transaction_id', 'record_id'].includes(column))
        ? [view]
        : [],
    );
    expect(Object.keys(ROWS).sort()).toEqual(personal.sort());
  });

  it('asks the database itself for alerts, and keeps a copy of everything else', () => {
    const live = dataSets(CATALOGUE, 'arn').filter(({ importMode }) => importMode === 'DIRECT_QUERY');
    expect(live.map(({ view }) => view)).toEqual(['fraud_alerts']);
  });
});

describe('the sheets', () => {
  const KINDS: Readonly<Record<Chart['kind'], string>> = {
    number: 'kpiVisual',
    gauge: 'gaugeChartVisual',
    line: 'lineChartVisual',
    bar: 'barChartVisual',
    'stacked-bar': 'barChartVisual',
    histogram: 'barChartVisual',
    donut: 'pieChartVisual',
    table: 'tableVisual',
  };

  it.each(CHARTS.map(({ page, chart }) => [chart.id, page, chart] as const))(
    'show %s as what it is',
    (_, page, chart) => {
      const [kind, one] = visualOf(chart);
      expect(kind).toBe(KINDS[chart.kind]);
      expect(one['subtitle'].formatText.plainText).toBe(chart.description);
      expect(JSON.stringify(sheetOf(page).layouts)).toContain(`"elementId":"${chart.id}"`);
      const used = quicksight
        .references(committed())
        .filter(({ where }) => where === `the visual “${chart.title}” of “${page.title}”`);
      expect([...new Set(used.map(({ view }) => view))]).toEqual([chart.view]);
      expect(used.map(({ column }) => column).sort()).toEqual(
        [...columnsOfChart(CATALOGUE, chart)].filter(
          (column) => chart.kind !== 'table' || chart.columns?.includes(column),
        ),
      );
    },
  );

  it('answer every question of the contract', () => {
    const answered = new Set(CHARTS.map(({ chart }) => (visualOf(chart), chart.question)));
    expect(QUESTIONS.filter(({ id }) => !answered.has(id))).toEqual([]);
  });

  it('have fraud in red, as its data set calls it', () => {
    const [, { chartConfiguration }] = visualOf({ id: 'fraud_against_normal' });
    expect(chartConfiguration.visualPalette.colorMap).toEqual([
      { color: '#C4162A', element: { fieldId: 'fraud_against_normal-is_fraud', fieldValue: 'Flagged' } },
    ]);
    expect(committed().get(DATA_SETS)).toContain("case when v.is_fraud then 'Flagged' else 'Normal' end as is_fraud");
    expect(chartConfiguration.donutOptions.arcOptions.arcThickness).toBe('MEDIUM');
  });

  it('have the average score on the scale of the bureau', () => {
    const [, { chartConfiguration }] = visualOf({ id: 'average_score' });
    expect(chartConfiguration.gaugeChartOptions.arcAxis.range).toEqual({ min: 300, max: 850 });
  });

  it('have a tooltip with merchant and device, and the amounts it points at', () => {
    const { chart } = CHARTS.find((one) => one.chart.tooltip !== undefined)!;
    expect(chart.tooltip).toEqual(['merchant', 'device_id']);
    const [kind, { chartConfiguration }] = visualOf({ id: pointsId(chart) });
    expect(kind).toBe('barChartVisual');
    const shown = chartConfiguration.tooltip.fieldBasedTooltip.tooltipFields.map(
      (item: any) => item.fieldTooltipItem.label,
    );
    expect(shown).toEqual(['Transaction id', 'Merchant, Device id', 'Amount']);
    expect(committed().get(DEFINITION)).toContain(`concat({merchant}, ', ', {device_id})`);
  });

  it('write each figure in its unit', () => {
    for (const { chart } of CHARTS)
      for (const id of chart.measures) {
        const { unit, decimals } = measure(CATALOGUE, id);
        const [, { chartConfiguration }] = visualOf(chart);
        const text = JSON.stringify(chartConfiguration.fieldWells);
        expect(text).toContain(`"decimalPlaces":${decimals}`);
        expect(text.includes('currencyDisplay'), id).toBe(unit === 'money');
        expect(text.includes('percentageDisplay'), id).toBe(unit === 'share');
      }
  });
});

describe('the slicers', () => {
  it.each(CATALOGUE.pages.map((page) => [page.id, page] as const))(
    'of %s each have a control that cuts it',
    (_, page) => {
      const { parameterControls, filterControls, sheetControlLayouts } = sheetOf(page);
      const all = [...(parameterControls as any[]), ...(filterControls as any[])];
      const titles = all.flatMap((one) => Object.values<any>(one).map(({ title }) => title));
      const wanted = page.slicers.flatMap((id) => (id === 'date' ? [] : [dimension(CATALOGUE, id).title]));
      expect(titles).toEqual([...(page.slicers.includes('date') ? ['From', 'To'] : []), ...wanted]);
      const ids = all.flatMap((one) =>
        Object.values<any>(one).map(({ parameterControlId, filterControlId }) => parameterControlId ?? filterControlId),
      );
      for (const id of ids) expect(JSON.stringify(sheetControlLayouts)).toContain(`"elementId":"${id}"`);
      for (const { dropdown } of filterControls as any[]) {
        const group = made.filterGroups.find(({ filters }) =>
          JSON.stringify(filters).includes(`"${dropdown.sourceFilterId}"`),
        );
        expect(JSON.stringify(group?.scopeConfiguration)).toContain(`"sheetId":"${sheetId(page)}"`);
      }
    },
  );

  it('cut all data sets of a page by one column name, which means nothing else on it', () => {
    for (const page of CATALOGUE.pages)
      for (const id of page.slicers) {
        const of = dimension(CATALOGUE, id).columns;
        const names = new Set(viewsCut(CATALOGUE, page, id).map((view) => of[view]));
        expect(names.size, `${page.id} ${id}`).toBe(1);
        const [name] = names;
        const others = page.charts.filter(({ view }) => of[view] === undefined).map(({ view }) => view);
        for (const view of others) expect(columnsRead(CATALOGUE).get(view), `${page.id} ${id}`).not.toContain(name);
      }
  });

  it('cut days in every view of the page that has any', () => {
    for (const page of CATALOGUE.pages.filter(({ slicers }) => slicers.some((id) => id === 'date'))) {
      const cut = made.filterGroups.flatMap(({ filters, scopeConfiguration }) =>
        JSON.stringify(scopeConfiguration).includes(`"${sheetId(page)}"`)
          ? (filters as any[]).flatMap(({ timeRangeFilter }) => timeRangeFilter?.column.dataSetIdentifier ?? [])
          : [],
      );
      expect(cut).toEqual(viewsCut(CATALOGUE, page, 'date'));
    }
  });
});

describe('what QuickSight would refuse', () => {
  const ids: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      // Where an id is given and not pointed to.
      if (/^(visualId|sheetId|filterGroupId|filterId|parameterControlId|filterControlId)$/.test(key)) ids.push(inner);
      if (key !== 'scopeConfiguration') collect(inner);
    }
  };
  collect(made);

  it('is not there: each id is given once, of at most 512 letters, digits, dashes and underscores', () => {
    expect(ids.length).toBeGreaterThan(60);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
    for (const id of ids) expect(id).toMatch(/^[\w-]{1,512}$/);
  });

  it('is not there: fields of a picture are named once, columns of a data set in at most 64 characters', () => {
    for (const { chart } of CHARTS) {
      const fields = [
        ...JSON.stringify(visualOf(chart)[1]['chartConfiguration'].fieldWells).matchAll(/"fieldId":"([^"]+)"/g),
      ];
      expect(new Set(fields.map(([, id]) => id)).size).toBe(fields.length);
    }
    const columnIds = [...JSON.stringify(dataSets(CATALOGUE, 'arn')).matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id!);
    for (const id of columnIds) expect(id).toMatch(/^[\w-]{1,64}$/);
    expect(new Set(columnIds).size).toBe(columnIds.length);
  });

  it('is not there: no calculated field has the name of a column of its data set, in whatever case', () => {
    const { CalculatedFields } = JSON.parse(committed().get(DEFINITION) ?? '{}');
    expect(CalculatedFields.length).toBeGreaterThan(4);
    for (const { DataSetIdentifier, Name } of CalculatedFields) {
      const there = [...columns.get(DataSetIdentifier)!].map((column) => column.toLowerCase());
      expect(there).not.toContain(Name.toLowerCase());
    }
  });

  it('is the same for a dashboard as for an analysis: one definition is both', () => {
    const dashboard: CfnDashboard.DashboardVersionDefinitionProperty = definition(CATALOGUE, dataSetArn);
    expect(dashboard.sheets).toHaveLength(CATALOGUE.pages.length);
  });
});
