export type Bound = bigint | number | boolean | Uint8Array;

/** The values of a column that are there, encoded as Parquet has them. */
export interface EncodedValues {
  /** the values, or where there is a dictionary, their places in it */
  readonly page: Uint8Array;
  readonly dictionary?: { readonly page: Uint8Array; readonly values: number };
  /** the least and the greatest */
  readonly bounds?: readonly [Bound, Bound];
}

export interface EncodedColumn extends EncodedValues {
  readonly rows: number;
  readonly nulls: number;
  /** which rows have a value */
  readonly levels: Uint8Array;
}

/** A column of a row group while its rows come in, each value in the bytes that the file will have. */
export abstract class Column {
  #rows = 0;
  #values = 0;
  readonly #present: Uint8Array;

  constructor(rows: number) {
    this.#present = new Uint8Array((rows + 7) >> 3);
  }

  /** Takes over the value of the next row, as PostgreSQL sends it in binary. @param length -1 for null */
  add(from: Buffer, at: number, length: number): void {
    if (length >= 0) {
      this.#present[this.#rows >> 3]! |= 1 << (this.#rows & 7);
      this.put(this.#values, from, at, length);
      this.#values += 1;
    }
    this.#rows += 1;
  }

  /** Ends the group. @returns what is valid until the next one begins */
  take(): EncodedColumn {
    const taken = {
      rows: this.#rows,
      nulls: this.#rows - this.#values,
      levels: this.#levels(),
      ...this.encode(this.#values),
    };
    this.#present.fill(0);
    this.#rows = 0;
    this.#values = 0;
    return taken;
  }

  protected abstract put(n: number, from: Buffer, at: number, length: number): void;
  /** Encodes the values and begins anew. */
  protected abstract encode(count: number): EncodedValues;

  #levels(): Uint8Array {
    if (this.#values === this.#rows) return run(this.#rows, 1);
    if (this.#values === 0) return run(this.#rows, 0);
    const groups = (this.#rows + 7) >> 3;
    return Buffer.concat([Buffer.from(varint((groups << 1) | 1)), this.#present.subarray(0, groups)]);
  }
}

/** The same value, of at most eight bits, so many times. (Parquet, "RLE / Bit-Packing Hybrid") */
export const run = (times: number, value: number): Uint8Array => Uint8Array.from([...varint(times << 1), value]);

/** Values of so many bits, at most 24, one behind the other: the other half of the hybrid. */
export function packed(values: Int32Array, width: number): Uint8Array {
  const groups = (values.length + 7) >> 3;
  const head = varint((groups << 1) | 1);
  const bytes = new Uint8Array(head.length + groups * width);
  bytes.set(head);
  let at = head.length;
  let held = 0;
  let bits = 0;
  for (const value of values) {
    held |= value << bits;
    for (bits += width; bits >= 8; bits -= 8) {
      bytes[at++] = held;
      held >>>= 8;
    }
  }
  if (bits > 0) bytes[at] = held;
  return bytes;
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  bytes.push(rest);
  return bytes;
}
