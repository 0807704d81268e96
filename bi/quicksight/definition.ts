import type { CfnAnalysis } from 'aws-cdk-lib/aws-quicksight';
import { type Catalogue, type Chart, columnsRead, measure, type Page, type View } from '../catalogue/index.ts';
import { controls, filterGroups, parameters, sheetId } from './controls.ts';
import { expressionOf } from './fields.ts';
import { furtherField, pointsId, visuals } from './visuals.ts';

/** Columns of QuickSight's grid. */
const GRID = 36;
const CONTROL = { columnSpan: 6, rowSpan: 3 };

/**
 * Sheets, controls and calculated fields: the same for the analysis, which an author may change, and the dashboard,
 * which readers see.
 *
 * @param dataSetArn of the data set of a view
 */
export function definition(
  catalogue: Catalogue,
  dataSetArn: (view: View) => string,
): CfnAnalysis.AnalysisDefinitionProperty {
  return {
    dataSetIdentifierDeclarations: [...columnsRead(catalogue).keys()].map((view) => ({
      identifier: view,
      dataSetArn: dataSetArn(view),
    })),
    parameterDeclarations: parameters(),
    calculatedFields: calculatedFields(catalogue),
    filterGroups: catalogue.pages.flatMap((page) => filterGroups(catalogue, page)),
    sheets: catalogue.pages.map((page) => sheet(catalogue, page)),
    options: { timezone: 'UTC' },
  };
}

/** Those that a chart shows, and no other: QuickSight refuses one whose data set is not there. */
function calculatedFields(catalogue: Catalogue): CfnAnalysis.CalculatedFieldProperty[] {
  const charts = catalogue.pages.flatMap(({ charts: of }) => of);
  const shown = [...new Set(charts.flatMap(({ measures }) => measures))].map((id) => measure(catalogue, id));
  return [
    ...shown.flatMap(({ view, title, value }) =>
      'quotient' in value ? [{ dataSetIdentifier: view, name: title, expression: expressionOf(value.quotient) }] : [],
    ),
    ...charts.flatMap(({ view, tooltip }) =>
      tooltip === undefined ? [] : [{ dataSetIdentifier: view, ...furtherField(tooltip) }],
    ),
  ];
}

function sheet(catalogue: Catalogue, page: Page): CfnAnalysis.SheetDefinitionProperty {
  const { parameterControls, filterControls, elements } = controls(catalogue, page);
  return {
    sheetId: sheetId(page),
    name: page.title,
    title: page.title,
    contentType: 'INTERACTIVE',
    visuals: page.charts.flatMap((chart) => visuals(catalogue, chart)),
    parameterControls,
    filterControls,
    sheetControlLayouts: [
      {
        configuration: {
          gridLayout: {
            elements: elements.map(({ id, type }) => ({ elementId: id, elementType: type, ...CONTROL })),
          },
        },
      },
    ],
    layouts: [
      {
        configuration: {
          gridLayout: {
            canvasSizeOptions: {
              screenCanvasSizeOptions: { resizeOption: 'FIXED', optimizedViewPortWidth: '1600px' },
            },
            elements: laidOut(page.charts.flatMap(boxes)),
          },
        },
      },
    ],
  };
}

interface Box {
  readonly elementId: string;
  readonly columnSpan: number;
  readonly rowSpan: number;
}

const WIDE = { columnSpan: GRID, rowSpan: 12 };

function boxes(chart: Chart): Box[] {
  const further = chart.tooltip === undefined ? [] : [{ elementId: pointsId(chart), ...WIDE }];
  return [{ elementId: chart.id, ...sizeOf(chart) }, ...further];
}

function sizeOf({ kind }: Chart): Pick<Box, 'columnSpan' | 'rowSpan'> {
  switch (kind) {
    case 'number':
      return { columnSpan: GRID / 4, rowSpan: 6 };
    case 'gauge':
    case 'donut':
      return { columnSpan: GRID / 3, rowSpan: 12 };
    case 'table':
      return WIDE;
    default:
      return { columnSpan: GRID / 2, rowSpan: 12 };
  }
}

/** Beside each other as long as there is room, then below the highest of them. */
function laidOut(all: readonly Box[]): CfnAnalysis.GridLayoutElementProperty[] {
  let [x, y, height] = [0, 0, 0];
  return all.map((box) => {
    if (x + box.columnSpan > GRID) [x, y, height] = [0, y + height, 0];
    const placed = { ...box, elementType: 'VISUAL', columnIndex: x, rowIndex: y };
    x += box.columnSpan;
    height = Math.max(height, box.rowSpan);
    return placed;
  });
}
