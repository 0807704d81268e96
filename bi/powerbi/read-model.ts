import type { Files } from '../generator.ts';
import { columnOfModel, type Node, readTmdl } from './read-tmdl.ts';
import { FOLDER, PROJECT } from './names.ts';

const DEFINITION = `${FOLDER}/${PROJECT}.SemanticModel/definition/`;

/** A column of a view of schema bi. */
export interface Origin {
  readonly view: string;
  readonly column: string;
}

export interface ReadTable {
  readonly file: string;
  readonly node: Node;
  readonly columns: ReadonlyMap<string, Node>;
  readonly measures: ReadonlyMap<string, Node>;
  /** what the partition takes out of the database */
  readonly origins: readonly Origin[];
  /** columns of the rows that the partition makes */
  readonly rows: ReadonlySet<string>;
}

export interface ReadRelationship {
  readonly name: string;
  readonly from: readonly [table: string, column: string];
  readonly to: readonly [table: string, column: string];
}

export interface ReadModel {
  readonly tables: ReadonlyMap<string, ReadTable>;
  readonly relationships: readonly ReadRelationship[];
  readonly relationshipsFile: string;
  /** tables that model.tmdl names */
  readonly listed: readonly string[];
}

const SELECTED = /Source\{\[Schema = "bi", Item = "(\w+)"\]\}\[Data\], \{([^}]*)\}\)/g;
const WRITTEN = /type table \[((?:#"(?:[^"]|"")*"|[^\]])*)\]/;
const FIELD = /(?:#"((?:[^"]|"")*)"|(\w+)) = /g;
const USED = /'([^']+)'\[([^\]]+)\]/g;

/** Reads the model back from its files. @throws Error where a file is not TMDL */
export function readModel(files: Files): ReadModel {
  const documents = [...files]
    .filter(([file]) => file.startsWith(DEFINITION))
    .map(([file, text]) => [file, readTmdl(file, text)] as const);
  const all = documents.flatMap(([file, nodes]) => nodes.map((node) => [file, node] as const));
  const of = (kind: string) => all.filter(([, node]) => node.kind === kind);
  return {
    tables: new Map(of('table').map(([file, node]) => [node.name, readTable(file, node)])),
    relationships: of('relationship').map(([, { name, properties }]) => ({
      name,
      from: columnOfModel(properties.get('fromColumn') ?? ''),
      to: columnOfModel(properties.get('toColumn') ?? ''),
    })),
    relationshipsFile: `${DEFINITION}relationships.tmdl`,
    listed: of('ref table').map(([, { name }]) => name),
  };
}

function readTable(file: string, node: Node): ReadTable {
  const named = (kind: string) =>
    new Map(node.children.filter((child) => child.kind === kind).map((child) => [child.name, child]));
  const query = node.children.find(({ kind }) => kind === 'partition')?.properties.get('source') ?? '';
  const origins = [...query.matchAll(SELECTED)].flatMap(([, view = '', columns = '']) =>
    [...columns.matchAll(/"([^"]*)"/g)].map(([, column = '']) => ({ view, column })),
  );
  const typed = WRITTEN.exec(query)?.[1];
  const rows =
    typed === undefined
      ? origins.map(({ column }) => column)
      : [...typed.matchAll(FIELD)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
  return { file, node, columns: named('column'), measures: named('measure'), origins, rows: new Set(rows) };
}

/** The columns of the model that a measure reads. */
export const usedBy = (measure: Node): readonly (readonly [table: string, column: string])[] =>
  [...measure.value.matchAll(USED)].map(([, table = '', column = '']) => [table, column]);

/**
 * Columns of views behind a column or a measure of the model. What is not in the model is given as if it were a column
 * of a view of that name, so that it is found to be missing there.
 */
export function originsOf(model: ReadModel, table: string, name: string): readonly Origin[] {
  const found = model.tables.get(table);
  const measure = found?.measures.get(name);
  if (measure !== undefined) return usedBy(measure).flatMap(([of, column]) => originsOf(model, of, column));
  const column = found?.columns.get(name);
  if (found === undefined || column === undefined) return [{ view: table, column: name }];
  const source = column.properties.get('sourceColumn') ?? '';
  // a view's own column; or one that gathers the values of several; or one of rows that are written in the model
  const view = model.tables.has(table) ? found.origins.find((origin) => origin.view === table) : undefined;
  return view === undefined ? found.origins : [{ view: view.view, column: source }];
}
