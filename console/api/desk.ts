import { ReviewRefused, StaleVersionError } from '../../lambdas/adapters/review-errors.ts';
import type { Context } from './context.ts';
import type { Desk } from './deps.ts';
import { ConsoleError } from './errors.ts';
import type { ErrorResponse } from './types.ts';

/** @throws ConsoleError where nothing can be decided */
export function deskOf({ deps }: Context): Desk {
  if (deps.desk === null)
    throw new ConsoleError(
      'store_down',
      'Decisions cannot be made here: the store of alerts is out of reach.',
      'A stage is decided on with crp alerts and crp review, where that is allowed; locally the stack must be up.',
    );
  return deps.desk;
}

/**
 * Does what somebody decided.
 *
 * @param current reads what is there now, for whoever saw something else
 * @throws ConsoleError for a refusal, or when the store does not answer
 */
export async function atDesk<T>(
  work: () => Promise<T>,
  current: () => Promise<ErrorResponse['error']['current']>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StaleVersionError) {
      const now = await current();
      throw new ConsoleError('stale_version', error.message, error.hint, now === undefined ? {} : { current: now });
    }
    if (error instanceof ReviewRefused) throw refusal(error);
    throw error;
  }
}

function refusal({ code, message, hint }: ReviewRefused): ConsoleError {
  if (code === 'unknown_alert' || code === 'unknown_application') return new ConsoleError('not_found', message, hint);
  return new ConsoleError(code === 'invalid_statement' ? 'invalid_body' : 'refused', message, hint);
}
