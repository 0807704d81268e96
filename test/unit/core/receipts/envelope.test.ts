import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STREAM_NAMES } from '../../../../core/contract/streams.ts';
import type { LogRecord } from '../../../../core/events/types.ts';
import { EnvelopeError, envelopeLine, parseEnvelopes } from '../../../../core/receipts/envelope.ts';

const SEQ = '49'.padStart(56, '0');

const RECORD: LogRecord = {
  position: { stream: 'credit_applications', shard: 'shardId-000000000000', seq: SEQ },
  arrival: 1_795_219_200_000,
  key: 'u-1',
  data: Buffer.from('{"a":1}'),
  masked: false,
};

const LINE =
  '{"v":1,"stream":"credit_applications","shard":"shardId-000000000000",' +
  `"seq":"${SEQ}","arrival":1795219200000,"key":"u-1","masked":false,"enc":"none","data":"eyJhIjoxfQ=="}\n`;

const logRecord: fc.Arbitrary<LogRecord> = fc.record({
  position: fc.record({
    stream: fc.constantFrom(...STREAM_NAMES),
    shard: fc.constantFrom('shardId-000000000000', 'shardId-000000000001', '7'),
    seq: fc.stringMatching(/^[0-9]{56}$/),
  }),
  arrival: fc.integer({ min: 0, max: 99_999_999_999_999 }),
  key: fc.string({ unit: 'binary', maxLength: 40 }).filter((key) => key.isWellFormed()),
  data: fc.uint8Array({ maxLength: 60 }).map((data) => Buffer.from(data)),
  masked: fc.boolean(),
});

function errorOf(content: string | Buffer): EnvelopeError {
  try {
    parseEnvelopes(Buffer.from(content));
  } catch (error) {
    if (error instanceof EnvelopeError) return error;
    throw error;
  }
  throw new Error('the content was read');
}

describe('envelopes', () => {
  it('are written with their keys in one order', () => {
    expect(envelopeLine(RECORD)).toBe(LINE);
  });

  it('are read as they were written', () => {
    fc.assert(
      fc.property(fc.array(logRecord, { maxLength: 8 }), (records) => {
        const content = records.map(envelopeLine).join('');
        expect(parseEnvelopes(Buffer.from(content))).toEqual(records);
        for (const line of content.split('\n').slice(0, -1))
          expect(JSON.parse(line)).toMatchObject({ v: 1, enc: 'none' });
      }),
      { numRuns: 1_000 },
    );
  });

  it('may be none, and may hold no bytes or odd keys', () => {
    expect(parseEnvelopes(Buffer.alloc(0))).toEqual([]);
    for (const key of ['', '"', '\\', 'a\nb', '\u0000', '{"masked":true', '名', '","masked":true,"enc":"none"']) {
      const record = { ...RECORD, key, data: Buffer.alloc(0) };
      expect(parseEnvelopes(Buffer.from(envelopeLine(record)))).toEqual([record]);
    }
  });

  it('cut short are truncated, with the number of the line', () => {
    const content = LINE.repeat(3);
    for (const length of [1, 100, LINE.length - 1])
      expect(errorOf(content.slice(0, 2 * LINE.length + length))).toMatchObject({ line: 3, kind: 'truncated' });
    expect(errorOf('{').message).toContain('line 1');
  });

  it('that were altered are malformed, with the number of the line', () => {
    const altered = [
      LINE.replace('"v":1', '"v":2'),
      LINE.replace('credit_applications', 'other_stream'),
      LINE.replace('shardId-000000000000', ''),
      LINE.replace('shardId-000000000000', 'shard id'),
      LINE.replace(SEQ, SEQ.slice(1)),
      LINE.replace(SEQ, `0${SEQ}`),
      LINE.replace(SEQ, SEQ.replace('49', 'x9')),
      LINE.replace('1795219200000', ''),
      LINE.replace('1795219200000', '-1'),
      LINE.replace('1795219200000', '1.5'),
      LINE.replace('1795219200000', '01795219200000'),
      LINE.replace('1795219200000', '999999999999999'),
      LINE.replace('"u-1"', 'null'),
      LINE.replace('"u-1"', '"u-1'),
      LINE.replace('"u-1"', '"\\x"'),
      LINE.replace('"u-1"', '"\\u0075-1"'),
      LINE.replace('"u-1"', '"\t"'),
      LINE.replace('"u-1"', '"\\'),
      LINE.replace('false', '"false"'),
      LINE.replace('none', 'aes'),
      LINE.replace(',"enc":"none"', ''),
      LINE.replace('fQ==', 'fQ='),
      LINE.replace('fQ==', 'fR=='),
      LINE.replace('fQ==', 'f==='),
      LINE.replace('fQ==', 'f!=='),
      LINE.replace('eyJh', 'ey_h'),
      LINE.replace('eyJh', 'ey\\n'),
      LINE.replace('eyJh', 'e=Jh'),
      LINE.replace('"}', '"} '),
      LINE.replace('"}', '","x":1}'),
      LINE.replace('{"v"', ' {"v"'),
      LINE.replace('\n', '\r\n'),
      '\n',
      '{}\n',
      'not JSON\n',
    ];
    for (const line of altered) {
      expect(line).not.toBe(LINE);
      expect(errorOf(LINE + line), line).toMatchObject({ line: 2, kind: 'malformed' });
    }
  });

  it('must have a key that is UTF-8', () => {
    const content = Buffer.from(LINE, 'latin1');
    content[content.indexOf('u-1')] = 0xff;
    expect(errorOf(content)).toMatchObject({ line: 1, kind: 'malformed' });
  });

  it('that cannot be read are not repeated in the error', () => {
    const secret = LINE.replace('"u-1"', '"canary-1').replace('none', 'canary-2');
    expect(errorOf(secret).message).not.toContain('canary');
  });

  it('survive no change of a single byte unnoticed but in what a record may hold', () => {
    fc.assert(
      fc.property(logRecord, fc.nat(), fc.integer({ min: 0, max: 255 }), (record, place, byte) => {
        const content = Buffer.from(envelopeLine(record));
        const at = place % content.length;
        fc.pre(content[at] !== byte);
        content[at] = byte;
        let read: LogRecord[] = [];
        try {
          read = parseEnvelopes(content);
        } catch (error) {
          expect(error).toBeInstanceOf(EnvelopeError);
          return;
        }
        expect(read).not.toEqual([record]);
        expect(read.map(envelopeLine).join('')).toBe(content.toString());
      }),
      { numRuns: 3_000 },
    );
  });
});
