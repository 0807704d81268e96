import { describe, expect, it } from 'vitest';
import { MOST_RECORD_BYTES, MOST_RECORDS } from '../../../../core/contract/put-records.ts';
import { put } from '../../../../lambdas/put-records/put.ts';
import { readRequest, RequestError } from '../../../../lambdas/put-records/request.ts';

const record = (data: Buffer, key = 'u1') => ({ key, data: data.toString('base64') });
const SECRET = 'Alice Example';
const one = record(Buffer.from(`{"name":"${SECRET}"}`));
const request = (more: object = {}) => ({ stream: 'credit_applications', records: [one], ...more });

describe('a request to put records', () => {
  it('is read byte for byte, records of no bytes too', () => {
    const data = [Buffer.from([0, 255, 10]), Buffer.alloc(0), Buffer.alloc(MOST_RECORD_BYTES, 7)];
    const { stream, records } = readRequest(request({ records: data.map((each) => record(each)) }));
    expect(stream).toBe('credit_applications');
    expect(records.map((each) => each.data.equals(data.shift()!))).toEqual([true, true, true]);
  });

  it.each([
    ['nothing', null, /the event:/],
    ['a topic that is no stream', request({ stream: '__consumer_offsets' }), /: stream: /],
    ['no records', request({ records: [] }), /: records: /],
    ['too many records', request({ records: Array.from({ length: MOST_RECORDS + 1 }, () => one) }), /: records: .*500/],
    ['a record without a key', request({ records: [one, { ...one, key: '' }] }), /: records\.1\.key: /],
    [
      'a key that Kinesis would not take',
      request({ records: [record(Buffer.alloc(1), 'k'.repeat(257))] }),
      /\.key: .*256/,
    ],
    ['bytes that are no base64', request({ records: [{ key: 'u1', data: SECRET }] }), /records\.0\.data: not base64/],
    ['members that are not known', request({ records: [{ ...one, [SECRET]: 1 }] }), /records\.0: it has a member/],
  ])('is refused with %s; the place is named, and no value', (_what, event, told) => {
    expect(() => readRequest(event)).toThrow(RequestError);
    expect(() => readRequest(event)).toThrow(told);
    try {
      readRequest(event);
    } catch (error) {
      expect((error as Error).message).not.toContain(SECRET);
    }
  });

  it('with nothing but records that Kinesis would refuse asks no broker', async () => {
    const records = [record(Buffer.alloc(MOST_RECORD_BYTES + 1))];
    const nowhere = { bootstrapBrokers: ['127.0.0.1:1'] };
    expect(await put(nowhere, readRequest(request({ records })))).toEqual([{ refused: 'more than 1,048,576 bytes' }]);
  });
});
