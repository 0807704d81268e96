import { describe, expect, it } from 'vitest';
import { GIVE_UP_MARGIN_MINUTES, refusedFrom, unreachableFrom } from '../../../../core/contract/reach.ts';

const HOUR = 3_600_000;

describe('the reach of the stream', () => {
  it('ends an hour after the maximum age for the batch, and half an hour earlier for the stream itself', () => {
    const reach = { maxAgeHours: 12, marginMinutes: GIVE_UP_MARGIN_MINUTES };
    expect(unreachableFrom(reach)).toBe(13 * HOUR);
    expect(refusedFrom(reach)).toBe(12.5 * HOUR);
  });
});
