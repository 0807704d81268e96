import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { STREAM_NAMES, type StreamName } from '../../core/contract/streams.ts';
import { dateReader, FORM_EXPECTED } from './date-form.ts';
import { checkTarget } from './mapping-target.ts';
import { UserError, errorCode, messageOf } from '../errors.ts';

const SHIPPED = join(import.meta.dirname, '..', 'mappings');

const scalar = z.union([z.string(), z.number(), z.boolean()]);
/** A value of a column. What cannot be converted is sent as it is, for the checks of the stream to judge. */
const column = z
  .strictObject({
    column: z.string().min(1),
    type: z.enum(['text', 'number', 'boolean', 'date']).default('text'),
    /** for numbers: what the value is multiplied by, as decimal text or number */
    scale: z
      .union([z.number(), z.string()])
      .transform(String)
      .refine((text) => /^-?\d+(\.\d+)?$/.test(text), 'expected a decimal number without exponent')
      .optional(),
    /** for dates: how the column writes them, such as `DD.MM.YYYY HH:MM` */
    form: z
      .string()
      .refine((form) => dateReader(form) !== null, FORM_EXPECTED)
      .optional(),
    /** for dates: where their clock stands @default 'Z' */
    offset: z
      .string()
      .regex(/^(Z|[+-]\d\d:\d\d)$/, 'expected Z or ±HH:MM')
      .optional(),
    /** every value that may occur → what is sent instead */
    map: z.record(z.string(), z.union([scalar, z.null()])).optional(),
    trim: z.boolean().default(true),
  })
  .refine((field) => field.scale === undefined || field.type === 'number', {
    message: 'scale needs "type": "number"',
    path: ['scale'],
  })
  .refine((field) => (field.type === 'date') === (field.form !== undefined), {
    message: '"type": "date" and "form" go together',
    path: ['form'],
  })
  .refine((field) => field.offset === undefined || field.type === 'date', {
    message: 'offset needs "type": "date"',
    path: ['offset'],
  })
  .refine((field) => field.map === undefined || (field.scale === undefined && field.type === 'text'), {
    message: 'map says by itself what is sent: leave out type and scale',
    path: ['map'],
  });
const constant = z.strictObject({ constant: z.union([scalar, z.record(z.string(), scalar)]) });
const rowNumber = z.strictObject({ rowNumber: z.literal(true), prefix: z.string().default('') });

const schema = z.strictObject({
  description: z.string().optional(),
  stream: z.enum(STREAM_NAMES),
  delimiter: z.string().length(1).default(','),
  fields: z
    .record(z.string().min(1), z.union([column, constant, rowNumber]))
    .refine((fields) => Object.keys(fields).length > 0, { message: 'names no field' }),
});

/** What can be said of a mapping, and of a field that comes from a column. */
export type MappingOption = keyof z.infer<typeof schema>;
export type ColumnOption = keyof z.infer<typeof column>;

export type MappedField = z.infer<typeof column> | z.infer<typeof constant> | z.infer<typeof rowNumber>;

/** Which column of a CSV feeds which field of a record. */
export interface Mapping {
  /** the file it was read from */
  readonly file: string;
  readonly stream: StreamName;
  readonly delimiter: string;
  readonly fields: Readonly<Record<string, MappedField>>;
  /** field → line of the mapping file that defines it, where it could be found */
  readonly lines: Readonly<Record<string, number>>;
}

/** Names of the mappings that come with the project. */
export const shippedMappings = (): string[] =>
  readdirSync(SHIPPED)
    .filter((name) => name.endsWith('.json'))
    .map((name) => basename(name, '.json'))
    .sort();

/**
 * @param nameOrFile a shipped mapping's name, or the path of a file
 * @throws UserError naming the place in the document that is wrong
 */
export function loadMapping(nameOrFile: string): Mapping {
  const shipped = join(SHIPPED, `${nameOrFile}.json`);
  const file = /^[\w-]+$/.test(nameOrFile) && existsSync(shipped) ? shipped : nameOrFile;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError(
      `--mapping ${nameOrFile}: ${errorCode(error) === 'ENOENT' ? 'there is neither a shipped mapping nor a file of that name' : messageOf(error)}`,
      `Shipped mappings: ${shippedMappings().join(', ')}. Or give the path of a JSON document like those in cli/mappings/.`,
    );
  }
  const mapping = parseMapping(text, file);
  checkTarget(mapping);
  return mapping;
}

/** @throws UserError naming the place in the document that is wrong */
export function parseMapping(text: string, file: string): Mapping {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UserError(`${file} is not JSON: ${messageOf(error)}`, 'Mend the document and try again.');
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const lines = fieldLines(text);
    const problems = parsed.error.issues
      .flatMap((issue) => flatten(issue))
      .map(({ path, message }) => {
        const line = path[0] === 'fields' && typeof path[1] === 'string' ? lines[path[1]] : undefined;
        return `  ${path.join('.') || 'document'}${line === undefined ? '' : ` (line ${line})`}: ${message}`;
      });
    throw new UserError(
      `${file} is not a mapping:\n${[...new Set(problems)].join('\n')}`,
      'A field is {"column": NAME, "type"?, "scale"?, "form"?, "offset"?, "map"?, "trim"?}, {"constant": VALUE} or {"rowNumber": true, "prefix"?}.',
    );
  }
  const { stream, delimiter, fields } = parsed.data;
  return { file, stream, delimiter, fields, lines: fieldLines(text) };
}

interface Flat {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

const complaints = (errors: readonly z.core.$ZodIssue[]): number =>
  errors.length + errors.filter((e) => e.code === 'invalid_type' && e.path.length <= 1).length;

/** Of a union, the branch that the writer meant: the one with the fewest complaints about its leading key. */
function flatten(issue: z.core.$ZodIssue): Flat[] {
  if (issue.code !== 'invalid_union') return [{ path: issue.path, message: issue.message }];
  const branches = issue.errors.filter((errors) => errors.length > 0);
  const best = branches.toSorted((x, y) => complaints(x) - complaints(y))[0] ?? [];
  if (best.length === 0) return [{ path: issue.path, message: issue.message }];
  return best.flatMap((inner) =>
    flatten(inner).map(({ path, message }) => ({ path: [...issue.path, ...path], message })),
  );
}

/** The line on which each member of "fields" begins. */
function fieldLines(text: string): Record<string, number> {
  const lines: Record<string, number> = {};
  const start = text.indexOf('"fields"');
  if (start === -1) return lines;
  const before = text.slice(0, start).split('\n').length;
  for (const [index, line] of text.slice(start).split('\n').entries())
    for (const match of line.matchAll(/"((?:[^"\\]|\\.)*)"\s*:\s*\{/g)) {
      const name = match[1] as string;
      if (name !== 'fields' && name !== 'map' && name !== 'constant') lines[name] ??= before + index;
    }
  return lines;
}
