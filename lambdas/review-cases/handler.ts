import { PipelineError } from '../runtime/errors.ts';
import { lambdaHandler } from '../runtime/handler.ts';
import { answerCase, type CaseAnswer, caseRequest } from './cases.ts';
import { dependencies } from './dependencies.ts';

const { desk, logger } = dependencies;

/** `{call, …}` → what the desk says: shows alerts and reviews, and takes people's decisions from outside the network. */
export const handler = lambdaHandler(dependencies, async (event: unknown): Promise<CaseAnswer> => {
  const asked = caseRequest.safeParse(event);
  if (!asked.success) throw new PipelineError('The event is no call of the desk.');
  const answer = await answerCase(desk, asked.data);
  logger.info('Answered', { call: asked.data.call, ...('refused' in answer ? { refused: answer.refused.code } : {}) });
  return answer;
});
