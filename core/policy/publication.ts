import { PolicyError } from './errors.ts';
import type { Policy } from './policy.ts';

/**
 * DOMAIN §4: how far ahead of its effect a policy is published, so that no record is decided by a policy that a replay
 * would not find in force: every function has looked again by then.
 */
export const PUBLISH_AHEAD_MS = 15 * 60_000;

/**
 * Whether a policy may be published beside those that are.
 *
 * @param now ms since 1970
 * @returns `there` when this very document is published already: nothing is left to do
 * @throws PolicyError when it takes effect too soon, would leave nothing in force, or takes the version of another
 */
export function checkPublication(policy: Policy, published: readonly Policy[], now: number): 'new' | 'there' {
  if (published.some(({ digest }) => digest === policy.digest)) return 'there';
  const taken = published.find(({ id, version }) => id === policy.id && version === policy.version);
  if (taken !== undefined)
    throw new PolicyError(
      'version',
      `${policy.id} ${policy.version} is published with other content already (digest ${taken.digest.slice(0, 12)}…); ` +
        'allowed is a version that was never published',
    );
  const effective = new Date(policy.effectiveFrom).toISOString();
  if (!published.some(({ effectiveFrom }) => effectiveFrom <= now)) {
    if (policy.effectiveFrom <= now) return 'new';
    throw new PolicyError(
      'effective_from',
      `is ${effective}, and until then no policy would be in force; allowed for the first policy is a time that has passed`,
    );
  }
  if (policy.effectiveFrom >= now + PUBLISH_AHEAD_MS) return 'new';
  throw new PolicyError(
    'effective_from',
    `is ${effective}; allowed is a time at least 15 minutes ahead, from ${new Date(now + PUBLISH_AHEAD_MS).toISOString()} on, ` +
      'so that nothing is decided by a policy that a replay would not find in force',
  );
}
