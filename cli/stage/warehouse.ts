import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import type { WarehouseReader } from '../../lambdas/adapters/warehouse-reader.ts';
import { UserError } from '../errors.ts';

const answerSchema = z.union([
  z.object({
    tables: z.array(
      z.object({ fields: z.array(z.string()), numeric: z.array(z.boolean()), rows: z.array(z.array(z.unknown())) }),
    ),
  }),
  z.object({
    refused: z.object({
      message: z.string(),
      code: z.string(),
      position: z.string().optional(),
      hint: z.string().optional(),
      detail: z.string().optional(),
    }),
  }),
]);

/** The warehouse of a deployed stage has no way in from outside: a function within its network asks it for us. */
export function stageWarehouse(lambda: Pick<LambdaClient, 'send'>, functionName: string): WarehouseReader {
  return {
    async read(statements) {
      const asked = { statements: statements.map(({ text, values = [] }) => ({ text, values })) };
      const { FunctionError, Payload } = await lambda.send(
        new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(asked)) }),
      );
      const body: unknown = JSON.parse(Payload === undefined ? 'null' : Buffer.from(Payload).toString('utf8'));
      if (FunctionError !== undefined) {
        const { errorMessage = 'it gave no reason' } = (body ?? {}) as { errorMessage?: string };
        throw new UserError(
          `the function ${functionName} could not ask the warehouse: ${errorMessage}`,
          'Its log says more. A database that was paused or has just failed over answers within a minute or two.',
          1,
        );
      }
      const answer = answerSchema.parse(body);
      if ('tables' in answer) return answer.tables;
      const { message, ...refusal } = answer.refused;
      throw Object.assign(new Error(message), refusal);
    },
    end: () => Promise.resolve(),
  };
}
