import type { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';

/** Signature, flags and the length of an extension that there is not. (PostgreSQL manual, COPY, "Binary Format") */
const HEADER_BYTES = 19;
/** Read ahead, while earlier rows are worked on. */
const AHEAD_BYTES = 1024 * 1024;

export const int32 = (b: Uint8Array, at: number): number =>
  (b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!;

/**
 * The rows of a query in PostgreSQL's binary COPY format: per row a count of fields in two bytes, per field its length in
 * four (-1 for null) and its bytes. No value becomes an object or a text on the way.
 *
 * Who stops early waits for the rest, which is dropped: there is no other way to have the connection back.
 *
 * @param query of our own, never input
 * @returns chunks of whole rows
 */
export async function* copyBinaryOut(client: Client, query: string): AsyncGenerator<Buffer> {
  const stream = client.query(copyTo(`copy (${query}) to stdout (format binary)`, { highWaterMark: AHEAD_BYTES }));
  let rest: Buffer = Buffer.alloc(0);
  let begun = false;
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      if (!begun && bytes.length < HEADER_BYTES) {
        rest = bytes;
        continue;
      }
      const from = begun ? 0 : HEADER_BYTES;
      begun = true;
      let to = from;
      for (let end = rowEnd(bytes, to); end > to; end = rowEnd(bytes, to)) to = end;
      rest = bytes.subarray(to);
      if (to > from) yield bytes.subarray(from, to);
    }
  } finally {
    if (!stream.readableEnded && !stream.errored) {
      const over = new Promise<void>((resolve) => stream.once('end', resolve).once('error', () => resolve()));
      stream.resume();
      await over;
    }
  }
}

/** @returns where the row ends, or `at` when it is not all there or the trailer is reached */
function rowEnd(bytes: Uint8Array, at: number): number {
  if (at + 2 > bytes.length) return at;
  const fields = (bytes[at]! << 8) | bytes[at + 1]!;
  if (fields === 0xffff) return at;
  let to = at + 2;
  for (let i = 0; i < fields; i += 1) {
    if (to + 4 > bytes.length) return at;
    const length = int32(bytes, to);
    to += length > 0 ? 4 + length : 4;
  }
  return to > bytes.length ? at : to;
}
