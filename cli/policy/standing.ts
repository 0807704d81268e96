import type { Policy, PolicyBook } from '../../core/policy/policy.ts';
import { PUBLISH_AHEAD_MS } from '../../core/policy/publication.ts';

export type Standing = 'pending' | 'in force' | 'past';

export interface PublishedPolicy {
  readonly policy: Policy;
  readonly standing: Standing;
}

/** Every published policy, the latest first, and what it is to a record that arrives `now` (ms since 1970). */
export function standings({ policies }: Pick<PolicyBook, 'policies'>, now: number): PublishedPolicy[] {
  const inForce = policies.find(({ effectiveFrom }) => effectiveFrom <= now);
  return policies.map((policy) => ({
    policy,
    standing: policy.effectiveFrom > now ? 'pending' : policy === inForce ? 'in force' : 'past',
  }));
}

/**
 * Why a document that is valid cannot be published beside another one as of `now`; null where it can. The first policy
 * of a stage must be in force already, so that this is no fault of the document.
 */
export function tooLateToPublish({ effectiveFrom }: Pick<Policy, 'effectiveFrom'>, now: number): string | null {
  if (effectiveFrom >= now + PUBLISH_AHEAD_MS) return null;
  const time = (ms: number): string => new Date(ms).toISOString();
  return (
    `it cannot be published as of now where another policy is: effective_from is ${time(effectiveFrom)}, ` +
    `and allowed is a time at least 15 minutes ahead, from ${time(now + PUBLISH_AHEAD_MS)} on`
  );
}
