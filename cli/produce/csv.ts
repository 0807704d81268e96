import { createReadStream } from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import type { Batch, Entry, Problem } from './source.ts';
import type { MappedField, Mapping } from './mapping.ts';
import { dateReader } from './date-form.ts';
import { scaleDecimal } from './decimal.ts';
import { UserError, errorCode, messageOf } from '../errors.ts';

const BATCH = 500;

interface Row {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** Makes one field of one row: JSON text, undefined where the field is left out. Throws a reason. */
type FieldWriter = (row: readonly string[], rowNumber: number) => string | undefined;

class UnmappedValue extends Error {}

/**
 * Rows of a CSV file as JSON records, one a row, made as the mapping says. A blank cell leaves its field out. A row
 * with more or fewer cells than the header, or with a value that a value map does not list, is named and not sent.
 *
 * @throws UserError when the header lacks a mapped column or the file's quoting is broken
 */
export async function* csvBatches(
  file: string,
  mapping: Mapping,
  onProblem: (problem: Problem) => void,
): AsyncGenerator<Batch> {
  const parser = parse({ bom: true, info: true, relax_column_count: true, delimiter: mapping.delimiter });
  const input = createReadStream(file);
  input.on('error', (error) => parser.destroy(error));
  input.pipe(parser);
  let header: readonly string[] | null = null;
  let write: ((row: readonly string[], rowNumber: number) => string) | null = null;
  let batch: Entry[] = [];
  let rows = 0;
  let lastLine = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<Row>) {
      // `lines` counts to the end of the row; a row with quoted newlines is named by its first line.
      const line = lastLine + 1;
      lastLine = info.lines;
      if (header === null || write === null) {
        header = record.map((name) => name.trim());
        write = rowWriter(mapping, header, file);
        continue;
      }
      if (record.length === 1 && record[0] === '') continue;
      rows += 1;
      if (record.length !== header.length) {
        onProblem({ line, reason: `has ${record.length} cells, but the header names ${header.length} columns` });
        continue;
      }
      try {
        batch.push({ stream: mapping.stream, data: Buffer.from(write(record, rows)), line });
      } catch (error) {
        if (!(error instanceof UnmappedValue)) throw error;
        onProblem({ line, reason: error.message });
      }
      if (batch.length === BATCH) {
        yield batch;
        batch = [];
      }
    }
  } catch (error) {
    if (error instanceof CsvError)
      throw new UserError(
        `${file}, line ${lastLine + 1}: not CSV (${error.code.toLowerCase()})`,
        rows === 0
          ? 'No row was sent. Is it a CSV file? Then mend the quoting of that line.'
          : 'The rows before it can be used. Mend the quoting of that line and produce the file again: what was sent already becomes duplicates.',
      );
    if (errorCode(error) !== null) throw new UserError(`${file}: ${messageOf(error)}`, 'Check the path.');
    throw error;
  } finally {
    input.destroy();
  }
  if (header === null) throw new UserError(`${file} is empty`, 'Its first line must name the columns.');
  if (batch.length > 0) yield batch;
}

function rowWriter(
  mapping: Mapping,
  header: readonly string[],
  file: string,
): (row: readonly string[], rowNumber: number) => string {
  const writers = Object.entries(mapping.fields).map(([name, field]): FieldWriter => {
    const head = `${JSON.stringify(name)}:`;
    const value = fieldWriter(field, (column) => columnIndex(mapping, name, column, header, file));
    return (row, rowNumber) => {
      const text = value(row, rowNumber);
      return text === undefined ? undefined : head + text;
    };
  });
  return (row, rowNumber) => {
    const members: string[] = [];
    for (const writer of writers) {
      const member = writer(row, rowNumber);
      if (member !== undefined) members.push(member);
    }
    return `{${members.join(',')}}`;
  };
}

function columnIndex(mapping: Mapping, field: string, column: string, header: readonly string[], file: string): number {
  const index = header.indexOf(column);
  const at = `${mapping.file}${mapping.lines[field] === undefined ? '' : `, line ${mapping.lines[field]}`}`;
  if (index === -1)
    throw new UserError(
      `${file} has no column "${column}", which ${at} maps to ${field}`,
      headerAdvice(mapping, column, header),
    );
  if (header.indexOf(column, index + 1) !== -1)
    throw new UserError(
      `${file} has more than one column "${column}", which ${at} maps to ${field}`,
      'Rename one of them in the first line.',
    );
  return index;
}

const DELIMITERS = [',', ';', '\t', '|'];
const COLUMNS_SHOWN = 30;

/** Why a column may be missing: cells are separated otherwise, the file is no text, or it has other columns. */
function headerAdvice({ delimiter, file }: Mapping, column: string, header: readonly string[]): string {
  const line = header.join(delimiter);
  const other = DELIMITERS.find(
    (each) => each !== delimiter && line.split(each).some((name) => unquoted(name) === column),
  );
  if (other !== undefined)
    return `Its first line is separated by ${nameOf(other)}, the mapping expects ${nameOf(delimiter)}: in ${file}, or in a copy of it, add "delimiter": ${JSON.stringify(other)} before "fields".`;
  // oxlint-disable-next-line no-control-regex -- control characters are what is sought
  if (/[\u0000-\u0008\u000e-\u001f\ufffd]/.test(line))
    return 'Its first line is not text in UTF-8. Is it compressed, a spreadsheet, or in UTF-16? Unpack or export it as CSV first.';
  const more = header.length > COLUMNS_SHOWN ? `, … (${header.length} in all)` : '';
  return `Its columns are: ${header.slice(0, COLUMNS_SHOWN).join(', ')}${more}.`;
}

const unquoted = (name: string): string => name.trim().replace(/^"(.*)"$/, '$1');
const nameOf = (delimiter: string): string => (delimiter === '\t' ? 'tabs' : `"${delimiter}"`);

function fieldWriter(field: MappedField, indexOf: (column: string) => number): FieldWriter {
  if ('constant' in field) {
    const text = JSON.stringify(field.constant);
    return () => text;
  }
  if ('rowNumber' in field) return (_row, rowNumber) => JSON.stringify(`${field.prefix}${rowNumber}`);
  const index = indexOf(field.column);
  const cell = (row: readonly string[]): string => {
    const text = row[index] ?? '';
    return field.trim ? text.trim() : text;
  };
  if (field.map !== undefined) {
    const map = new Map(Object.entries(field.map).map(([from, to]) => [from, JSON.stringify(to)]));
    return (row) => {
      const text = cell(row);
      const mapped = map.get(text);
      if (mapped === undefined && text !== '')
        throw new UnmappedValue(
          `column "${field.column}" has a value that the mapping does not list (it lists: ${[...map.keys()].join(', ')})`,
        );
      return mapped;
    };
  }
  if (field.type === 'number') {
    const scale = field.scale ?? '1';
    return (row) => {
      const text = cell(row);
      return text === '' ? undefined : (scaleDecimal(text, scale) ?? JSON.stringify(text));
    };
  }
  if (field.type === 'date') {
    const read = dateReader(field.form ?? '', field.offset);
    return (row) => {
      const text = cell(row);
      return text === '' ? undefined : JSON.stringify(read?.(text) ?? text);
    };
  }
  if (field.type === 'boolean')
    return (row) => {
      const text = cell(row);
      if (text === '') return undefined;
      return /^(true|false)$/i.test(text) ? text.toLowerCase() : JSON.stringify(text);
    };
  return (row) => {
    const text = cell(row);
    return text === '' ? undefined : JSON.stringify(text);
  };
}
