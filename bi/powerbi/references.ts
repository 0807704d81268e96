import type { Files, Reference } from '../generator.ts';
import { FOLDER, PROJECT } from './names.ts';
import { type Origin, originsOf, type ReadModel, readModel, type ReadTable, usedBy } from './read-model.ts';
import { fieldsUsed, type Used } from './read-visual.ts';

const PAGES = `${FOLDER}/${PROJECT}.Report/definition/pages/`;
const VISUAL = /^([^/]+)\/visuals\/([^/]+)\/visual\.json$/;

interface ReadVisual {
  readonly file: string;
  readonly page: string;
  readonly where: string;
  readonly used: readonly Used[];
}

/** Every column of a view that the project uses: in tables, measures, relationships and visuals. */
export function references(files: Files): readonly Reference[] {
  const model = readModel(files);
  const visuals = readVisuals(files);
  const at = (file: string, where: string, origins: readonly Origin[]): readonly Reference[] =>
    origins.map((origin) => ({ file, where, ...origin }));
  return once([
    ...[...model.tables.values()].flatMap(({ file, node, columns, measures, origins }) => [
      ...at(file, `the rows of ${node.name}`, origins),
      ...[...columns.keys()].flatMap((name) => at(file, `the column ${name}`, originsOf(model, node.name, name))),
      ...[...measures.keys()].flatMap((name) => at(file, `the measure ${name}`, originsOf(model, node.name, name))),
    ]),
    ...model.relationships.flatMap(({ from, to }) =>
      [from, to].flatMap(([table, column]) =>
        at(
          model.relationshipsFile,
          `the relationship of ${from.join('.')} to ${to.join('.')}`,
          originsOf(model, table, column),
        ),
      ),
    ),
    ...visuals.flatMap((visual) => at(visual.file, visual.where, originsOfVisual(model, visual, visuals))),
  ]);
}

function readVisuals(files: Files): readonly ReadVisual[] {
  return [...files].flatMap(([file, text]) => {
    if (!file.startsWith(PAGES)) return [];
    const [, page, name] = VISUAL.exec(file.slice(PAGES.length)) ?? [];
    if (page === undefined) return [];
    return [{ file, page, where: `the visual ${name} of the page ${page}`, used: fieldsUsed(JSON.parse(text)) }];
  });
}

/**
 * A visual uses what it names, and the columns by which its tables are related to each other. One that names a table
 * of dimensions alone, a slicer, cuts the other visuals of its page.
 */
function originsOfVisual(model: ReadModel, visual: ReadVisual, all: readonly ReadVisual[]): readonly Origin[] {
  const own = new Set(visual.used.map(({ table }) => table));
  const isDimension = (table: string): boolean => model.relationships.some(({ to }) => to[0] === table);
  const isSlicer = [...own].every(isDimension);
  const cut = isSlicer ? all.filter(({ page }) => page === visual.page).flatMap(({ used }) => used) : visual.used;
  const tables = new Set(cut.map(({ table }) => table));
  return [
    ...visual.used.flatMap(({ table, name }) => originsOf(model, table, name)),
    ...model.relationships
      .filter(({ from, to }) => tables.has(from[0]) && own.has(to[0]))
      .flatMap(({ from }) => originsOf(model, ...from)),
  ];
}

const once = (all: readonly Reference[]): readonly Reference[] => [
  ...new Map(all.map((reference) => [JSON.stringify(reference), reference])).values(),
];

/** What does not hold within the project itself, as lines for a person; none = all names lead somewhere. */
export function problems(files: Files): readonly string[] {
  const model = readModel(files);
  const tables = [...model.tables.values()];
  const hasColumn = (table: string, column: string): boolean => model.tables.get(table)?.columns.has(column) ?? false;
  return [
    ...tables.flatMap((table) => problemsOfTable(table, hasColumn)),
    ...tables.flatMap(({ file, node }) =>
      model.listed.includes(node.name) ? [] : [`${file}: model.tmdl does not name the table ${node.name}`],
    ),
    ...model.listed.flatMap((name) => (model.tables.has(name) ? [] : [`model.tmdl: there is no table ${name}`])),
    ...model.relationships.flatMap(({ from, to }) =>
      [from, to].flatMap(([table, column]) =>
        hasColumn(table, column) ? [] : [`${model.relationshipsFile}: there is no column ${table}.${column}`],
      ),
    ),
    ...readVisuals(files).flatMap(({ file, used }) =>
      used.flatMap(({ kind, table, name }) => {
        const found = model.tables.get(table);
        const isThere = kind === 'Column' ? found?.columns.has(name) : found?.measures.has(name);
        return isThere ? [] : [`${file}: there is no ${kind.toLowerCase()} ${table}.${name} in the model`];
      }),
    ),
  ];
}

function problemsOfTable(
  { file, columns, measures, rows }: ReadTable,
  hasColumn: (table: string, column: string) => boolean,
): readonly string[] {
  const names = [...columns.keys(), ...measures.keys()].map((name) => name.toLowerCase());
  return [
    ...names
      .filter((name, i) => names.indexOf(name) !== i)
      .map((name) => `${file}: two columns or measures are called ${name}`),
    ...[...columns].flatMap(([name, { properties }]) => [
      ...(rows.has(properties.get('sourceColumn') ?? '') ? [] : [`${file}: no row has what the column ${name} takes`]),
      ...[properties.get('sortByColumn')].flatMap((by) =>
        by === undefined || columns.has(by) ? [] : [`${file}: ${name} is sorted by ${by}, which is not there`],
      ),
    ]),
    ...[...measures].flatMap(([name, measure]) =>
      usedBy(measure).flatMap(([table, column]) =>
        hasColumn(table, column)
          ? []
          : [`${file}: the measure ${name} reads '${table}'[${column}], which is not there`],
      ),
    ),
  ];
}
