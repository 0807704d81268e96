import { describe, expect, it } from 'vitest';
import { partitionOf } from '../../../../lambdas/adapters/kafka-writer.ts';

/** Of Kafka's own tests of its Java client (UtilsTest.testMurmur2): what each text hashes to. */
const HASHES: readonly (readonly [string, number])[] = [
  ['21', -973_932_308],
  ['foobar', -790_332_482],
  ['a-little-bit-long-string', -985_981_536],
  ['a-little-bit-longer-string', -1_486_304_829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58_897_971],
  ['abc', 479_470_107],
];

describe('the partition of a key', () => {
  it.each(HASHES)('%s: is where Java clients put it, whatever the number of partitions', (key, hash) => {
    // As org.apache.kafka.clients.producer.internals.BuiltInPartitioner: the sign is left out, not the number negated.
    for (const partitions of [1, 2, 3, 7, 12, 100])
      expect(partitionOf(key, partitions)).toBe((hash & 0x7f_ff_ff_ff) % partitions);
  });
});
