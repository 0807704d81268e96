import { describe, expect, it } from 'vitest';
import { NoPolicyInForce } from '../../../../core/policy/errors.ts';
import { parsePolicy } from '../../../../core/policy/policy.ts';
import {
  Policies,
  policyKey,
  publishFirst,
  publishPolicy,
  readPolicies,
} from '../../../../lambdas/adapters/documents.ts';
import { createLogger } from '../../../../lambdas/runtime/logger.ts';
import type { Meter } from '../../../../lambdas/runtime/metrics.ts';
import { MemoryBucket } from '../../../support/memory-s3.ts';
import { ENVIRONMENT } from '../../../support/stream-parts.ts';
import { changed, shipped } from '../../core/policy/documents.ts';

const NOW = Date.UTC(2026, 5, 1, 12);
const MINUTE = 60_000;

/** Counts by name: what an alarm would see. */
function watched() {
  const counted: Record<string, number> = {};
  const meter: Meter = {
    count: (name, value = 1) => void (counted[name] = (counted[name] ?? 0) + value),
    seconds: () => {},
    flush: () => {},
  };
  return { counted, logger: createLogger({ ...ENVIRONMENT, POWERTOOLS_LOG_LEVEL: 'SILENT' }), meter };
}

const later = changed((document) => {
  document.version = '1.1.0';
  document.effective_from = new Date(NOW + 20 * MINUTE).toISOString();
});
const BROKEN = [
  ['cut short', (text: string) => text.slice(0, text.length / 2)],
  ['of a wrong type', (text: string) => text.replace('"reject_below": 500', '"reject_below": "500"')],
  ['with an operator that nobody knows', (text: string) => text.replace('{ "lt":', '{ "below":')],
] as const;

describe('a broken policy document', () => {
  it.each(BROKEN)('%s never replaces a good one: it decides nothing and is counted', async (_what, breaking) => {
    const bucket = new MemoryBucket();
    const objects = bucket.objects();
    await publishPolicy(objects, shipped('default'), NOW);
    const policies = new Policies(objects, watched());
    const good = await policies.current(NOW);
    bucket.content.set(
      'documents/policies/20260601T130000Z-0123456789abcdef.json',
      Buffer.from(breaking(shipped('default'))),
    );

    const { counted, ...around } = watched();
    // A function that was there before it, and one that starts only now.
    for (const book of [await policies.current(NOW + 2 * MINUTE), await new Policies(objects, around).current(NOW)])
      expect(book.inForce(NOW + 90 * MINUTE).digest).toBe(good.inForce(NOW).digest);
    expect(counted).toEqual({ BrokenPolicies: 1 });
  });

  it('is an error where there is no good one', async () => {
    const bucket = new MemoryBucket();
    bucket.content.set('documents/policies/x.json', Buffer.from('{}'));
    await expect(readPolicies(bucket.objects())).rejects.toThrow(NoPolicyInForce);
  });
});

describe('the policy of a deployment', () => {
  it('is published where none is in force, and changes nothing where one is', async () => {
    const bucket = new MemoryBucket();
    const objects = bucket.objects();
    expect(await publishFirst(objects, shipped('founding'), NOW)).toMatchObject({ was: 'new' });
    expect(await publishFirst(objects, shipped('founding'), NOW)).toMatchObject({ was: 'there' });
    expect(await publishFirst(objects, shipped('default'), NOW)).toMatchObject({ was: 'other in force' });
    expect(bucket.keys('documents/')).toEqual([policyKey(parsePolicy(shipped('founding')))]);
    // Once for each deployment above.
    expect(bucket.sent.filter((command) => command === 'ListObjectsV2Command')).toHaveLength(3);
    await expect(publishFirst(new MemoryBucket().objects(), later, NOW)).rejects.toThrow(/until then no policy/);
  });
});

describe('publishing', () => {
  it('is seen by a function that runs, within a minute and without a deployment', async () => {
    const objects = new MemoryBucket().objects();
    await publishPolicy(objects, shipped('default'), NOW);
    const { counted, ...around } = watched();
    const policies = new Policies(objects, around);
    await policies.current(NOW);
    const { policy } = await publishPolicy(objects, later, NOW);
    const book = await policies.current(NOW + MINUTE);
    expect(book.inForce(NOW + 20 * MINUTE).digest).toBe(policy.digest);
    expect(book.inForce(NOW + 20 * MINUTE - 1).version).toBe('1.0.0');
    expect(counted).toEqual({ BrokenPolicies: 0 });
  });

  it('writes a document once and leaves what is refused unwritten', async () => {
    const bucket = new MemoryBucket();
    const objects = bucket.objects();
    expect(await publishPolicy(objects, shipped('default'), NOW)).toMatchObject({ was: 'new' });
    expect(await publishPolicy(objects, shipped('default'), NOW)).toMatchObject({ was: 'there' });
    await expect(publishPolicy(objects, later, NOW + 6 * MINUTE)).rejects.toThrow(/15 minutes ahead/);
    await expect(publishPolicy(objects, later.slice(1), NOW)).rejects.toThrow('policy');
    expect(bucket.keys('documents/')).toEqual([policyKey(parsePolicy(shipped('default')))]);
    expect(bucket.content.get(bucket.keys('documents/')[0]!)!.toString()).toBe(shipped('default'));
  });
});
