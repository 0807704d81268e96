import type { Client } from 'pg';
import type { Policy, PolicyBook } from '../../core/policy/policy.ts';
import { POLICY_KEY_DIGITS } from './encode-receipts.ts';

export { readPolicies } from '../adapters/documents.ts';

/** How lineage names a policy. */
export const policyLabel = ({ id, version }: Policy): string => `${id} ${version}`;

/**
 * Makes the published policies known to the warehouse; a document never changes, so what is there stays. Whichever key
 * another loader's row is met by: it may be making the same one at this moment. A row of the time before documents were
 * kept gets its own.
 */
export async function recordPolicies(client: Client, book: PolicyBook): Promise<void> {
  for (const { id, version, digest, effectiveFrom, limits, document } of book.policies)
    await client.query(
      `with known as (
         update dw.dim_policy set document = $8 where policy_digest = $2 and document is null
       )
       insert into dw.dim_policy (
         policy_key, policy_digest, policy_id, version, effective_from, high_below, low_from, document
       )
       values (('x' || $1)::bit(64)::bigint, $2, $3, $4, $5, $6, $7, $8)
       on conflict do nothing`,
      [
        digest.slice(0, POLICY_KEY_DIGITS),
        digest,
        id,
        version,
        new Date(effectiveFrom),
        limits.highBelow,
        limits.lowFrom,
        JSON.stringify(document),
      ],
    );
}
