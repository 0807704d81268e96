import type { Files, Reference } from '../generator.ts';

interface DataSetFile {
  readonly Name: string;
  readonly PhysicalTableMap: Readonly<Record<string, { readonly CustomSql: { readonly SqlQuery: string } }>>;
}

interface Named {
  readonly DataSetIdentifier: string;
  readonly ColumnName: string;
}

interface DefinitionFile {
  readonly CalculatedFields: readonly {
    readonly DataSetIdentifier: string;
    readonly Name: string;
    readonly Expression: string;
  }[];
  readonly FilterGroups: readonly { readonly FilterGroupId: string }[];
  readonly Sheets: readonly {
    readonly Name: string;
    readonly Visuals: readonly Readonly<
      Record<string, { readonly Title: { readonly FormatText: { readonly PlainText: string } } }>
    >[];
  }[];
}

/** Every column that data sets select and that pictures, filters and calculated fields name, as the files have them. */
export function references(files: Files, dataSetsFile: string, definitionFile: string): readonly Reference[] {
  const sets = files.get(dataSetsFile);
  const definition = files.get(definitionFile);
  return [
    ...(sets === undefined ? [] : selectedColumns(dataSetsFile, JSON.parse(sets) as readonly DataSetFile[])),
    ...(definition === undefined ? [] : namedColumns(definitionFile, JSON.parse(definition) as DefinitionFile)),
  ];
}

const unique = (all: readonly string[]): readonly string[] => [...new Set(all)];

function selectedColumns(file: string, sets: readonly DataSetFile[]): readonly Reference[] {
  return sets.flatMap(({ Name, PhysicalTableMap }) =>
    Object.values(PhysicalTableMap).flatMap(({ CustomSql: { SqlQuery } }) => {
      const view = /\bfrom bi\.(\w+) as v$/.exec(SqlQuery)?.[1] ?? '';
      const columns = [...SqlQuery.matchAll(/\bv\.(\w+)/g)].map((match) => match[1] ?? '');
      return unique(columns).map((column) => ({ file, where: `the data set ${Name}`, view, column }));
    }),
  );
}

function namedColumns(file: string, { CalculatedFields, FilterGroups, Sheets }: DefinitionFile): readonly Reference[] {
  const inside = (where: string, value: unknown): readonly Reference[] =>
    unique(
      namesIn(value).flatMap(({ DataSetIdentifier: view, ColumnName }) => {
        const calculated = CalculatedFields.find((one) => one.DataSetIdentifier === view && one.Name === ColumnName);
        const columns = calculated === undefined ? [ColumnName] : inExpression(calculated.Expression);
        return columns.map((column) => `${view}.${column}`);
      }),
    ).map((name) => {
      const [view = '', column = ''] = name.split('.');
      return { file, where, view, column };
    });
  return [
    ...CalculatedFields.flatMap(({ DataSetIdentifier: view, Name, Expression }) =>
      inExpression(Expression).map((column) => ({ file, where: `the calculated field “${Name}”`, view, column })),
    ),
    ...FilterGroups.flatMap((group) => inside(`the filter ${group.FilterGroupId}`, group)),
    ...Sheets.flatMap(({ Name, Visuals }) =>
      Visuals.flatMap((visual) =>
        Object.values(visual).flatMap((one) =>
          inside(`the visual “${one.Title.FormatText.PlainText}” of “${Name}”`, one),
        ),
      ),
    ),
  ];
}

const inExpression = (expression: string): readonly string[] =>
  unique([...expression.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''));

/** Every column that is named anywhere in the value. */
function namesIn(value: unknown): readonly Named[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(namesIn);
  return 'ColumnName' in value && 'DataSetIdentifier' in value ? [value as Named, ...inner] : inner;
}
