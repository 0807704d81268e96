import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import type { Desk } from '../../lambdas/adapters/review-desk.ts';
import { REFUSALS, ReviewRefused, StaleVersionError } from '../../lambdas/adapters/review-errors.ts';
import { UserError } from '../errors.ts';

const answerSchema = z.union([
  z.object({ value: z.unknown() }).required(),
  z.object({
    refused: z.object({
      code: z.enum(REFUSALS),
      message: z.string(),
      hint: z.string(),
      current: z.unknown().optional(),
    }),
  }),
]);

/** The alert store of a deployed stage may have no way in from outside: a function within its network is the desk. */
export function stageDesk(lambda: Pick<LambdaClient, 'send'>, functionName: string): Desk {
  const ask = async <T>(call: keyof Desk, given: object): Promise<T> => {
    const { FunctionError, Payload } = await lambda.send(
      new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify({ call, ...given })) }),
    );
    const body: unknown = JSON.parse(Payload === undefined ? 'null' : Buffer.from(Payload).toString('utf8'));
    if (FunctionError !== undefined) {
      const { errorMessage = 'it gave no reason' } = (body ?? {}) as { errorMessage?: string };
      throw new UserError(
        `the function ${functionName} could not decide: ${errorMessage}`,
        'Look at what is stored before you try again: the decision may have been taken. The function’s log says more.',
        1,
      );
    }
    const answer = answerSchema.parse(body);
    if (!('refused' in answer)) return answer.value as T;
    const { code, message, hint, current } = answer.refused;
    if (code !== 'stale_version') throw new ReviewRefused(code, message, hint);
    throw new StaleVersionError(message.replace(/ has changed .*/, ''), current);
  };
  return {
    showAlert: (alertId) => ask('showAlert', { alertId }),
    disposeAlert: (disposal) => ask('disposeAlert', disposal),
    showReviews: (applicationId, userId) => ask('showReviews', { applicationId, userId }),
    reviewApplication: (review) => ask('reviewApplication', review),
  };
}
