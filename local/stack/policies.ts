import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { POLICIES_PREFIX } from '../../core/contract/storage.ts';
import { parsePolicy, type Policy } from '../../core/policy/policy.ts';

/** `documents/policies/20000101T000000Z-<digest16>.json` */
export function policyKey(policy: Policy): string {
  const effective = new Date(policy.effectiveFrom).toISOString().slice(0, 19).replace(/[-:]/g, '');
  return `${POLICIES_PREFIX}/${effective}Z-${policy.digest.slice(0, 16)}.json`;
}

/**
 * Puts the exact text of a policy document beside the log. The same document twice is one object.
 * @throws PolicyError when the document is not valid; nothing is published then
 */
export async function publishPolicy(
  s3: S3Client,
  bucket: string,
  text: string,
): Promise<{ key: string; policy: Policy }> {
  const policy = parsePolicy(text);
  const key = policyKey(policy);
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ContentType: 'application/json' }));
  return { key, policy };
}
