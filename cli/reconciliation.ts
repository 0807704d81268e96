import * as z from 'zod';
import type { Reconciliation } from './target.ts';

const count = z.number().int().min(0);
const schema = z.object({
  pending: count,
  missing: count,
  unexpected: count,
  parityDifferences: count,
  examples: z.record(z.string(), z.array(z.unknown())).default({}),
});

/** @throws when the workflow did not return what reconcile gives */
export function readReconciliation(output: unknown): Reconciliation {
  const parsed = schema.safeParse(output);
  if (!parsed.success)
    throw new Error(`the batch workflow returned no reconciliation: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
