import type { ColumnOption, MappingOption } from '../produce/mapping.ts';

interface Option {
  readonly does: string;
  readonly example: object;
}

/** Every option there is, or it does not compile. */
const OF_THE_MAPPING: Readonly<Record<MappingOption, Option>> = {
  stream: {
    does: 'the stream whose records the rows become; the headings below name them',
    example: { stream: 'credit_applications' },
  },
  delimiter: {
    does: 'the one character between cells; a comma where it is left out, a tab is `"\\t"`',
    example: { delimiter: ';' },
  },
  fields: {
    does: 'which field of the record comes from what',
    example: { fields: { user_id: { column: 'customer' } } },
  },
  description: {
    does: 'for whoever reads the mapping; otherwise ignored',
    example: { description: 'Exports of the branch' },
  },
};

const OF_A_COLUMN: Readonly<Record<ColumnOption, Option>> = {
  column: {
    does: 'the name of the column in the first line, letter by letter',
    example: { column: 'loan_amnt' },
  },
  type: {
    does: '`text`, `number`, `boolean` (true or false) or `date`; text where it is left out',
    example: { column: 'loan_amnt', type: 'number' },
  },
  scale: {
    does: 'of a number: what it is multiplied by, exactly; here years become months',
    example: { column: 'years_employed', type: 'number', scale: 12 },
  },
  form: {
    does: 'of a date: how the column writes it, see above',
    example: { column: 'applied_at', type: 'date', form: 'DD.MM.YYYY' },
  },
  offset: {
    does: 'of a date: where its clock stands, `Z` where it is left out',
    example: { column: 'applied_at', type: 'date', form: 'DD.MM.YYYY HH:MM', offset: '+02:00' },
  },
  map: {
    does: 'every value that occurs, and what is sent in its place (`null`: nothing); capitals count',
    example: { column: 'defaulted', map: { Yes: true, No: false } },
  },
  trim: {
    does: 'whether white space around the value is cut off; it is, unless this says `false`',
    example: { column: 'name', trim: false },
  },
};

/** What is not taken from a column. */
const WITHOUT_A_COLUMN: Readonly<Record<'constant' | 'rowNumber' | 'prefix', Option>> = {
  constant: { does: 'the same value for every row', example: { constant: '2026-03-31T12:00:00Z' } },
  rowNumber: {
    does: 'the number of the row, for a file without ids: the same file again gives the same ids',
    example: { rowNumber: true },
  },
  prefix: { does: 'text before that number', example: { rowNumber: true, prefix: 'loan-' } },
};

/** Rows of tables: the option, what it does, and an example. */
const rowsOf = (options: Readonly<Record<string, Option>>): string[][] =>
  Object.entries(options).map(([name, { does, example }]) => [`\`${name}\``, does, `\`${spaced(example)}\``]);

export const MAPPING_OPTIONS = rowsOf(OF_THE_MAPPING);
export const FIELD_OPTIONS = rowsOf({ ...OF_A_COLUMN, ...WITHOUT_A_COLUMN });

/** JSON in one line as people write it. */
function spaced(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}: ${spaced(inner)}`);
  return `{${members.join(', ')}}`;
}
