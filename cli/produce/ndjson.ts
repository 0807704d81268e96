import { createReadStream } from 'node:fs';
import type { StreamName } from '../../core/contract/streams.ts';
import type { Batch, Entry, Problem } from './source.ts';

const NEWLINE = 0x0a;
/** Longer lines are not even kept in memory: no stream takes a record of more than 10 MiB. */
export const LONGEST_LINE = 10 * 1024 * 1024;

/**
 * Lines of a file as records, byte for byte. Only \n ends a line (a \r before it belongs to the record); a last
 * line without a newline counts, what follows the last newline does not when it is empty; any other empty line is
 * an empty record.
 *
 * @param file path of the file
 * @param stream where its records go
 * @param onProblem hears of lines over {@link LONGEST_LINE}
 * @throws the file system's error when the file cannot be read
 */
export async function* ndjsonBatches(
  file: string,
  stream: StreamName,
  onProblem: (problem: Problem) => void,
  longest = LONGEST_LINE,
): AsyncGenerator<Batch> {
  let line = 1;
  let parts: Buffer[] = [];
  let length = 0;
  const keep = (part: Buffer): void => {
    length += part.length;
    if (length <= longest) parts.push(part);
    else parts = [];
  };
  const finish = (batch: Entry[]): void => {
    if (length > longest)
      onProblem({ line, reason: `longer than ${longest} bytes, the largest record that a stream can take` });
    else batch.push({ stream, data: parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts), line });
    line += 1;
    parts = [];
    length = 0;
  };
  for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    const batch: Entry[] = [];
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      keep(chunk.subarray(from, at));
      finish(batch);
      from = at + 1;
    }
    if (from < chunk.length) keep(chunk.subarray(from));
    if (batch.length > 0) yield batch;
  }
  if (length > 0) {
    const batch: Entry[] = [];
    finish(batch);
    if (batch.length > 0) yield batch;
  }
}
