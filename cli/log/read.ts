import { parseEnvelopes } from '../../core/receipts/envelope.ts';
import { parseReceiptLines, type ReceiptLine } from '../../core/receipts/receipt-line.ts';
import type { LogRecord } from '../../core/events/types.ts';
import type { S3Objects } from '../../lambdas/adapters/s3-objects.ts';
import { POLICIES_PREFIX } from '../../core/contract/storage.ts';
import { PolicyBook, parsePolicy } from '../../core/policy/policy.ts';
import { inOrder, type Unreadable } from './in-order.ts';
import { parseKey, type Prefix, type Span } from './spans.ts';
import { UserError, messageOf } from '../errors.ts';

/** Objects under a prefix. What the pipeline did not write there is told as unreadable. */
export async function listSpans(
  objects: S3Objects,
  prefix: Prefix,
  onUnreadable: (object: Unreadable) => void,
): Promise<Span[]> {
  const spans: Span[] = [];
  for await (const key of objects.listKeys(`${prefix}/`)) {
    const span = parseKey(key);
    if (span === null) onUnreadable({ key, reason: 'its name is not that of an object of the log or the receipts' });
    else spans.push(span);
  }
  return spans;
}

export const logRecords = (
  objects: S3Objects,
  spans: readonly Span[],
  onUnreadable: (object: Unreadable) => void,
): AsyncGenerator<readonly LogRecord[]> =>
  inOrder(
    spans,
    async (key) => [...parseEnvelopes(await objects.getGunzipped(key))],
    (record) => record.position.seq,
    onUnreadable,
  );

export const receiptLines = (
  objects: S3Objects,
  spans: readonly Span[],
  onUnreadable: (object: Unreadable) => void,
): AsyncGenerator<readonly ReceiptLine[]> =>
  inOrder(
    spans,
    async (key) => [...parseReceiptLines(await objects.getGunzipped(key))],
    (line) => line.position.seq,
    onUnreadable,
  );

/**
 * The policies that a stage has published.
 * @throws UserError when one cannot be read or there is none
 */
export async function publishedPolicies(objects: S3Objects): Promise<PolicyBook> {
  const policies = [];
  for await (const key of objects.listKeys(`${POLICIES_PREFIX}/`)) {
    try {
      policies.push(parsePolicy(await objects.getText(key)));
    } catch (error) {
      throw new UserError(
        `The published policy ${key} cannot be used: ${messageOf(error)}`,
        'Published documents never change: restore it.',
        1,
      );
    }
  }
  if (policies.length === 0)
    throw new UserError(
      'No policy is published here.',
      'Nothing has run on this data directory yet: start with `npm start` or `crp up`.',
      1,
    );
  return PolicyBook.from(policies);
}
