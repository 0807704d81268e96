import type { Context as Request } from 'hono';
import * as z from 'zod';
import { ALERT_STATUSES } from '../../core/contract/values.ts';
import { ConsoleError } from './errors.ts';

const name = z.string().trim().min(1, 'is missing').max(100, 'has more than 100 characters');
const reason = z.string().trim().min(1, 'is missing').max(1_000, 'has more than 1,000 characters');
const seen = z.number().int().min(0).max(1_000_000);

export const statusRequest = z.strictObject({
  status: z.enum(ALERT_STATUSES),
  name,
  reason,
  seen_version: seen,
});

export const reviewRequest = z.strictObject({
  decision: z.enum(['Approved', 'Rejected']),
  name,
  reason,
  revision: z.number().int().min(1),
  seen_reviews: seen,
});

/**
 * What was sent, checked. A form of another page can send text without asking first, but no JSON.
 *
 * @throws ConsoleError naming the field that cannot be taken
 */
export async function body<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  const type = request.req.header('content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type))
    throw new ConsoleError('not_json', 'What is sent must be JSON.', 'Set content-type: application/json.');
  const sent: unknown = await request.req.json().catch(() => {
    throw new ConsoleError('invalid_body', 'What was sent is not JSON.', null);
  });
  const read = schema.safeParse(sent);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const field = issue?.path.join('.') ?? '';
  throw new ConsoleError(
    'invalid_body',
    field === '' ? `What was sent cannot be taken: ${issue?.message ?? ''}.` : `${field}: ${issue?.message ?? ''}`,
    'Both name and reason are needed, and the version that was seen.',
    { parameter: field },
  );
}
