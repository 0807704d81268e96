import { describe, expect, it } from 'vitest';
import { ndjsonBatches } from '../../../../cli/produce/ndjson.ts';
import type { Problem } from '../../../../cli/produce/source.ts';
import { collect, scratch, texts } from '../scratch.ts';

const dir = scratch();

const read = async (content: string | Buffer, longest?: number) => {
  const problems: Problem[] = [];
  const file = dir.write('in.ndjson', content);
  const entries = await collect(ndjsonBatches(file, 'credit_applications', (p) => problems.push(p), longest));
  return { entries, problems };
};

describe('ndjsonBatches', () => {
  it('sends each line without its newline, whatever it holds', async () => {
    const { entries, problems } = await read('{"a":1}\nnot json\n  {"b" : 2}  \n');
    expect(texts(entries)).toEqual(['{"a":1}', 'not json', '  {"b" : 2}  ']);
    expect(entries.map((entry) => entry.line)).toEqual([1, 2, 3]);
    expect(problems).toEqual([]);
  });

  it('keeps bytes that are not UTF-8', async () => {
    const { entries } = await read(Buffer.from([0xff, 0x00, 0x0a, 0xc3, 0x28, 0x0a]));
    expect(entries.map((entry) => [...entry.data])).toEqual([
      [0xff, 0x00],
      [0xc3, 0x28],
    ]);
  });

  it('counts a last line without a newline', async () => {
    expect(texts((await read('one\ntwo')).entries)).toEqual(['one', 'two']);
  });

  it('leaves a carriage return to the record', async () => {
    expect(texts((await read('one\r\ntwo\r\n')).entries)).toEqual(['one\r', 'two\r']);
  });

  it('sends an empty line as an empty record, but nothing for the end of the file', async () => {
    expect(texts((await read('one\n\ntwo\n')).entries)).toEqual(['one', '', 'two']);
    expect(texts((await read('')).entries)).toEqual([]);
  });

  it('joins a line that spans many reads', async () => {
    const long = 'x'.repeat(900_000);
    expect(texts((await read(`a\n${long}\nb`)).entries)).toEqual(['a', long, 'b']);
  });

  it('names a line that no stream could take, and sends the others', async () => {
    const { entries, problems } = await read(`a\n${'x'.repeat(600_000)}\nb\n${'y'.repeat(11)}`, 10);
    expect(texts(entries)).toEqual(['a', 'b']);
    expect(problems.map((problem) => problem.line)).toEqual([2, 4]);
    expect(problems[0]?.reason).toContain('10 bytes');
  });
});
