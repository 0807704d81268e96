import { parseEnvelopes } from '../../core/receipts/envelope.ts';
import { parseReceiptLines, type ReceiptLine } from '../../core/receipts/receipt-line.ts';
import type { LogRecord } from '../../core/events/types.ts';
import type { S3Objects } from '../../lambdas/adapters/s3-objects.ts';
import { NoPolicyInForce } from '../../core/policy/errors.ts';
import type { PolicyBook } from '../../core/policy/policy.ts';
import { readPolicies } from '../../lambdas/adapters/documents.ts';
import { inOrder, type Unreadable } from './in-order.ts';
import { parseKey, type Prefix, type Span } from './spans.ts';
import { UserError, messageOf } from '../errors.ts';
import { say } from '../ui.ts';

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
 * The policies that a stage has published. One that cannot be used is told and left out, as the functions do.
 * @throws UserError when there is none that can be used
 */
export async function publishedPolicies(objects: S3Objects): Promise<PolicyBook> {
  const { book, broken } = await readPolicies(objects).catch((error: unknown) => {
    if (!(error instanceof NoPolicyInForce)) throw error;
    throw new UserError(
      messageOf(error),
      'Published documents never change: publish a good one with crp policy publish.',
      1,
    );
  });
  for (const { key, error } of broken)
    say(`The published policy ${key} cannot be used and decides nothing: ${messageOf(error)}`);
  if (book.policies.length === 0)
    throw new UserError(
      'No policy is published here.',
      'Nothing has run on this data directory yet: start with `npm start` or `npm run crp -- up`.',
      1,
    );
  return book;
}
