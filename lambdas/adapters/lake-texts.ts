import { Column, type EncodedValues, packed, run } from './lake-column.ts';

/** Texts one behind the other, each with its length before it. */
class Texts {
  at = 0;
  #bytes = Buffer.allocUnsafe(64 * 1024);

  /** @returns where it lies */
  add(from: Uint8Array, start: number, length: number): number {
    if (this.at + length + 4 > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.at + length + 4));
      this.#bytes.copy(larger, 0, 0, this.at);
      this.#bytes = larger;
    }
    const bytes = this.#bytes;
    const there = this.at;
    bytes[there] = length;
    bytes[there + 1] = length >>> 8;
    bytes[there + 2] = length >>> 16;
    bytes[there + 3] = length >>> 24;
    // Ids are short: this loop is quicker than a call out of JavaScript.
    if (length <= 64) for (let i = 0; i < length; i += 1) bytes[there + 4 + i] = from[start + i]!;
    else bytes.set(from.subarray(start, start + length), there + 4);
    this.at = there + 4 + length;
    return there;
  }

  has(there: number, from: Uint8Array, start: number, length: number): boolean {
    const bytes = this.#bytes;
    if (bytes.readInt32LE(there) !== length) return false;
    for (let i = 0; i < length; i += 1) if (bytes[there + 4 + i] !== from[start + i]) return false;
    return true;
  }

  text(there: number): Buffer {
    return this.#bytes.subarray(there + 4, there + 4 + this.#bytes.readInt32LE(there));
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.at);
  }
}

/** Texts of which nearly every one is another. */
export class TextColumn extends Column {
  readonly #texts = new Texts();

  protected override put(_n: number, from: Buffer, at: number, length: number): void {
    this.#texts.add(from, at, length);
  }

  protected override encode(): EncodedValues {
    const page = this.#texts.bytes;
    this.#texts.at = 0;
    return { page };
  }
}

const FEWEST_SLOTS = 1024;

/** Texts that recur: each is kept once. */
export class DictionaryColumn extends Column {
  readonly #texts = new Texts();
  /** of each row, which text it has */
  readonly #indexes: Int32Array;
  /** of each text: where it lies, and its hash */
  readonly #places: number[] = [];
  readonly #hashes: number[] = [];
  /** the number of the text plus 1, at its hash or the next free slot behind it */
  #slots = new Int32Array(FEWEST_SLOTS);

  constructor(rows: number) {
    super(rows);
    this.#indexes = new Int32Array(rows);
  }

  protected override put(n: number, from: Buffer, at: number, length: number): void {
    let hash = length;
    for (let i = 0; i < length; i += 1) hash = Math.imul(hash ^ from[at + i]!, 0x01000193);
    // The lower bits, which choose the slot, know little of the first bytes.
    hash ^= hash >>> 15;
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let entry = this.#slots[slot]!; entry > 0; entry = this.#slots[slot]!) {
      if (this.#hashes[entry - 1] === hash && this.#texts.has(this.#places[entry - 1]!, from, at, length)) {
        this.#indexes[n] = entry - 1;
        return;
      }
      slot = (slot + 1) & mask;
    }
    this.#indexes[n] = this.#places.length;
    this.#places.push(this.#texts.add(from, at, length));
    this.#hashes.push(hash);
    this.#slots[slot] = this.#places.length;
    if (this.#places.length * 2 > this.#slots.length) this.#grow();
  }

  protected override encode(count: number): EncodedValues {
    if (count === 0) return { page: new Uint8Array(0) };
    const indexes = this.#indexes.subarray(0, count);
    const values = this.#places.length;
    const bounds = this.#bounds();
    const encoded = values * 2 > count ? { page: this.#plain(indexes) } : this.#byPlace(indexes, values);
    this.#texts.at = 0;
    this.#places.length = 0;
    this.#hashes.length = 0;
    this.#slots.fill(0);
    return { ...encoded, bounds };
  }

  #byPlace(indexes: Int32Array, values: number): EncodedValues {
    const width = Math.max(1, 32 - Math.clz32(values - 1));
    const places = values === 1 ? run(indexes.length, 0) : packed(indexes, width);
    return { page: Buffer.concat([Buffer.of(width), places]), dictionary: { page: this.#texts.bytes, values } };
  }

  #plain(indexes: Int32Array): Uint8Array {
    const all = new Texts();
    for (const index of indexes) {
      const text = this.#texts.text(this.#places[index]!);
      all.add(text, 0, text.length);
    }
    return all.bytes;
  }

  /** Copies: what they are taken from is written over by the next group. */
  #bounds(): [Uint8Array, Uint8Array] {
    let least = this.#texts.text(0);
    let most = least;
    for (const place of this.#places) {
      const text = this.#texts.text(place);
      if (text.compare(least) < 0) least = text;
      else if (text.compare(most) > 0) most = text;
    }
    return [Uint8Array.from(least), Uint8Array.from(most)];
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 4);
    const mask = slots.length - 1;
    for (const [index, hash] of this.#hashes.entries()) {
      let slot = hash & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = index + 1;
    }
    this.#slots = slots;
  }
}
