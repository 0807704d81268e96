/** DOMAIN's words on cards, written down as plainly and slowly as can be: what the fast search is compared with. */

export function luhn(digits: string): boolean {
  const sum = [...digits].toReversed().reduce((total, digit, i) => {
    const value = Number(digit) * (i % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

export const isCardNumber = (digits: string): boolean =>
  /^(?:4|5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720|34|37|6011|65)/.test(digits) &&
  /^\d{13,19}$/.test(digits) &&
  luhn(digits);

/** Places of the digits that masks cover in one pass over a text; null where there is no card number. */
function covered(text: string): Set<number> | null {
  const places = new Set<number>();
  let found = false;
  const withoutFractions = text.replace(/(?<=\d\.)\d+/g, (digits) => '.'.repeat(digits.length));
  for (const stretch of withoutFractions.matchAll(/\d(?:[ -]?\d)*/g)) {
    const segments = [...stretch[0].matchAll(/\d+/g)];
    for (let first = 0; first < segments.length; first++)
      for (let last = first; last < segments.length; last++) {
        const from = stretch.index + segments[first]!.index;
        const to = stretch.index + segments[last]!.index + segments[last]![0].length;
        const digits = [...text.slice(from, to).matchAll(/\d/g)].map((digit) => from + digit.index);
        if (!isCardNumber(digits.map((at) => text[at]).join(''))) continue;
        found = true;
        for (const at of digits.slice(6, -4)) places.add(at);
      }
  }
  return found ? places : null;
}

/** Masks pass after pass, until nothing counts. */
export function maskSlowly(text: string): string {
  const places = covered(text);
  if (places === null) return text;
  return maskSlowly([...text].map((char, at) => (places.has(at) ? '*' : char)).join(''));
}

/** Whether a JSON number is a card number, from its source text and exact arithmetic. */
export function isCardValue(source: string): boolean {
  const [, whole = '', fraction = '', exponent = '0'] = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source) ?? [];
  const shift = Number(exponent) - fraction.length;
  if (Math.abs(shift) > 1000) return false;
  const mantissa = BigInt(whole + fraction);
  if (shift >= 0) return isCardNumber(String(mantissa * 10n ** BigInt(shift)));
  const unit = 10n ** BigInt(-shift);
  if (mantissa % unit === 0n) return isCardNumber(String(mantissa / unit));
  const read = Math.abs(Number(source));
  return Number.isInteger(read) && isCardNumber(String(BigInt(read)));
}
