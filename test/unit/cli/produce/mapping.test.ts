import { describe, expect, it } from 'vitest';
import { loadMapping, parseMapping, shippedMappings } from '../../../../cli/produce/mapping.ts';
import { scratch } from '../scratch.ts';

const dir = scratch();
const fields = (text: string): string => `{\n"stream": "credit_applications",\n"fields": {\n${text}\n}}`;

describe('mapping', () => {
  it('ships mappings that load', () => {
    expect(shippedMappings()).toContain('loan-applications');
    for (const name of shippedMappings())
      expect(loadMapping(name).stream).toMatch(/^(credit_applications|account_activity)$/);
  });

  it('is read from a file as well, and knows its lines', () => {
    const file = dir.write(
      'm.json',
      fields('"application_id": {"rowNumber": true},\n"credit_score": {"column": "fico", "type": "number"}'),
    );
    const mapping = loadMapping(file);
    expect(mapping.fields['credit_score']).toEqual({ column: 'fico', type: 'number', trim: true });
    expect(mapping.lines).toEqual({ application_id: 4, credit_score: 5 });
  });

  it.each([
    ['no such file', () => loadMapping('nowhere'), /--mapping nowhere.*neither/],
    ['not JSON', () => parseMapping('{', 'm.json'), /m\.json is not JSON/],
    ['no stream', () => parseMapping('{"fields":{"a":{"constant":1}}}', 'm.json'), /stream/],
    [
      'an unknown stream',
      () => parseMapping('{"stream":"loans","fields":{"a":{"constant":1}}}', 'm.json'),
      /stream.*credit_applications/s,
    ],
    ['no fields', () => parseMapping(fields(''), 'm.json'), /fields: names no field/],
    [
      'an unknown key',
      () => parseMapping(fields('"a": {"constant": 1},\n"b": {"column": "x", "colour": 1}'), 'm.json'),
      /fields\.b \(line 5\): .*colour/,
    ],
    [
      'an unknown type',
      () => parseMapping(fields('"b": {"column": "x", "type": "money"}'), 'm.json'),
      /fields\.b\.type \(line 4\)/,
    ],
    [
      'a scale without a number',
      () => parseMapping(fields('"b": {"column": "x", "scale": 2}'), 'm.json'),
      /scale needs "type": "number"/,
    ],
    [
      'a scale with an exponent',
      () => parseMapping(fields('"b": {"column": "x", "type": "number", "scale": "1e3"}'), 'm.json'),
      /without exponent/,
    ],
    [
      'map and type',
      () => parseMapping(fields('"b": {"column": "x", "type": "number", "map": {"Yes": true}}'), 'm.json'),
      /leave out type/,
    ],
  ])('refuses %s, saying where', (_name, load, message) => {
    expect(load).toThrow(message);
  });
});
