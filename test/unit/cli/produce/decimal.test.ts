import { describe, expect, it } from 'vitest';
import { scaleDecimal } from '../../../../cli/produce/decimal.ts';

describe('scaleDecimal', () => {
  it.each([
    ['35000.0', '1', '35000'],
    ['16.02', '1', '16.02'],
    [' 3 ', '12', '36'],
    ['0.1189', '100', '11.89'],
    ['1.1', '1.1', '1.21'],
    ['-0.50', '1', '-0.5'],
    ['+7', '1', '7'],
    ['.5', '1', '0.5'],
    ['5.', '1', '5'],
    ['0', '100', '0'],
    ['007', '1', '7'],
    ['12345678901234567890.12', '10', '123456789012345678901.2'],
  ])('%s × %s = %s', (text, factor, product) => {
    expect(scaleDecimal(text, factor)).toBe(product);
  });

  it.each(['', '.', '-', '1e3', '1,000', '12 000', '0x10', 'NaN', '١'])('leaves %j alone', (text) => {
    expect(scaleDecimal(text, '1')).toBeNull();
  });
});
