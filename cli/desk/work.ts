import type { Desk } from '../../lambdas/adapters/review-desk.ts';
import { ReviewRefused } from '../../lambdas/adapters/review-errors.ts';
import { UserError } from '../errors.ts';
import type { Place } from '../flags.ts';
import { interruptible } from '../interrupt.ts';
import { openStores } from '../open-target.ts';

/**
 * Does `work` at the desk of the place.
 *
 * @throws UserError with the desk's hint when it refuses; its exit code is 1 where somebody else was first
 */
export async function atDesk<T>(place: Place, work: (desk: Desk) => Promise<T>): Promise<T> {
  return interruptible(async (signal) => {
    const stores = await openStores(place, ['dynamodb', 'postgres'], signal);
    try {
      return await stores.atDesk(work);
    } catch (error) {
      if (!(error instanceof ReviewRefused)) throw error;
      throw new UserError(error.message, error.hint, error.code === 'stale_version' ? 1 : 2);
    } finally {
      await stores.close();
    }
  });
}
