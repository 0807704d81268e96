import type { CfnAnalysis } from 'aws-cdk-lib/aws-quicksight';
import { type Catalogue, columnOf, dimension, type Page, type View } from '../catalogue/index.ts';
import { column } from './fields.ts';

type Declaration = CfnAnalysis.ParameterDeclarationProperty;

/** Both ends of the days that all pages show; the pages share them, so that they speak of the same days. */
const DAYS = {
  from: { name: 'DateFrom', title: 'From', expression: `addDateTime(-90, 'DD', truncDate('DD', now()))` },
  to: { name: 'DateTo', title: 'To', expression: `truncDate('DD', now())` },
} as const;

export const parameters = (): Declaration[] =>
  Object.values(DAYS).map(({ name, expression }) => ({
    dateTimeParameterDeclaration: {
      name,
      timeGranularity: 'DAY',
      defaultValues: { rollingDate: { expression } },
    },
  }));

/** A page and a chart may have one name; QuickSight wants two. */
export const sheetId = ({ id }: Pick<Page, 'id'>): string => `sheet-${id}`;

/** The views of a page that a dimension cuts. */
export const viewsCut = (catalogue: Catalogue, page: Page, id: string): readonly View[] => [
  ...new Set(page.charts.flatMap(({ view }) => (dimension(catalogue, id).columns[view] === undefined ? [] : [view]))),
];

const filterId = (page: Page, id: string, view: View): string => `${page.id}-${id}-${view}`;
const isDay = (catalogue: Catalogue, id: string): boolean => dimension(catalogue, id).kind === 'date';

/** Days are cut by the two parameters, in each view of the page; everything else by one filter that its control sets. */
export function filterGroups(catalogue: Catalogue, page: Page): CfnAnalysis.FilterGroupProperty[] {
  const scopeConfiguration = {
    selectedSheets: { sheetVisualScopingConfigurations: [{ sheetId: sheetId(page), scope: 'ALL_VISUALS' }] },
  };
  return page.slicers.flatMap((id) => {
    const views = viewsCut(catalogue, page, id);
    return (isDay(catalogue, id) ? views : views.slice(0, 1)).map((view) => ({
      filterGroupId: `group-${filterId(page, id, view)}`,
      // The control of a filter is one; QuickSight puts it on the columns of that name of the sheet's other data sets.
      crossDataset: isDay(catalogue, id) ? 'SINGLE_DATASET' : 'ALL_DATASETS',
      status: 'ENABLED',
      scopeConfiguration,
      filters: [filter(catalogue, page, id, view)],
    }));
  });
}

function filter(catalogue: Catalogue, page: Page, id: string, view: View): CfnAnalysis.FilterProperty {
  const common = { filterId: filterId(page, id, view), column: column(view, columnOf(catalogue, id, view)) };
  if (isDay(catalogue, id))
    return {
      timeRangeFilter: {
        ...common,
        nullOption: 'NON_NULLS_ONLY',
        timeGranularity: 'DAY',
        includeMinimum: true,
        includeMaximum: true,
        rangeMinimumValue: { parameter: DAYS.from.name },
        rangeMaximumValue: { parameter: DAYS.to.name },
      },
    };
  return {
    categoryFilter: {
      ...common,
      configuration: { filterListConfiguration: { matchOperator: 'CONTAINS', selectAllOptions: 'FILTER_ALL_VALUES' } },
    },
  };
}

export interface Controls {
  readonly parameterControls: CfnAnalysis.ParameterControlProperty[];
  readonly filterControls: CfnAnalysis.FilterControlProperty[];
  /** their ids with what they are to the layout, in the order of the page's slicers */
  readonly elements: readonly { readonly id: string; readonly type: 'PARAMETER_CONTROL' | 'FILTER_CONTROL' }[];
}

/** What a reader of the page sets; each slicer has a control, days have two. */
export function controls(catalogue: Catalogue, page: Page): Controls {
  const days = page.slicers.filter((id) => isDay(catalogue, id)).flatMap(() => Object.values(DAYS));
  const dayId = (name: string): string => `${page.id}-${name}`;
  const others = page.slicers.filter((id) => !isDay(catalogue, id));
  return {
    parameterControls: days.map(({ name, title }) => ({
      dateTimePicker: {
        parameterControlId: dayId(name),
        sourceParameterName: name,
        title,
        displayOptions: { dateTimeFormat: 'YYYY-MM-DD' },
      },
    })),
    filterControls: others.map((id) => {
      const [view] = viewsCut(catalogue, page, id);
      if (view === undefined) throw new Error(`The slicer ${id} cuts nothing on the page ${page.id}.`);
      return {
        dropdown: {
          filterControlId: `${page.id}-${id}`,
          sourceFilterId: filterId(page, id, view),
          title: dimension(catalogue, id).title,
          type: 'MULTI_SELECT',
          displayOptions: { selectAllOptions: { visibility: 'VISIBLE' } },
        },
      };
    }),
    elements: [
      ...days.map(({ name }) => ({ id: dayId(name), type: 'PARAMETER_CONTROL' as const })),
      ...others.map((id) => ({ id: `${page.id}-${id}`, type: 'FILTER_CONTROL' as const })),
    ],
  };
}
