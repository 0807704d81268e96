import { isUtf8 } from 'node:buffer';
import { readObject } from '../../core/events/json.ts';
import { UserError } from '../errors.ts';
import type { Entry, Problem, Source } from './source.ts';

/** Of so many records at the beginning one at least must be a JSON object. */
const LOOKED_AT = 100;

/**
 * Looks at the beginning of a file before anything is started or thrown away for it: it holds records, a CSV has the
 * columns that the mapping names, and it is not something else altogether. Single records that are broken are no
 * reason to refuse a file: the checks of the stream quarantine them.
 *
 * @throws UserError
 */
export async function checkSource(source: Source): Promise<void> {
  if (source.file === undefined) return;
  const problems: Problem[] = [];
  const looked = await beginning(source, problems);
  const [first] = looked;
  if (first === undefined) throw noRecord(source.file, problems);
  const isDocument = /^\s*[[{]\s*$/.test(first.data.toString('latin1'));
  if (!isDocument && looked.some(({ data }) => readObject(data).ok)) return;
  const lines =
    isDocument || looked.length === 1 ? 'its first line is not' : `none of its first ${looked.length} lines is`;
  throw new UserError(`--input ${source.file}: ${lines} a JSON object`, adviceFor(looked, isDocument));
}

async function beginning(source: Source, problems: Problem[]): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const batch of source.batches((problem) => problems.push(problem))) {
    entries.push(...batch.slice(0, LOOKED_AT - entries.length));
    if (entries.length === LOOKED_AT) break;
  }
  return entries;
}

function noRecord(file: string, problems: readonly Problem[]): UserError {
  const [problem] = problems;
  if (problem === undefined)
    return new UserError(
      `--input ${file} holds no record`,
      `Nothing was started. ${file.endsWith('.csv') ? 'Below the first line, which names the columns, each row is one.' : 'Each of its lines would be one.'}`,
    );
  return new UserError(
    `--input ${file}: no record can be made of it; line ${problem.line} ${problem.reason}`,
    'Nothing was started. Mend the file, or the mapping.',
  );
}

function adviceFor(looked: readonly Entry[], isDocument: boolean): string {
  const start = looked[0]?.data.subarray(0, 200) ?? Buffer.alloc(0);
  const text = start.toString('utf8').trimStart();
  if (!looked.every(({ data }) => isUtf8(data)) || start.includes(0))
    return 'It is not text in UTF-8. Is it compressed, a spreadsheet, or in UTF-16? Unpack or export it first.';
  if (isDocument || text.startsWith('['))
    return "It looks like JSON that goes on over several lines. NDJSON has one record a line; jq -c '.[]' FILE makes it so.";
  if (/^[\w" -]+([,;\t|])[\w" -]+\1/.test(text))
    return 'It looks like CSV: give it a name that ends in .csv, and a --mapping.';
  return 'Each line of an .ndjson file is one record; `npm run crp -- produce --describe` shows what a record looks like.';
}
