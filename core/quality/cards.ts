/**
 * What counts as a card number (DOMAIN §2, stage 3).
 *
 * A *stretch* is digits with single spaces or dashes between them. It counts if the whole of it, or a part that begins
 * and ends at a separator or at its ends, has 13–19 digits, a network's prefix and a valid Luhn sum. Digits right after
 * a decimal point (a point with a digit before it) belong to no stretch.
 */

export const MIN_CARD_DIGITS = 13;
export const MAX_CARD_DIGITS = 19;
/** How many digits a mask leaves readable. */
export const KEPT_AT_START = 6;
export const KEPT_AT_END = 4;

const ZERO = 0x30;
const NINE = 0x39;
const SPACE = 0x20;
const DASH = 0x2d;
const POINT = 0x2e;

/** Flags of a digit within a stretch. */
const STARTS = 1;
const ENDS = 2;
const HIDDEN = 4;

type Digits = readonly number[];

/** First and last digit of a part of a stretch. */
type Part = readonly [from: number, to: number];

/** 4; 51–55; 2221–2720; 34, 37; 6011, 65 */
function hasNetworkPrefix(digits: Digits, from: number): boolean {
  const two = digits[from]! * 10 + digits[from + 1]!;
  if (two >= 40 && two <= 49) return true;
  if (two >= 51 && two <= 55) return true;
  if (two === 34 || two === 37 || two === 65) return true;
  const four = two * 100 + digits[from + 2]! * 10 + digits[from + 3]!;
  return four === 6011 || (four >= 2221 && four <= 2720);
}

/** Sum of the digits of twice a digit. */
const DOUBLED = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9] as const;

function passesLuhn(digits: Digits, from: number, to: number): boolean {
  let sum = 0;
  for (let i = to; i >= from; i -= 2) sum += digits[i]!;
  for (let i = to - 1; i >= from; i -= 2) sum += DOUBLED[digits[i]!]!;
  return sum % 10 === 0;
}

/** Whether digits[from..to], both included, are a card number. */
export function isCard(digits: Digits, from: number, to: number): boolean {
  const length = to - from + 1;
  if (length < MIN_CARD_DIGITS || length > MAX_CARD_DIGITS) return false;
  return hasNetworkPrefix(digits, from) && passesLuhn(digits, from, to);
}

/**
 * Finds the card numbers in a text that is fed character by character, and tells which digits to hide.
 *
 * A mask cuts a stretch in two, and the pieces have ends of their own: they are judged again until nothing counts, so
 * that masking a masked text changes nothing. Each new end costs at most 19 steps, so the whole stays linear.
 */
export class CardFinder {
  readonly #hide: (at: number) => void;
  #found = false;
  /** the stretch so far: value, place and flags of each digit */
  #digits: number[] = [];
  #places: number[] = [];
  #flags: number[] = [];
  #separated = false;
  #afterDigit = false;
  #afterPoint = false;

  /** @param hide called with the place of each digit that a mask covers */
  constructor(hide: (at: number) => void) {
    this.#hide = hide;
  }

  /** Whether any card number was found; call {@link end} first. */
  get found(): boolean {
    return this.#found;
  }

  /**
   * @param code the next character, or a byte of it: only ASCII digits, space, dash and point mean anything
   * @param place where it stands; handed back when the digit is to be hidden
   */
  next(code: number, place: number): void {
    if (code >= ZERO && code <= NINE) {
      this.#afterDigit = true;
      if (!this.#afterPoint) this.#add(code - ZERO, place);
      return;
    }
    const separator = code === SPACE || code === DASH;
    if (separator && this.#afterDigit && !this.#afterPoint) this.#separated = true;
    else this.#close();
    this.#afterPoint = code === POINT && this.#afterDigit;
    this.#afterDigit = false;
  }

  /** The text ends: the next character belongs to another value. */
  end(): void {
    this.#close();
    this.#afterDigit = false;
    this.#afterPoint = false;
  }

  #close(): void {
    if (this.#digits.length >= MIN_CARD_DIGITS) this.#judge();
    if (this.#digits.length > 0) {
      this.#digits = [];
      this.#places = [];
      this.#flags = [];
    }
    this.#separated = false;
  }

  #add(digit: number, place: number): void {
    const count = this.#digits.length;
    if (count === 0) this.#flags.push(STARTS);
    else if (this.#separated) {
      this.#flags[count - 1]! |= ENDS;
      this.#flags.push(STARTS);
    } else this.#flags.push(0);
    this.#separated = false;
    this.#digits.push(digit);
    this.#places.push(place);
  }

  #judge(): void {
    const flags = this.#flags;
    flags[flags.length - 1]! |= ENDS;
    let starts: number[] = [];
    for (let i = 0; i < flags.length; i++) if (flags[i]! & STARTS) starts.push(i);
    let ends: number[] = [];
    while (starts.length > 0 || ends.length > 0) {
      const cards: Part[] = [];
      for (const at of starts) this.#collectFrom(at, cards);
      for (const at of ends) this.#collectUpTo(at, cards);
      for (const [from, to] of cards) this.#cover(from, to);
      starts = [];
      ends = [];
      for (const [from, to] of cards) {
        if (this.#mark(from + KEPT_AT_START - 1, ENDS)) ends.push(from + KEPT_AT_START - 1);
        if (this.#mark(to - KEPT_AT_END + 1, STARTS)) starts.push(to - KEPT_AT_END + 1);
      }
    }
  }

  #collectFrom(from: number, cards: Part[]): void {
    const last = Math.min(from + MAX_CARD_DIGITS, this.#digits.length) - 1;
    for (let to = from; to <= last; to++) {
      const flags = this.#flags[to]!;
      if (flags & HIDDEN) return;
      if (flags & ENDS && isCard(this.#digits, from, to)) cards.push([from, to]);
    }
  }

  #collectUpTo(to: number, cards: Part[]): void {
    const first = Math.max(to - MAX_CARD_DIGITS, -1) + 1;
    for (let from = to; from >= first; from--) {
      const flags = this.#flags[from]!;
      if (flags & HIDDEN) return;
      if (flags & STARTS && isCard(this.#digits, from, to)) cards.push([from, to]);
    }
  }

  #cover(from: number, to: number): void {
    this.#found = true;
    for (let i = from + KEPT_AT_START; i <= to - KEPT_AT_END; i++) {
      if (this.#flags[i]! & HIDDEN) continue;
      this.#flags[i]! |= HIDDEN;
      this.#hide(this.#places[i]!);
    }
  }

  /** @returns whether the flag is new, on a digit that is still to be seen */
  #mark(at: number, flag: number): boolean {
    if (this.#flags[at]! & (flag | HIDDEN)) return false;
    this.#flags[at]! |= flag;
    return true;
  }
}

const PERHAPS_CARD = /(?:\d[ -]?){13}/;

/** The text with the middle digits of every card number in it replaced by `*`; same length. */
export function maskText(text: string): string {
  if (text.length < MIN_CARD_DIGITS || !PERHAPS_CARD.test(text)) return text;
  const hidden = new Set<number>();
  const finder = new CardFinder((at) => hidden.add(at));
  for (let i = 0; i < text.length; i++) finder.next(text.charCodeAt(i), i);
  finder.end();
  if (hidden.size === 0) return text;
  let masked = '';
  for (let i = 0; i < text.length; i++) masked += hidden.has(i) ? '*' : text[i];
  return masked;
}
