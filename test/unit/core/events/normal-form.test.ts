import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  activityHash,
  applicationHash,
  canonicalActivity,
  canonicalApplication,
} from '../../../../core/events/normal-form.ts';
import { activity, application } from './arbitraries.ts';

/** RFC 8785 by another hand: without event_id, nulls left out. */
function canonical(normal: object): string {
  const kept = Object.entries(normal).filter(([key, value]) => key !== 'event_id' && value !== null);
  return canonicalize(Object.fromEntries(kept)) ?? '';
}

const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');

describe('canonical normal forms', () => {
  it('of applications are RFC 8785', () => {
    fc.assert(
      fc.property(application, (normal) => {
        expect(canonicalApplication(normal)).toBe(canonical(normal));
        expect(applicationHash(normal)).toBe(sha256(canonical(normal)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('of activity are RFC 8785', () => {
    fc.assert(
      fc.property(activity, (normal) => {
        expect(canonicalActivity(normal)).toBe(canonical(normal));
        expect(activityHash(normal)).toBe(sha256(canonical(normal)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('leave out event_id and nothing else', () => {
    fc.assert(
      fc.property(application, fc.string(), (normal, event_id) => {
        expect(applicationHash({ ...normal, event_id })).toBe(applicationHash(normal));
        expect(applicationHash({ ...normal, revision: normal.revision - 1 })).not.toBe(applicationHash(normal));
      }),
    );
  });
});
