import { type Catalogue, dimension, type Page } from '../catalogue/index.ts';
import type { Files } from '../generator.ts';
import { laidOut, PAGE_WIDTH, type Place } from './layout.ts';
import { SCHEMAS } from './schemas.ts';
import { chartVisual, slicerVisual, tooltipPage, tooltipVisual, type Visual } from './visuals.ts';

const TOOLTIP = { width: 320, height: 160 };
const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

/** The definition of the report, by file. */
export function reportFiles(catalogue: Catalogue): Files {
  const { pages } = catalogue;
  const withTooltip = pages.flatMap(({ charts }) => charts.filter(({ tooltip }) => tooltip !== undefined));
  const order = [...pages.map(({ id }) => id), ...withTooltip.map(tooltipPage)];
  return new Map([
    ['version.json', json({ $schema: SCHEMAS.version, version: '2.0.0' })],
    [
      'report.json',
      json({
        $schema: SCHEMAS.report,
        themeCollection: {},
        settings: { useStylableVisualContainerHeader: true, defaultDrillFilterOtherVisuals: true },
      }),
    ],
    ['pages/pages.json', json({ $schema: SCHEMAS.pages, pageOrder: order, activePageName: order[0] })],
    ...pages.flatMap((page) => [...pageFiles(catalogue, page)]),
    ...withTooltip.flatMap((chart) => [
      pageFile(tooltipPage(chart), {
        displayName: `${chart.title}: tooltip`,
        displayOption: 'ActualSize',
        ...TOOLTIP,
        type: 'Tooltip',
        visibility: 'HiddenInViewMode',
        pageBinding: { name: tooltipPage(chart), type: 'Tooltip', parameters: [] },
      }),
      visualFile(tooltipPage(chart), tooltipVisual(catalogue, chart), { x: 0, y: 0, ...TOOLTIP }, 0),
    ]),
  ]);
}

type File = readonly [path: string, text: string];

function pageFiles(catalogue: Catalogue, { id, title, slicers, charts }: Page): readonly File[] {
  const places = laidOut(
    slicers.length,
    charts.map(({ kind }) => kind),
  );
  const visuals = [
    ...slicers.map((slicer) => slicerVisual(catalogue, slicer, cutView(catalogue, slicer, charts))),
    ...charts.map((chart) => chartVisual(catalogue, chart)),
  ];
  const at = [...places.slicers, ...places.charts];
  return [
    pageFile(id, { displayName: title, displayOption: 'FitToWidth', height: places.height, width: PAGE_WIDTH }),
    ...visuals.flatMap((visual, i) => {
      const place = at[i];
      return place === undefined ? [] : [visualFile(id, visual, place, i)];
    }),
  ];
}

/** @throws Error when the slicer cuts no chart of the page */
function cutView(catalogue: Catalogue, slicer: string, charts: Page['charts']): Page['charts'][number]['view'] {
  const { columns } = dimension(catalogue, slicer);
  const cut = charts.find(({ view }) => columns[view] !== undefined);
  if (cut === undefined) throw new Error(`The slicer ${slicer} cuts no chart of its page.`);
  return cut.view;
}

const pageFile = (name: string, page: object): File => [
  `pages/${name}/page.json`,
  json({ $schema: SCHEMAS.page, name, ...page }),
];

const visualFile = (page: string, { name, ...visual }: Visual, place: Place, order: number): File => [
  `pages/${page}/visuals/${name}/visual.json`,
  json({ $schema: SCHEMAS.visual, name, position: { ...place, z: order, tabOrder: order }, ...visual }),
];
