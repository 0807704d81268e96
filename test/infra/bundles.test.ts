import { describe, expect, it } from 'vitest';
import { withBundles } from '../../bench/bundles.ts';
import { FUNCTIONS } from '../../core/contract/functions.ts';

const MOST_BYTES = 1_500_000;

describe('bundles', () => {
  it('are under 1.5 MB each, so that a cold start is short', async () => {
    const sizes = await withBundles({ stage: 'dev', stream: 'msk' }, (bundles) =>
      Object.fromEntries(bundles.map(({ name, bytes }) => [name, bytes])),
    );
    expect(Object.keys(sizes).sort()).toEqual([...FUNCTIONS].sort());
    for (const [name, bytes] of Object.entries(sizes)) {
      expect(bytes, name).toBeGreaterThan(100_000);
      expect(bytes, name).toBeLessThan(MOST_BYTES);
    }
    // All bundles, one after the other, beside whatever else the machine does.
  }, 300_000);
});
