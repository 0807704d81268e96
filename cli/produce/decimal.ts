/** Plain decimal notation as spreadsheets write it: no exponent, no thousands separator. */
const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?$/;

interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

function parse(text: string): Decimal | null {
  const match = DECIMAL.exec(text);
  if (match === null) return null;
  const [, sign = '', whole = '', fraction = ''] = match;
  if (whole === '' && fraction === '') return null;
  const digits = BigInt(`${whole}${fraction}`);
  return { digits: sign === '-' ? -digits : digits, scale: fraction.length };
}

/**
 * @param text a decimal number, white space around it allowed
 * @param factor what it is multiplied by
 * @returns the product as the shortest JSON number (`"35000.0"` → `35000`), exact to the last digit and never by way
 *   of a binary float; null where `text` is not a decimal number
 */
export function scaleDecimal(text: string, factor: string): string | null {
  const value = parse(text.trim());
  const by = parse(factor);
  if (value === null || by === null) return null;
  const product = value.digits * by.digits;
  const scale = value.scale + by.scale;
  const digits = (product < 0n ? -product : product).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  return `${product < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
