import type { Files } from '../generator.ts';
import type { Column, Model, ModelMeasure, Relationship, Table } from './model.ts';
import { guid } from './names.ts';
import { PARAMETERS, UTC } from './power-query.ts';

const tabs = (depth: number, lines: readonly string[]): readonly string[] =>
  lines.map((line) => (line === '' ? '' : `${'\t'.repeat(depth)}${line}`));
/** A name in TMDL: quoted unless it is a plain word. */
const named = (name: string): string => (/^\w+$/.test(name) ? name : `'${name.replaceAll("'", "''")}'`);
const described = (description: string | undefined): readonly string[] =>
  description === undefined ? [] : [`/// ${description}`];
const flag = (name: string, set = false): readonly string[] => (set ? [name] : []);

/** The definition of the semantic model, by file. */
export function tmdlFiles(model: Model): Files {
  return new Map([
    ['database.tmdl', text(['database', '\tcompatibilityLevel: 1600'])],
    ['model.tmdl', text(modelLines(model))],
    ['expressions.tmdl', text(EXPRESSIONS)],
    ['relationships.tmdl', text(model.relationships.flatMap(relationshipLines))],
    ...model.tables.map((table) => [`tables/${table.name}.tmdl`, text(tableLines(table))] as const),
  ]);
}

const text = (lines: readonly string[]): string => `${lines.join('\n').trimEnd()}\n`;

const modelLines = ({ tables }: Model): readonly string[] => [
  'model Model',
  '\tculture: en-US',
  '\tdefaultPowerBIDataSourceVersion: powerBI_V3',
  '\tsourceQueryCulture: en-US',
  '\tdataAccessOptions',
  '\t\tlegacyRedirects',
  '\t\treturnErrorValuesAsNull',
  '',
  `annotation PBI_QueryOrder = ${JSON.stringify([...Object.keys(PARAMETERS), UTC, ...tables.map(({ name }) => name)])}`,
  '',
  // days come from the table of days alone
  'annotation __PBI_TimeIntelligenceEnabled = 0',
  '',
  ...tables.map(({ name }) => `ref table ${named(name)}`),
];

const EXPRESSIONS: readonly string[] = [
  ...Object.entries(PARAMETERS).flatMap(([name, value]) => [
    `expression ${name} = "${value}" meta [IsParameterQuery = true, Type = "Text", IsParameterQueryRequired = true]`,
    ...tabs(1, [`lineageTag: ${guid(`expression/${name}`)}`, '', 'annotation PBI_ResultType = Text', '']),
  ]),
  '/// A moment in UTC, whatever the zone of the machine that refreshes.',
  `expression ${UTC} =`,
  ...tabs(2, [
    '(moment) =>',
    '\tif moment is datetimezone then DateTimeZone.RemoveZone(DateTimeZone.ToUtc(moment)) else moment',
  ]),
  ...tabs(1, [`lineageTag: ${guid(`expression/${UTC}`)}`, '', 'annotation PBI_ResultType = Function', '']),
];

function relationshipLines({ from, to }: Relationship): readonly string[] {
  const [one, other] = [from, to].map((end) => end.map(named).join('.'));
  return [
    `relationship ${guid(`relationship/${one}/${other}`)}`,
    ...tabs(1, [`fromColumn: ${one}`, `toColumn: ${other}`, '']),
  ];
}

const tableLines = (table: Table): readonly string[] => [
  ...described(table.description),
  `table ${named(table.name)}`,
  ...tabs(1, [
    `lineageTag: ${guid(`table/${table.name}`)}`,
    ...(table.isDates ? ['dataCategory: Time'] : []),
    '',
    ...table.measures.flatMap((measure) => measureLines(table, measure)),
    ...table.columns.flatMap((column) => columnLines(table, column)),
    `partition ${named(table.name)} = m`,
    ...tabs(1, [`mode: ${table.mode}`, 'source =', ...tabs(2, table.query)]),
    '',
    'annotation PBI_ResultType = Table',
  ]),
];

const measureLines = (table: Table, { name, expression, format, description }: ModelMeasure): readonly string[] => [
  ...described(description),
  `measure ${named(name)} = ${expression}`,
  ...tabs(1, [`formatString: ${format}`, `lineageTag: ${guid(`measure/${table.name}/${name}`)}`]),
  '',
];

const columnLines = (table: Table, column: Column): readonly string[] => [
  ...described(column.description),
  `column ${named(column.name)}`,
  ...tabs(1, [
    `dataType: ${column.dataType}`,
    ...flag('isHidden', column.hidden),
    ...flag('isKey', column.key),
    ...(column.format === undefined ? [] : [`formatString: ${column.format}`]),
    `lineageTag: ${guid(`column/${table.name}/${column.name}`)}`,
    'summarizeBy: none',
    `sourceColumn: ${column.source}`,
    ...(column.sortBy === undefined ? [] : [`sortByColumn: ${named(column.sortBy)}`]),
    '',
    'annotation SummarizationSetBy = User',
  ]),
  '',
];
