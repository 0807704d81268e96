import { APPLICATIONS, MAX_DEPTH, MAX_RECORD_BYTES, type StreamName } from '../../core/contract/streams.ts';
import { count } from '../ui.ts';
import { recordFields, type RecordField } from './fields.ts';
import { MEANINGS } from './meanings.ts';
import { SAMPLES } from './samples.ts';

const INTRODUCTION = `# What a record looks like

Made by \`npm run -s crp -- produce --describe > docs/records.md\` from the code that checks the records.

A record is one JSON object in UTF-8, at most ${count(MAX_RECORD_BYTES)} bytes long and ${MAX_DEPTH} levels deep; a file of records
(\`.ndjson\`) has one a line. A CSV becomes records by a mapping that names a column for each field
(\`cli/mappings/loan-applications.json\` is one).

- A required field that is missing or wrong puts the record into quarantine, and so does a card number anywhere in it.
- An optional field that is wrong is left out and noted; the record is decided without it. \`null\` is absent.
- Fields that are not listed stay in the raw log and are otherwise ignored.`;

const ABOUT: Readonly<Record<StreamName, string>> = {
  credit_applications:
    'Applications for a loan. The same application again is a duplicate; with a higher `revision` it is an amendment and decided anew.',
  account_activity:
    'What customers do with their accounts. A record with a `transaction_id` and no `type` is a transaction.',
};

/**
 * What a record of a stream looks like, as Markdown that can be read in a terminal too.
 *
 * @param ceiling highest amount, integer cents
 */
export function describeRecords(streams: readonly StreamName[], ceiling: number): string {
  return [INTRODUCTION, ...streams.map((stream) => describeStream(stream, ceiling))].join('\n\n');
}

function describeStream(stream: StreamName, ceiling: number): string {
  const fields = recordFields(stream, ceiling);
  const rows = fields.map((field) => [
    `\`${field.name}\``,
    required(field),
    expected(field),
    MEANINGS[stream][field.name] ?? '',
  ]);
  const samples = SAMPLES[stream].map((sample) => JSON.stringify(sample)).join('\n');
  const shown = stream === APPLICATIONS ? 'The shortest one, and one with every field' : 'One of each type';
  return [
    `## ${stream}`,
    ABOUT[stream],
    `${shown}:`,
    `\`\`\`json\n${samples}\n\`\`\``,
    markdownTable(['field', 'required', 'must be', 'meaning'], rows),
  ].join('\n\n');
}

function required({ required: by }: RecordField): string {
  if (by === 'never') return '';
  return by === 'always' ? 'yes' : `in a ${by.join(', ')}`;
}

function expected({ expected: text, known, absent }: RecordField): string {
  const ignored = known === 'always' ? '' : '; ignored elsewhere';
  return `${text}${ignored}${absent === null ? '' : `; absent: ${absent.replaceAll('"', '')}`}`;
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join('\n');
}
