import type { Catalogue } from './catalogue/index.ts';

/** A column of a view of schema bi that a generated file uses. */
export interface Reference {
  /** path of the file under bi/generated */
  readonly file: string;
  /** what in the file uses it: a visual, a measure, a panel */
  readonly where: string;
  readonly view: string;
  readonly column: string;
}

/** Text files by their path under bi/generated; each ends with a newline where its format has lines. */
export type Files = ReadonlyMap<string, string>;

/** Makes the files of one tool. Pure: the same catalogue gives the same bytes. */
export interface Generator {
  readonly name: string;
  generate(catalogue: Catalogue): Files;
  /**
   * Every column that the files use, read from the files themselves and not from the catalogue, so that what the
   * generator got wrong is found too.
   */
  references(files: Files): readonly Reference[];
}

/** Columns of each view, as a database has them. */
export type Columns = ReadonlyMap<string, ReadonlySet<string>>;

/** What is used and is not there, as lines for a person: file, place, view and column. */
export function brokenReferences(references: readonly Reference[], columns: Columns): readonly string[] {
  return references
    .filter(({ view, column }) => !columns.get(view)?.has(column))
    .map(({ file, where, view, column }) =>
      columns.has(view)
        ? `${file}: ${where} uses bi.${view}.${column}, and the view has no such column`
        : `${file}: ${where} uses bi.${view}, and there is no such view`,
    );
}
