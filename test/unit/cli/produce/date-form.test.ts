import { describe, expect, it } from 'vitest';
import { dateReader } from '../../../../cli/produce/date-form.ts';

describe('dateReader', () => {
  it.each([
    ['YYYY-MM-DD', 'Z', '2026-03-31', '2026-03-31T00:00Z'],
    ['MM/DD/YYYY', 'Z', '3/1/2026', '2026-03-01T00:00Z'],
    ['YYYYMMDD', 'Z', '20260331', '2026-03-31T00:00Z'],
    ['DD.MM.YYYY HH:MM', '+01:00', '31.03.2026 9:05', '2026-03-31T09:05+01:00'],
    ['HH:MM DD/MM/YYYY', 'Z', '14:00 31/03/2026', '2026-03-31T14:00Z'],
    ['YYYYMMDDHHMMSS', 'Z', '20260331140509', '2026-03-31T14:05:09Z'],
    ['YYYY-MM-DDTHH:MM:SS.000', '-05:00', '2026-03-31T14:05:09.000', '2026-03-31T14:05:09-05:00'],
  ])('reads %s at %s', (form, offset, text, timestamp) => {
    expect(dateReader(form, offset)?.(text)).toBe(timestamp);
  });

  it.each([
    ['YYYY-MM-DD', '2026-03-31 12:00'],
    ['YYYY-MM-DD', '31.03.2026'],
    ['DD.MM.YYYY', '31a03b2026'],
    ['YYYYMMDD', '2026331'],
    ['MM/DD/YYYY', '3/31/26'],
  ])('leaves to the checks what is not %s: %s', (form, text) => {
    expect(dateReader(form)?.(text)).toBeNull();
  });

  it('leaves to the checks whether there is such a day', () => {
    expect(dateReader('DD.MM.YYYY')?.('31.02.2026')).toBe('2026-02-31T00:00Z');
  });
});
