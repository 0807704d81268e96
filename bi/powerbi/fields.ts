import { type Catalogue, columnOf, dimension, measure, type View } from '../catalogue/index.ts';
import { columnName, DATES, isTable, shownColumn } from './model.ts';

/** A column or a measure of the model, as a visual refers to it. */
export interface Field {
  readonly kind: 'Column' | 'Measure';
  readonly table: string;
  readonly name: string;
  /** what a visual calls it */
  readonly label: string;
}

/** A measure of the catalogue. */
export function measureField(catalogue: Catalogue, id: string): Field {
  const { view, title } = measure(catalogue, id);
  return { kind: 'Measure', table: view, name: title, label: title };
}

/** A column of a view as it is. */
export const columnField = (catalogue: Catalogue, view: View, column: string, label: string): Field => ({
  kind: 'Column',
  table: view,
  name: columnName(catalogue, view, column),
  label,
});

/** A dimension: of the table that it shares among views, or else of the view itself. */
export function dimensionField(catalogue: Catalogue, id: string, view: View): Field {
  const found = dimension(catalogue, id);
  if (id === 'date') return { kind: 'Column', table: DATES, name: 'date', label: found.title };
  if (isTable(catalogue, found)) return { kind: 'Column', table: id, name: shownColumn(found), label: found.title };
  return columnField(catalogue, view, columnOf(catalogue, id, view), found.title);
}

type Source = { readonly Entity: string } | { readonly Source: string };

/** @param source name by which a query around it calls the table; absent = the table itself */
export const expressionOf = ({ kind, table, name }: Field, source?: string): object => {
  const from: Source = source === undefined ? { Entity: table } : { Source: source };
  return { [kind]: { Expression: { SourceRef: from }, Property: name } };
};

export const projection = (field: Field): object => ({
  field: expressionOf(field),
  queryRef: `${field.table}.${field.name}`,
  nativeQueryRef: field.name,
  ...(field.label === field.name ? {} : { displayName: field.label }),
});

/** Values of properties. */
export const literal = {
  text: (value: string) => ({ expr: { Literal: { Value: quoted(value) } } }),
  number: (value: number) => ({ expr: { Literal: { Value: `${value}D` } } }),
  flag: (value: boolean) => ({ expr: { Literal: { Value: `${value}` } } }),
  colour: (value: string) => ({ solid: { color: { expr: { Literal: { Value: quoted(value) } } } } }),
};
export const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;
