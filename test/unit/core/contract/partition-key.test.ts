import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partitionKey } from '../../../../core/contract/partition-key.ts';
import { inspected, PLAIN } from '../events/records.ts';

const sha256 = (data: Buffer): string => createHash('sha256').update(data).digest('hex');
const keyOf = (content: unknown): string => partitionKey(Buffer.from(JSON.stringify(content)));

describe('partitionKey', () => {
  it('is the normalised user_id, so that every spelling of a customer goes one way', () => {
    for (const user_id of [42, '42', ' 42 ', 42.0]) expect(keyOf({ user_id })).toBe('42');
    expect(partitionKey(Buffer.from('{"user_id":1,"x":[],"user_id":4.2e1}'))).toBe('42');
  });

  it('does not ask whether the record is otherwise good', () => {
    expect(keyOf({ user_id: 'u-1', credit_score: 'x', pad: 'x'.repeat(300_000) })).toBe('u-1');
  });

  it('is a hash of the bytes where no user_id can be read', () => {
    const unreadable = ['', '{', '[]', 'null', '{}', '{"user_id":null}', '{"user_id":" "}', '{"user_id":1.5}'];
    for (const text of [
      ...unreadable,
      `{"user_id":"${'u'.repeat(129)}"}`,
      '{"user_id":"\\u0000"}',
      '\ufeff{"user_id":1}',
    ])
      expect(partitionKey(Buffer.from(text))).toBe(sha256(Buffer.from(text)));
    const broken = Buffer.from([...Buffer.from('{"user_id":"u'), 0xff, ...Buffer.from('"}')]);
    expect(partitionKey(broken)).toBe(sha256(broken));
  });

  it('is what the inspection takes for the customer, and fits Kinesis', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.jsonValue()), (user_id) => {
        const data = Buffer.from(JSON.stringify({ ...PLAIN, user_id }));
        const key = partitionKey(data);
        expect(key.length).toBeGreaterThan(0);
        expect(key.length).toBeLessThanOrEqual(256);
        const inspection = inspected(data);
        expect(key).toBe(inspection.kind === 'application' ? inspection.application.user_id : sha256(data));
      }),
    );
  });
});
