import { describe, expect, it } from 'vitest';
import { loadMapping, parseMapping, shippedMappings } from '../../../../cli/produce/mapping.ts';
import { scratch } from '../scratch.ts';

const dir = scratch();
const fields = (text: string): string => `{\n"stream": "credit_applications",\n"fields": {\n${text}\n}}`;
const REQUIRED =
  '"application_id": {"rowNumber": true}, "user_id": {"rowNumber": true}, "loan_amount": {"column": "a"}, "timestamp": {"column": "t"},' +
  '\n"credit_score": {"column": "fico", "type": "number"}';
const activity = (text: string): string =>
  `{"stream": "account_activity", "fields": {"user_id": {"column": "u"}, "timestamp": {"column": "t"}, ${text}}}`;

describe('mapping', () => {
  it('ships mappings that load', () => {
    expect(shippedMappings()).toContain('loan-applications');
    for (const name of shippedMappings())
      expect(loadMapping(name).stream).toMatch(/^(credit_applications|account_activity)$/);
  });

  it('is read from a file as well, and knows its lines', () => {
    const mapping = loadMapping(dir.write('m.json', fields(REQUIRED)));
    expect(mapping.fields['credit_score']).toEqual({ column: 'fico', type: 'number', trim: true });
    expect(mapping.lines).toEqual({ application_id: 4, user_id: 4, loan_amount: 4, timestamp: 4, credit_score: 5 });
  });

  it.each([
    [
      'a field that no application has',
      fields(`${REQUIRED},\n"anual_income": {"column": "x"}`),
      /anual_income \(line 6\): credit_applications has no such field; did you mean annual_income\?/,
    ],
    [
      'a misspelt required field',
      fields(REQUIRED.replace('"loan_amount"', '"loan_amnt"')),
      /loan_amnt .*did you mean loan_amount\?.*loan_amount: required, and not mapped/s,
    ],
    [
      'required fields that are missing',
      fields('"user_id": {"rowNumber": true}'),
      /fields: application_id, credit_score, loan_amount, timestamp: required/,
    ],
    ['a transaction without its amount', activity('"transaction_id": {"rowNumber": true}'), /fields: amount: required/],
    [
      'a loan outcome without what it is about',
      activity('"type": {"constant": "loan_outcome"}'),
      /fields: application_id, defaulted: required/,
    ],
    ['an unknown type', activity('"type": {"constant": "loan"}'), /type: must be one of transaction, /],
  ])('refuses %s', (_name, text, message) => {
    const load = (): unknown => loadMapping(dir.write('m.json', text));
    expect(load).toThrow(message);
    expect(load).toThrow(expect.objectContaining({ hint: expect.stringContaining('--describe --stream') as string }));
  });

  it.each([
    [
      'a date without its form',
      '{"column": "d", "type": "date"}',
      /timestamp.form \(line 3\): "type": "date" and "form"/,
    ],
    ['a form of a text', '{"column": "d", "form": "YYYY-MM-DD"}', /"type": "date" and "form" go together/],
    [
      'a form without a year',
      '{"column": "d", "type": "date", "form": "DD.MM.YY"}',
      /form .*: expected YYYY, MM and DD/,
    ],
    ['an hour without its minute', '{"column": "d", "type": "date", "form": "YYYY-MM-DD HH"}', /expected YYYY/],
    ['a part given twice', '{"column": "d", "type": "date", "form": "DD.DD.MM.YYYY"}', /expected YYYY/],
    [
      'an offset of words',
      '{"column": "d", "type": "date", "form": "YYYYMMDD", "offset": "CET"}',
      /expected Z or ±HH:MM/,
    ],
    ['an offset of a number', '{"column": "d", "type": "number", "offset": "Z"}', /offset needs "type": "date"/],
  ])('refuses %s', (_name, field, message) => {
    expect(() => parseMapping(`{"stream": "credit_applications",\n"fields": {\n"timestamp": ${field}}}`, 'm')).toThrow(
      message,
    );
  });

  it.each([
    ['payments', activity('"type": {"constant": "payment_made"}')],
    ['activity whose type stands in a column', activity('"type": {"column": "kind"}')],
  ])('takes %s', (_name, text) => {
    expect(loadMapping(dir.write('m.json', text)).stream).toBe('account_activity');
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
