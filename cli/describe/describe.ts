import { APPLICATIONS, MAX_DEPTH, MAX_RECORD_BYTES, type StreamName } from '../../core/contract/streams.ts';
import { TIMESTAMP_FORM } from '../../core/events/timestamps.ts';
import { count } from '../ui.ts';
import { recordFields, type RecordField } from './fields.ts';
import { FIELD_OPTIONS, MAPPING_OPTIONS } from './mapping-options.ts';
import { MEANINGS } from './meanings.ts';
import { SAMPLES } from './samples.ts';

/** What a column may hold, and how it becomes a timestamp. */
const DATES = [
  ['`2026-03-31T12:00:00Z`', '`{"column": "applied_at"}`'],
  ['`1774958400` (seconds)', '`{"column": "applied_at", "type": "number"}`'],
  ['`2026-03-31 12:00:00`', '`{"column": "applied_at", "type": "date", "form": "YYYY-MM-DD HH:MM:SS"}`'],
  ['`31.03.2026 14:00`', '`{"column": "applied_at", "type": "date", "form": "DD.MM.YYYY HH:MM", "offset": "+02:00"}`'],
  ['`3/31/2026`', '`{"column": "applied_at", "type": "date", "form": "MM/DD/YYYY"}`'],
];

const introduction = (): string => `# What a record looks like

Made by \`npm run -s crp -- produce --describe > docs/records.md\` from the code that checks the records.

A record is one JSON object in UTF-8, at most ${count(MAX_RECORD_BYTES)} bytes long and ${MAX_DEPTH} levels deep; a file of records
(\`.ndjson\`) has one a line. A CSV becomes records by a mapping that names a column for each field
(\`cli/mappings/loan-applications.json\` is one; [below](#the-mapping-of-a-csv) is all that it can say).

- A required field that is missing or wrong puts the record into quarantine, and so does a card number anywhere in it.
- An optional field that is wrong is left out and noted; the record is decided without it. \`null\` is absent.
- Fields that are not listed stay in the raw log and are otherwise ignored.

## Timestamps, and the dates of a CSV

A timestamp is a number (seconds since 1970, or milliseconds from 100,000,000,000 on) or text of the form
\`${TIMESTAMP_FORM}\`. Text without an offset is UTC. A date alone is refused. So is every other
form, but a mapping can turn what a column holds into it:

${markdownTable(['column holds', 'field of the mapping'], DATES)}

\`MM\` is the month, and behind \`HH\` the minute; \`offset\` says where the clock of the column stands (\`Z\` where it is
left out); a day without a time begins at 00:00. A cell of another form is sent as it is and ends in quarantine.

## The mapping of a CSV

${markdownTable(['of the mapping', 'what it says', 'example'], MAPPING_OPTIONS)}

${markdownTable(['of a field', 'what it says', 'example'], FIELD_OPTIONS)}

- A blank cell leaves its field out, unless \`map\` lists the empty text.
- Numbers must be plain: digits, at most one point, a sign. \`1,234.50\`, \`1.234,50\`, \`12 %\` and \`1e5\` are none: such a cell
  is sent as the text it is, which quarantines the record where the field is required; elsewhere it is left out and
  noted. \`1.234\` is a little more than one, whatever its writer meant.
- A value that \`map\` does not list stops its line, and only that: it is named and not sent, and the exit code is 1. So is
  a line with more or fewer cells than the first. Mend the file or the mapping and send it again: what was decided
  already becomes a duplicate.

## What is in quarantine, and how it gets out

\`\`\`
npm run crp -- quarantine list --since 2026-03-31                                     # the newest first: which check, which field
npm run crp -- quarantine export --stream credit_applications --out FILE.ndjson       # their bytes, in the order of the stream
npm run crp -- produce --input FILE.ndjson --stream credit_applications               # once mended: decided like any other
\`\`\`

A record in quarantine claims no identity, so nothing stands in the way of a mended one. Keep its id and its \`user_id\`: by
them the list says that it was decided later, and the next export leaves it out (\`--mended\` writes it again). What had no
id that can be read cannot be told from others; each export ends with the \`--since\` that begins behind it. Where a
mapping made the records, mend the mapping and produce the CSV again: what was decided already becomes a duplicate.`;

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
  return [introduction(), ...streams.map((stream) => describeStream(stream, ceiling))].join('\n\n');
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
