import { describe, expect, test } from 'vitest';
import { CATALOGUE, measure, type Page } from '../../bi/catalogue/index.ts';
import { powerbi } from '../../bi/powerbi/generator.ts';
import { heading } from '../../bi/powerbi/names.ts';
import { PARAMETERS } from '../../bi/powerbi/power-query.ts';
import { loadSettings } from '../../lib/config/load.ts';
import { generated, MODEL, PAGES, textOf, validator } from '../support/powerbi.ts';

const isJson = (file: string): boolean => /(\.json|\.pbip|\.pbir|\.pbism|\.platform)$/.test(file);
const documents = [...generated].filter(([file]) => isJson(file));
const visual = (page: string, name: string) => JSON.parse(textOf(`${PAGES}/${page}/visuals/${name}/visual.json`));
const charts = CATALOGUE.pages.flatMap((page) => page.charts.map((chart) => ({ page: page.id, chart })));
const named = (id: string) => {
  const found = charts.find(({ chart }) => chart.id === id);
  if (found === undefined) throw new Error(`The catalogue has no chart ${id}.`);
  return visual(found.page, id);
};
/** Names of the fields in a role of a visual. */
const role = ({ visual: { query } }: ReturnType<typeof visual>, name: string): string[] =>
  (query.queryState[name]?.projections ?? []).map(
    ({ displayName, nativeQueryRef }: { displayName?: string; nativeQueryRef: string }) =>
      displayName ?? nativeQueryRef,
  );

describe('the Power BI project', () => {
  const problemsOf = validator();

  test.each(documents)('%s is what Microsoft’s schema wants', (_, text) => {
    expect(problemsOf(JSON.parse(text))).toEqual([]);
  });

  test('what a schema does not know is found', () => {
    const card = named('applications');
    expect(problemsOf({ ...card, colour: 'red' })).toContain(' must NOT have additional properties');
    expect(problemsOf({ ...card, position: { x: 0, y: 0 } })).toContain(
      "/position must have required property 'width'",
    );
    const roleless = { ...card, visual: { ...card.visual, query: { queryState: { Values: [] } } } };
    expect(problemsOf(roleless)).toContain('/visual/query/queryState/Values must be object');
    const sorted = { ...card.visual.query, sortDefinition: { sort: [{ field: {}, direction: 'Up' }] } };
    expect(problemsOf({ ...card, visual: { ...card.visual, query: sorted } })).not.toEqual([]);
    expect(problemsOf({ ...card, $schema: card.$schema.replace('2.7.0', '9.9.0') })[0]).toMatch(/9\.9\.0.* not among/);
  });

  test('is the same bytes each time: UTF-8 without a mark, lines that end in LF', () => {
    expect([...powerbi.generate(CATALOGUE)]).toEqual([...generated]);
    for (const [file, text] of generated) {
      expect(text.startsWith('\uFEFF'), file).toBe(false);
      expect(text, file).not.toContain('\r');
      expect(text.endsWith('\n') && !text.endsWith('\n\n'), file).toBe(true);
    }
  });

  test('no two objects have one identifier', () => {
    const tags = [...generated.values()].flatMap((text) =>
      [...text.matchAll(/(?:lineageTag: |^relationship |"logicalId": ")([0-9a-f-]{36})/gm)].map((match) => match[1]),
    );
    expect(tags.length).toBeGreaterThan(200);
    expect(new Set(tags).size).toBe(tags.length);
  });

  test('asks for server and database, and knows the database of a stage', () => {
    expect(textOf(`${MODEL}/expressions.tmdl`)).toMatch(
      /^expression Server = "localhost:5432" meta \[IsParameterQuery/m,
    );
    expect(PARAMETERS.Database).toBe(loadSettings({ stage: 'prod' }).warehouseDatabase);
    const tables = [...generated].filter(([file]) => file.startsWith(`${MODEL}/tables/`));
    for (const [file, text] of tables)
      expect(text, file).toMatch(/Source = PostgreSQL\.Database\(Server, Database\)|Rows = #table\(/);
  });

  test('imports, and asks for alerts when they are looked at', () => {
    const modes = [...generated].flatMap(([file, text]) => {
      const mode = /^\t\tmode: (\w+)$/m.exec(text)?.[1];
      return mode === undefined || mode === 'import' ? [] : [[file.replace(`${MODEL}/tables/`, ''), mode]];
    });
    expect(modes).toEqual([
      ['fraud_alerts.tmdl', 'directQuery'],
      ['dates.tmdl', 'dual'],
    ]);
    // a query that is asked each time must become SQL as a whole
    expect(textOf(`${MODEL}/tables/fraud_alerts.tmdl`)).not.toContain('Table.TransformColumns');
    expect(textOf(`${MODEL}/tables/applications.tmdl`)).toContain('{"event_time", Utc, type datetime}');
  });

  test('writes each measure as a sum or a quotient of sums, in its format', () => {
    for (const { view, title, value, unit, decimals } of CATALOGUE.measures) {
      const text = textOf(`${MODEL}/tables/${view}.tmdl`);
      const [, expression, format] =
        new RegExp(`measure '?${title}'? = (.*)\n\t\tformatString: (.*)\n`).exec(text) ?? [];
      const sum = (column: string) => `SUM\\('${view}'\\[${column}(_part)?\\]\\)`;
      const wanted = 'sum' in value ? sum(value.sum) : `DIVIDE\\(${value.quotient.map(sum).join(', ')}\\)`;
      expect(expression, title).toMatch(new RegExp(`^${wanted}$`));
      expect(format?.includes('%'), title).toBe(unit === 'share');
      expect(format?.includes('$'), title).toBe(unit === 'money');
      expect(/\.(0+)/.exec(format ?? '')?.[1]?.length ?? 0, title).toBe(decimals);
    }
  });
});

describe('its pages', () => {
  const TYPES = {
    number: 'card',
    gauge: 'gauge',
    line: 'lineChart',
    bar: 'clusteredColumnChart',
    'stacked-bar': 'columnChart',
    donut: 'donutChart',
    histogram: 'clusteredColumnChart',
    table: 'tableEx',
  };

  test('are those of the catalogue, in its order, and the tooltips after them', () => {
    const { pageOrder } = JSON.parse(textOf(`${PAGES}/pages.json`));
    expect(pageOrder).toEqual([...CATALOGUE.pages.map(({ id }) => id), 'tooltip_transaction_detail']);
  });

  test.each(charts.map(({ page, chart }) => [chart.id, page, chart] as const))('show %s', (id, page, chart) => {
    const found = visual(page, id);
    expect(found.visual.visualType).toBe(TYPES[chart.kind]);
    const figures = chart.measures.map((one) => measure(CATALOGUE, one).title);
    if (chart.kind === 'table') expect(role(found, 'Values')).toEqual((chart.columns ?? []).map(heading));
    else expect(role(found, chart.kind === 'number' ? 'Values' : 'Y')).toEqual(figures);
    const titles = chart.by.map((one) => CATALOGUE.dimensions.find((dimension) => dimension.id === one)?.title);
    expect([...role(found, 'Category'), ...role(found, 'Series')]).toEqual(titles);
    if (chart.sort !== undefined)
      expect(found.visual.query.sortDefinition.sort).toMatchObject([
        {
          field: { Column: { Property: chart.sort.column } },
          direction: chart.sort.descending ? 'Descending' : 'Ascending',
        },
      ]);
    const top = found.filterConfig?.filters[0].filter.From[0].Expression.Subquery.Query.Top;
    expect(top).toBe(chart.limit);
  });

  test.each(CATALOGUE.pages.map((page) => [page.id, page] as [string, Page]))('cut %s by its slicers', (id, page) => {
    const files = [...generated.keys()].filter((file) => file.startsWith(`${PAGES}/${id}/visuals/slicer_`));
    expect(files).toHaveLength(page.slicers.length);
    for (const slicer of page.slicers) {
      const found = visual(id, `slicer_${slicer}`);
      expect(found.visual.visualType).toBe('slicer');
      const { Column } = found.visual.query.queryState.Values.projections[0].field;
      expect(Column.Expression.SourceRef.Entity).toBe(slicer === 'date' ? 'dates' : slicer);
    }
  });

  test.each(CATALOGUE.pages.map(({ id }) => id))('have room for all of %s', (id) => {
    const { width, height } = JSON.parse(textOf(`${PAGES}/${id}/page.json`));
    const places = [...generated]
      .filter(([file]) => file.startsWith(`${PAGES}/${id}/visuals/`))
      .map(([, text]) => JSON.parse(text).position);
    for (const [i, one] of places.entries()) {
      expect(one.x + one.width).toBeLessThan(width);
      expect(one.y + one.height).toBeLessThan(height);
      for (const other of places.slice(i + 1)) {
        const apart =
          one.x + one.width <= other.x ||
          other.x + other.width <= one.x ||
          one.y + one.height <= other.y ||
          other.y + other.height <= one.y;
        expect(apart).toBe(true);
      }
    }
  });

  test('give the gauge the ends of the scale', () => {
    const [{ properties }] = named('average_score').visual.objects.axis;
    expect([properties.min, properties.max].map(({ expr }) => expr.Literal.Value)).toEqual(['300D', '850D']);
  });

  test.each([
    ['fraud_by_location', 'location', { Measure: { Property: 'Flagged transactions' } }],
    ['alert_detail', 'alert_id', { Aggregation: { Function: 4, Expression: { Column: { Property: 'event_time' } } } }],
    ['job_detail', 'started', { Aggregation: { Function: 4, Expression: { Column: { Property: 'started' } } } }],
  ])('leave of %s the first by what tells rows apart, %s', (id, key, by) => {
    const [filter] = named(id).filterConfig.filters;
    expect(filter).toMatchObject({ type: 'TopN', field: { Column: { Property: key } } });
    const { OrderBy } = filter.filter.From[0].Expression.Subquery.Query;
    expect(OrderBy).toMatchObject([{ Direction: 2, Expression: by }]);
  });

  test('show fraud in red', () => {
    const [point] = named('fraud_against_normal').visual.objects.dataPoint;
    expect(point.properties.fill.solid.color.expr.Literal.Value).toBe("'#c4162a'");
    expect(point.selector.data[0].scopeId.Comparison.Right.Literal.Value).toBe("'Flagged'");
    expect(textOf(`${MODEL}/tables/is_fraud.tmdl`)).toContain('{{true, "Flagged", 1}, {false, "Normal", 2}}');
  });

  test('keep the order of bands', () => {
    const band = textOf(`${MODEL}/tables/risk_level.tmdl`);
    expect(band).toContain('{{"High", 1}, {"Medium", 2}, {"Low", 3}, {"Not scored", 4}}');
    expect(band).toContain('\t\tsortByColumn: order\n');
  });

  test('show merchant and device of the transaction under the pointer', () => {
    const [{ properties }] = named('transaction_detail').visual.visualContainerObjects.visualTooltip;
    expect(properties.section.expr.Literal.Value).toBe("'tooltip_transaction_detail'");
    expect(JSON.parse(textOf(`${PAGES}/tooltip_transaction_detail/page.json`)).type).toBe('Tooltip');
    expect(role(visual('tooltip_transaction_detail', 'row'), 'Values')).toEqual(['Merchant', 'Device ID']);
  });
});
