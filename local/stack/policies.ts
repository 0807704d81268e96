import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { policyKey } from '../../lambdas/adapters/documents.ts';
import { parsePolicy, type Policy } from '../../core/policy/policy.ts';

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
