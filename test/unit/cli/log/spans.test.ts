import { describe, expect, it } from 'vitest';
import { groups, parseKey, type Span } from '../../../../cli/log/spans.ts';
import { canonicalSeq } from '../../../../core/contract/position.ts';
import { objectKey } from '../../../../core/contract/storage.ts';
import type { StreamName } from '../../../../core/contract/streams.ts';

const seq = (n: number): string => canonicalSeq(String(n));
const span = (
  shard: string,
  first: number,
  last: number,
  stream: StreamName = 'credit_applications',
  prefix: 'log' | 'receipts' = 'log',
): Span => ({
  key: `${prefix}-${stream}-${shard}-${first}`,
  prefix,
  stream,
  shard,
  first: seq(first),
  last: seq(last),
});

describe('parseKey', () => {
  it('reads back what objectKey writes', () => {
    const wanted = {
      prefix: 'receipts',
      stream: 'account_activity',
      shard: 'shardId-000000000001',
      first: seq(7),
      last: seq(9),
    } as const;
    const key = objectKey({ ...wanted, arrival: Date.UTC(2026, 0, 2, 3), digest: 'ab'.repeat(32) });
    expect(parseKey(key)).toEqual({ key, ...wanted });
  });

  it.each([
    'log/',
    'log/loans/dt=2026-01-01/hr=00/x.ndjson.gz',
    'documents/policies/x.json',
    'log/credit_applications/notes.txt',
  ])('knows that %s is none', (key) => expect(parseKey(key)).toBeNull());
});

describe('groups', () => {
  it('separates shards that were open together, and the streams', () => {
    const made = groups([
      span('a', 1, 9),
      span('b', 2, 8),
      span('b', 3, 8, 'credit_applications', 'receipts'),
      span('a', 1, 9, 'account_activity'),
    ]);
    expect(made.map((group) => [group.stream, group.shards, group.log.length, group.receipts.length])).toEqual([
      ['credit_applications', ['a'], 1, 0],
      ['credit_applications', ['b'], 1, 1],
      ['account_activity', ['a'], 1, 0],
    ]);
  });

  it('keeps a shard together with those it was split into', () => {
    const made = groups([span('parent', 1, 9), span('child1', 10, 20), span('child2', 11, 19), span('other', 1, 20)]);
    expect(made.map((group) => group.shards)).toEqual([['child1', 'child2', 'parent'], ['other']]);
  });
});
