/**
 * Rows in PostgreSQL's binary COPY format, written by hand into one buffer: twice the speed of the text format, and
 * no value can be misread as syntax. (Format: PostgreSQL manual, COPY, "Binary Format".)
 *
 * Begin each row with `row(columns)` and call one writer for each column, in the order of the COPY's column list. The
 * widths must be those of the columns: the server refuses another width.
 */
export class BinaryCopy {
  /** rows begun so far */
  rows = 0;
  readonly #size: number;
  #buffer: Buffer;
  #at: number;

  /** @param size bytes of a chunk; a row that is longer makes its chunk grow */
  constructor(size = 256 * 1024) {
    this.#size = size;
    this.#buffer = Buffer.allocUnsafe(size + ROOM);
    this.#at = this.#buffer.write(SIGNATURE, 'latin1');
    this.#at = this.#buffer.writeInt32BE(0, this.#at);
    this.#at = this.#buffer.writeInt32BE(0, this.#at);
  }

  /** Whether there is a chunk's worth of bytes to take. */
  get full(): boolean {
    return this.#at >= this.#size;
  }

  /** Hands the bytes over; they are the caller's, this goes on in a buffer of its own. */
  take(): Buffer {
    const taken = this.#buffer.subarray(0, this.#at);
    this.#buffer = Buffer.allocUnsafe(this.#size + ROOM);
    this.#at = 0;
    return taken;
  }

  /** The last bytes, with the trailer. */
  end(): Buffer {
    this.#need(2);
    this.#at = this.#buffer.writeInt16BE(-1, this.#at);
    return this.take();
  }

  row(columns: number): void {
    // Every fixed-width value of a row of at most 40 columns fits into this; texts and bytes ask for their own room.
    this.#need(ROOM);
    this.#buffer[this.#at++] = 0;
    this.#buffer[this.#at++] = columns;
    this.rows += 1;
  }

  null(): void {
    const b = this.#buffer;
    b[this.#at++] = 255;
    b[this.#at++] = 255;
    b[this.#at++] = 255;
    b[this.#at++] = 255;
  }

  nulls(count: number): void {
    for (let i = 0; i < count; i += 1) this.null();
  }

  boolean(value: boolean | null): void {
    if (value === null) return this.null();
    this.#length(1);
    this.#buffer[this.#at++] = value ? 1 : 0;
  }

  int2(value: number | null): void {
    if (value === null) return this.null();
    this.#length(2);
    const b = this.#buffer;
    b[this.#at++] = value >> 8;
    b[this.#at++] = value;
  }

  int4(value: number): void {
    this.#length(4);
    this.#word(value);
  }

  /** @param value an integer that a double holds exactly */
  int8(value: number): void {
    this.#length(8);
    this.#word(Math.floor(value / 0x1_0000_0000));
    this.#word(value);
  }

  float8(value: number | null): void {
    if (value === null) return this.null();
    this.#length(8);
    this.#at = this.#buffer.writeDoubleBE(value, this.#at);
  }

  /** @param ms milliseconds since 1970; the column is a timestamptz */
  timestamp(ms: number | null): void {
    if (ms === null) return this.null();
    if (!Number.isSafeInteger(ms)) throw new RangeError('a time in whole milliseconds was expected');
    this.int8((ms - EPOCH_2000) * 1000);
  }

  /** @param cents integer cents; the column is numeric with two decimals */
  cents(cents: number | null): void {
    if (cents === null) return this.null();
    if (!Number.isSafeInteger(cents) || cents < 0)
      throw new RangeError('an amount is a whole number of cents from 0 to 2^53');
    const fraction = (cents % 100) * 100;
    const b = this.#buffer;
    const start = this.#at;
    let at = start + 12;
    let weight = -1;
    let rest = (cents - (cents % 100)) / 100;
    // Base-10000 digits, most significant first; 2^53 cents have four of them before the point.
    for (let power = 1_0000_0000_0000; power >= 1; power /= 1_0000) {
      const digit = Math.floor(rest / power);
      rest -= digit * power;
      if (digit === 0 && weight < 0) continue;
      weight += 1;
      b[at++] = digit >> 8;
      b[at++] = digit;
    }
    if (fraction !== 0) {
      b[at++] = fraction >> 8;
      b[at++] = fraction;
    }
    const digits = (at - start - 12) >> 1;
    this.#numericHead(digits, digits === 0 ? 0 : weight, 2);
    this.#at = at;
  }

  /** @param value text without NUL, which PostgreSQL cannot store: see {@link storable} */
  text(value: string | null): void {
    if (value === null) return this.null();
    const length = value.length;
    this.#need(length * 3 + ROOM);
    const b = this.#buffer;
    const start = this.#at + 4;
    // Ids are short and ASCII, where this loop is quicker than a call out of JavaScript.
    if (length <= 32) {
      let i = 0;
      for (; i < length; i += 1) {
        const code = value.charCodeAt(i);
        if (code > 127) break;
        b[start + i] = code;
      }
      if (i === length) {
        this.#length(length);
        this.#at = start + length;
        return;
      }
    }
    const written = b.write(value, start, 'utf8');
    this.#length(written);
    this.#at = start + written;
  }

  /** @param value text of which the caller knows that it is ASCII, such as a sequence number */
  ascii(value: string): void {
    this.#need(value.length + ROOM);
    this.#length(value.length);
    this.#at += this.#buffer.write(value, this.#at, 'latin1');
  }

  bytes(value: Buffer | null): void {
    if (value === null) return this.null();
    this.#need(value.length + ROOM);
    this.#length(value.length);
    this.#at += value.copy(this.#buffer, this.#at);
  }

  /** @param hex an even number of hexadecimal digits; the column is bytea, or for 16 digits bigint */
  hex(hex: string | null): void {
    if (hex === null) return this.null();
    const bytes = hex.length >> 1;
    this.#length(bytes);
    if (this.#buffer.write(hex, this.#at, 'hex') !== bytes) throw new RangeError('hexadecimal digits were expected');
    this.#at += bytes;
  }

  #length(bytes: number): void {
    this.#word(bytes);
  }

  #word(value: number): void {
    const b = this.#buffer;
    const at = this.#at;
    b[at] = value >>> 24;
    b[at + 1] = value >>> 16;
    b[at + 2] = value >>> 8;
    b[at + 3] = value;
    this.#at = at + 4;
  }

  #numericHead(digits: number, weight: number, scale: number): void {
    const b = this.#buffer;
    this.#length(8 + digits * 2);
    b[this.#at++] = digits >> 8;
    b[this.#at++] = digits;
    b[this.#at++] = weight >> 8;
    b[this.#at++] = weight;
    b[this.#at++] = 0;
    b[this.#at++] = 0;
    b[this.#at++] = 0;
    b[this.#at++] = scale;
  }

  #need(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + bytes));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}

const SIGNATURE = 'PGCOPY\n\xff\r\n\0';
const EPOCH_2000 = 946_684_800_000;
const ROOM = 1024;

/** Text as PostgreSQL can store it: a NUL and half a surrogate pair become U+FFFD. */
export const storable = (text: string): string => text.replaceAll('\0', '\ufffd').toWellFormed();
