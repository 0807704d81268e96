import { lambdaHandler } from '../runtime/handler.ts';
import { PipelineError } from '../runtime/errors.ts';
import { dependencies } from './dependencies.ts';
import { type Answer, answer, question } from './query.ts';

const { warehouse, logger } = dependencies;

/** `{statements: [{text, values}]}` → their tables, of one snapshot; reads only. The text is never logged. */
export const handler = lambdaHandler(dependencies, async (event: unknown): Promise<Answer> => {
  const asked = question.safeParse(event);
  if (!asked.success) throw new PipelineError('The event is no list of statements.');
  const found = await answer(warehouse, asked.data);
  logger.info('Answered', { statements: asked.data.statements.length, refused: 'refused' in found });
  return found;
});
