import * as fc from 'fast-check';
import { luhn } from './card-oracle.ts';

/** A number that counts as a card, of any network and length. */
export const cardNumber: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('4', '51', '55', '2221', '2720', '34', '37', '6011', '65'),
    fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 18, maxLength: 18 }),
    fc.integer({ min: 13, max: 19 }),
  )
  .map(([prefix, digits, length]) => {
    const body = (prefix + digits.join('')).slice(0, length - 1);
    for (let check = 0; check < 10; check++) if (luhn(body + check)) return body + check;
    throw new Error('one of ten check digits is right');
  });

const separated: fc.Arbitrary<string> = fc
  .tuple(cardNumber, fc.array(fc.constantFrom('', '', '', ' ', '-', '  ', '.'), { minLength: 19, maxLength: 19 }))
  .map(([digits, gaps]) => [...digits].map((digit, i) => digit + (i < digits.length - 1 ? gaps[i] : '')).join(''));

/** Texts in which cards, near cards, separators and points lie close together. */
export const digitText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      cardNumber,
      separated,
      fc.stringMatching(/^[0-9]{1,8}$/),
      fc.constantFrom(' ', '-', '.', 'x', '*', '/', ',', 'é', '１', '1', '4'),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

/** Source text of a JSON number, often a card in one of its spellings. */
export const numberSource: fc.Arbitrary<string> = fc.oneof(
  cardNumber,
  fc
    .tuple(cardNumber, fc.integer({ min: 1, max: 22 }), fc.constantFrom('e', 'E', 'e+', 'E+'), fc.boolean())
    .map(([digits, point, e, negative]) => {
      const at = Math.min(point, digits.length - 1);
      const shifted = `${digits.slice(0, at)}.${digits.slice(at)}${e}${digits.length - at}`;
      return negative ? `-${shifted}` : shifted;
    }),
  fc.tuple(cardNumber, fc.integer({ min: 1, max: 22 })).map(([digits, n]) => `${digits}${'0'.repeat(n)}e-${n}`),
  fc.tuple(cardNumber, fc.stringMatching(/^[0-9]{1,20}$/)).map(([digits, fraction]) => `${digits}.${fraction}`),
  fc
    .tuple(cardNumber, fc.integer({ min: 0, max: 6 }))
    .map(([digits, n]) => `0.${'0'.repeat(n)}${digits}e${digits.length + n}`),
  fc.tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: -3, max: 22 })).map(([m, e]) => `${m / 10}e${e}`),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
);

/** A JSON string literal for a text, with any of its characters written as an escape. */
export const literal = (text: string, escape: (at: number) => boolean): string => {
  const body = Array.from({ length: text.length }, (_, at) => {
    const unit = text.charCodeAt(at);
    if (escape(at)) return `\\u${unit.toString(16).padStart(4, '0')}`;
    return JSON.stringify(text[at]).slice(1, -1);
  });
  return `"${body.join('')}"`;
};

const stringSource: fc.Arbitrary<string> = fc
  .tuple(digitText, fc.infiniteStream(fc.integer({ min: 0, max: 5 })))
  .map(([text, dice]) => {
    const iterator = dice[Symbol.iterator]();
    return literal(text, () => iterator.next().value === 0);
  });

/** JSON source text with card-like values at any depth, equal keys, white space. */
export const jsonSource: fc.Arbitrary<string> = fc.letrec<{ value: string; object: string; array: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    stringSource,
    numberSource,
    fc.constantFrom('true', 'null', '""', '0'),
    tie('object'),
    tie('array'),
  ),
  array: fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(', ')}]`),
  object: fc
    .array(
      fc.tuple(
        fc.oneof(fc.constantFrom('"a"', '"b"', '"timestamp"', '"times\\u0074amp"'), stringSource),
        fc.constantFrom(':', ' : ', '\n:\t'),
        tie('value'),
      ),
      { maxLength: 4 },
    )
    .map((members) => `{${members.map((member) => member.join('')).join(',')}}`),
})).object;
