import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CATALOGUE, columnOf, columnsOfChart, columnsRead, dimension, type View } from '../../bi/catalogue/index.ts';
import { brokenReferences, type Columns } from '../../bi/generator.ts';
import { KINDS, kindOf } from '../../bi/powerbi/column-types.ts';
import { powerbi } from '../../bi/powerbi/generator.ts';
import { readModel } from '../../bi/powerbi/read-model.ts';
import { readTmdl } from '../../bi/powerbi/read-tmdl.ts';
import { problems } from '../../bi/powerbi/references.ts';
import { type BiColumn, biColumns } from '../support/bi-columns.ts';
import { startPostgres, type TestServer } from '../support/postgres.ts';
import { changed, generated, MODEL, PAGES, textOf } from '../support/powerbi.ts';
import { TestWarehouse } from '../support/warehouse.ts';

let server: TestServer;
let views: Readonly<Record<string, readonly BiColumn[]>>;
let columns: Columns;
beforeAll(async () => {
  server = await startPostgres(['fsync=off']);
  const warehouse = await TestWarehouse.create(server);
  views = await biColumns(warehouse);
  await warehouse.end();
  columns = new Map(Object.entries(views).map(([view, of]) => [view, new Set(of.map(({ name }) => name))]));
});
afterAll(() => server.stop());

const broken = (files = generated, there = columns) => brokenReferences(powerbi.references(files), there);
const without = (view: string, column: string): Columns =>
  new Map([...columns, [view, new Set([...(columns.get(view) ?? [])].filter((name) => name !== column))]]);

/** Files that use a column, as the catalogue has it: the table, and the visuals that show it or are cut by it. */
function users(view: View, column: string): string[] {
  const files = new Set([`${MODEL}/tables/${view}.tmdl`]);
  for (const { id, charts, slicers } of CATALOGUE.pages) {
    const own = charts.filter((chart) => chart.view === view);
    for (const chart of own) {
      const shown = columnsOfChart(CATALOGUE, chart).includes(column);
      if (shown) files.add(`${PAGES}/${id}/visuals/${chart.id}/visual.json`);
    }
    for (const slicer of slicers)
      if (own.length > 0 && dimension(CATALOGUE, slicer).columns[view] === column) {
        files.add(`${PAGES}/${id}/visuals/slicer_${slicer}/visual.json`);
        files.add(`${MODEL}/relationships.tmdl`);
      }
  }
  return [...files].sort();
}

describe('the columns of the project', () => {
  test('are there in a migrated database, each with its type', () => {
    expect(broken()).toEqual([]);
    for (const [view, of] of Object.entries(views))
      for (const { name, type } of of)
        expect([view, name, kindOf(view as View, name)]).toEqual([view, name, KINDS[type]]);
  });

  test('a renamed column is missed by every file that uses it, and by no other view', () => {
    const read = [...columnsRead(CATALOGUE)].flatMap(([view, of]) => of.map((column) => [view, column] as const));
    expect(read.length).toBeGreaterThan(100);
    for (const [view, column] of read) {
      const lines = broken(generated, without(view, column));
      const named = new Set(lines.map((line) => line.split(': ')[0]));
      for (const file of users(view, column)) expect(named, `bi.${view}.${column}`).toContain(file);
      for (const line of lines) expect(line).toContain(`uses bi.${view}.${column}, and the view has no such column`);
    }
  });

  test('a renamed day of the calendar is missed by every slicer of days and every chart over them', () => {
    const named = new Set(broken(generated, without('dates', 'date')).map((line) => line.split(': ')[0]));
    expect(named).toContain(`${MODEL}/tables/dates.tmdl`);
    expect(named).toContain(`${MODEL}/relationships.tmdl`);
    expect(named).toContain(`${PAGES}/overview/visuals/amount_over_time/visual.json`);
    for (const { id } of CATALOGUE.pages) expect(named).toContain(`${PAGES}/${id}/visuals/slicer_date/visual.json`);
  });

  test('a dimension that is gathered from views misses each of them', () => {
    expect(columnOf(CATALOGUE, 'region', 'applications')).toBe('region');
    for (const view of ['applications', 'application_days'])
      expect(broken(generated, without(view, 'region'))).toContain(
        `${MODEL}/tables/region.tmdl: the rows of region uses bi.${view}.region, and the view has no such column`,
      );
  });

  test('a view that is gone is missed', () => {
    const there = new Map([...columns].filter(([view]) => view !== 'freshness'));
    expect(broken(generated, there)).toContain(
      `${PAGES}/overview/visuals/freshness/visual.json: the visual freshness of the page overview uses bi.freshness, and there is no such view`,
    );
  });
});

describe('the names within the project', () => {
  const days = `${MODEL}/tables/application_days.tmdl`;
  const donut = `${PAGES}/fraud/visuals/fraud_against_normal/visual.json`;
  const top = `${PAGES}/fraud/visuals/fraud_by_location/visual.json`;

  test('all lead somewhere', () => {
    expect(problems(generated)).toEqual([]);
  });

  test.each([
    ['a column of a visual', donut, '"Property": "Flagged"', '"Property": "Flaged"', 'no column is_fraud.Flaged'],
    [
      'a measure of a visual',
      donut,
      '"Property": "Transactions"',
      '"Property": "Sales"',
      'no measure transaction_days.Sales',
    ],
    ['a table of a visual', donut, '"Entity": "is_fraud"', '"Entity": "fraud"', 'no column fraud.Flagged'],
    ['the table of a filter', top, '"Name": "t",', '"Name": "u",', 't, which is no table.location'],
    [
      'a column of a measure',
      days,
      "SUM('application_days'[approved_part])",
      "SUM('application_days'[approved])",
      "reads 'application_days'[approved]",
    ],
    [
      'a column of the rows',
      days,
      'sourceColumn: flagged',
      'sourceColumn: is_flagged',
      'no row has what the column flagged_part takes',
    ],
    [
      'a measure called like a column',
      days,
      'measure Applications ',
      'measure Approved_Part ',
      'are called approved_part',
    ],
    ['an order', `${MODEL}/tables/status.tmdl`, 'sortByColumn: order', 'sortByColumn: rank', 'sorted by rank'],
    [
      'an end of a relationship',
      `${MODEL}/relationships.tmdl`,
      'toColumn: risk_level.Risk',
      'toColumn: risk_level.Band',
      'no column risk_level.Band',
    ],
    ['a table of the model', `${MODEL}/model.tmdl`, 'ref table rule_days', 'ref table rules', 'no table rules'],
  ])('%s that is not there is named', (_, file, from, to, said) => {
    expect(problems(changed(file, from, to)).join('\n')).toContain(said);
  });

  test('a wrong name is missed in the database, too', () => {
    expect(broken(changed(days, 'sourceColumn: flagged', 'sourceColumn: is_flagged'))[0]).toBe(
      `${days}: the column flagged_part uses bi.application_days.is_flagged, and the view has no such column`,
    );
    expect(broken(changed(donut, '"Property": "Transactions"', '"Property": "Sales"'))).toEqual([
      `${donut}: the visual fraud_against_normal of the page fraud uses bi.transaction_days.Sales, and the view has no such column`,
    ]);
    const rows = changed(`${MODEL}/tables/job.tmdl`, 'Item = "job_runs"', 'Item = "jobs"');
    expect(broken(rows).join('\n')).toContain('the rows of job uses bi.jobs, and there is no such view');
  });
});

describe('TMDL', () => {
  const file = `${MODEL}/tables/job_status.tmdl`;

  test('is read as it was written', () => {
    const table = readModel(generated).tables.get('job_status');
    expect([...(table?.columns.keys() ?? [])]).toEqual(['State of the job', 'order']);
    expect([...(table?.rows ?? [])]).toEqual(['State of the job', 'order']);
    expect(table?.columns.get('order')?.properties).toEqual(
      new Map([
        ['dataType', 'int64'],
        ['isHidden', 'true'],
        ['formatString', '0'],
        ['lineageTag', expect.any(String)],
        ['summarizeBy', 'none'],
        ['sourceColumn', 'order'],
      ]),
    );
  });

  test('keeps names that have marks of its own in them', () => {
    const odd = `The bureau's "score" [a.b] = 'x'`;
    const files = powerbi.generate({
      ...CATALOGUE,
      measures: CATALOGUE.measures.map((one) => (one.id === 'applications' ? { ...one, title: odd } : one)),
      dimensions: CATALOGUE.dimensions.map((one) => (one.id === 'risk_level' ? { ...one, title: odd } : one)),
    });
    expect(problems(files)).toEqual([]);
    expect(broken(files)).toEqual([]);
    const { tables, relationships } = readModel(files);
    expect([...(tables.get('application_days')?.measures.keys() ?? [])]).toContain(odd);
    expect([...(tables.get('risk_level')?.rows ?? [])]).toEqual([odd, 'order']);
    expect(relationships.map(({ to }) => to)).toContainEqual(['risk_level', odd]);
  });

  test.each([
    ['blanks instead of tabs', '\tcolumn order', '    column order', /:\d+: lines are indented by tabs/],
    ['a carriage return', '\tcolumn order\n', '\tcolumn order\r\n', /end without blanks/],
    ['what is too deep', '\tcolumn order', '\t\t\tcolumn order', /3 deep, and column takes what is 2 deep|takes no/],
    ['a property that there is not', 'isHidden', 'isInvisible', /column takes no “isInvisible”/],
    ['a type that there is not', 'dataType: int64', 'dataType: int', /column takes no “dataType: int”/],
    ['a property said twice', '\t\tisHidden\n', '\t\tisHidden\n\t\tisHidden\n', /has “isHidden” twice/],
    ['a name without quotes', "'State of the job'", 'State of the job', /takes no “column State/],
    ['a partition without rows', /source =\n[^]*\n\n/, 'source =\n\n', /no expression after the =/],
    ['a description of nothing', '\t\tdataType: string', '\t\t/// of what?\n\t\tdataType: string', /only objects have/],
  ])('with %s is refused by file and line', (_, from, to, why) => {
    const text = textOf(file).replace(from, to);
    expect(text).not.toBe(textOf(file));
    expect(() => readTmdl(file, text)).toThrow(why);
    expect(() => readTmdl(file, text)).toThrow(`${file}:`);
  });
});
