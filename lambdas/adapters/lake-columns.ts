import type { LakeColumn } from '../../core/contract/lake.ts';
import { int32 } from './copy-out.ts';
import { type Bound, Column } from './lake-column.ts';
import { DictionaryColumn, TextColumn } from './lake-texts.ts';

const TWO_32 = 0x1_0000_0000;
const MICROS_1970_TO_2000 = 946_684_800_000_000;

/** @param rows that it has room for at a time */
export function columnFor(column: LakeColumn, rows: number): Column {
  if (column.type === 'text') return column.distinct ? new TextColumn(rows) : new DictionaryColumn(rows);
  if (column.type === 'boolean') return new BooleanColumn(rows);
  if (column.type === 'integer') return new Int32Column(rows);
  if (column.type === 'bigint') return new Int64Column(rows);
  if (column.type === 'timestamp') return new TimestampColumn(rows);
  return new DecimalColumn(rows, column.type.scale);
}

/** @returns microseconds since 1970 of a timestamptz */
export function microsAt(from: Buffer, at: number): number {
  const micros = int32(from, at) * TWO_32 + (int32(from, at + 4) >>> 0) + MICROS_1970_TO_2000;
  if (!Number.isSafeInteger(micros)) throw new RangeError('a time within 285 years of 1970 was expected');
  return micros;
}

class BooleanColumn extends Column {
  readonly #bits: Uint8Array;

  constructor(rows: number) {
    super(rows);
    this.#bits = new Uint8Array((rows + 7) >> 3);
  }

  protected override put(n: number, from: Buffer, at: number): void {
    if (from[at] !== 0) this.#bits[n >> 3]! |= 1 << (n & 7);
    else this.#bits[n >> 3]! &= ~(1 << (n & 7));
  }

  protected override encode(count: number) {
    const bytes = (count + 7) >> 3;
    // What an earlier group left behind the last value.
    if (count % 8 > 0) this.#bits[bytes - 1]! &= (1 << (count % 8)) - 1;
    const page = this.#bits.subarray(0, bytes);
    let trues = 0;
    for (let byte of page) for (; byte > 0; byte &= byte - 1) trues += 1;
    return { page, ...(count > 0 && { bounds: [trues === count, trues > 0] as const }) };
  }
}

class Int32Column extends Column {
  readonly #values: Int32Array;

  constructor(rows: number) {
    super(rows);
    this.#values = new Int32Array(rows);
  }

  /** An integer, or a smallint of two bytes. */
  protected override put(n: number, from: Buffer, at: number, length: number): void {
    this.#values[n] = length === 2 ? ((from[at]! << 24) >> 16) | from[at + 1]! : int32(from, at);
  }

  protected override encode(count: number) {
    const values = this.#values.subarray(0, count);
    let least = values[0]!;
    let most = least;
    for (const value of values) {
      if (value < least) least = value;
      if (value > most) most = value;
    }
    return { page: bytesOf(values), ...(count > 0 && { bounds: [least, most] as const }) };
  }
}

/** Halves of 64 bits, as Parquet stores them: the lower one first. BigInts would cost more than all else. */
class Int64Column extends Column {
  protected readonly halves: Int32Array;

  constructor(rows: number) {
    super(rows);
    this.halves = new Int32Array(rows * 2);
  }

  protected override put(n: number, from: Buffer, at: number, _length: number): void {
    this.halves[2 * n] = int32(from, at + 4);
    this.halves[2 * n + 1] = int32(from, at);
  }

  /** @param value an integer that a double holds exactly */
  protected set(n: number, value: number): void {
    this.halves[2 * n] = value | 0;
    this.halves[2 * n + 1] = Math.floor(value / TWO_32);
  }

  protected override encode(count: number) {
    const page = bytesOf(this.halves.subarray(0, 2 * count));
    if (count === 0) return { page };
    let least = 0;
    let most = 0;
    for (let n = 1; n < count; n += 1) {
      if (this.#less(n, least)) least = n;
      else if (this.#less(most, n)) most = n;
    }
    return { page, bounds: [this.#at(least), this.#at(most)] as const };
  }

  #less(one: number, other: number): boolean {
    const h = this.halves;
    const high = h[2 * one + 1]!;
    const otherHigh = h[2 * other + 1]!;
    return high < otherHigh || (high === otherHigh && h[2 * one]! >>> 0 < h[2 * other]! >>> 0);
  }

  #at(n: number): Bound {
    return (BigInt(this.halves[2 * n + 1]!) << 32n) | BigInt(this.halves[2 * n]! >>> 0);
  }
}

class TimestampColumn extends Int64Column {
  protected override put(n: number, from: Buffer, at: number): void {
    this.set(n, microsAt(from, at));
  }
}

/** A numeric: digits to base 10,000, the weight of the first, a sign. Stored as a whole number of its last decimal. */
class DecimalColumn extends Int64Column {
  readonly #scale: number;

  constructor(rows: number, scale: number) {
    super(rows);
    this.#scale = scale;
  }

  protected override put(n: number, from: Buffer, at: number): void {
    const digits = (from[at]! << 8) | from[at + 1]!;
    const weight = ((from[at + 2]! << 24) >> 16) | from[at + 3]!;
    const sign = from[at + 4]!;
    if (sign !== 0 && sign !== 0x40) throw new RangeError('a finite number was expected');
    let exponent = 4 * weight + this.#scale;
    let value = 0;
    for (let i = 0; i < digits; i += 1, exponent -= 4) {
      const digit = (from[at + 8 + 2 * i]! << 8) | from[at + 9 + 2 * i]!;
      // Both ways exact: the column's type leaves no decimals behind its scale.
      value += exponent >= 0 ? digit * 10 ** exponent : digit / 10 ** -exponent;
    }
    if (!Number.isSafeInteger(value)) throw new RangeError(`a number of ${this.#scale} decimals was expected`);
    this.set(n, sign === 0 ? value : -value);
  }
}

const bytesOf = (values: Int32Array): Uint8Array => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
