import * as z from 'zod';
import { DatabaseError } from 'pg';
import { readSnapshot, type Table } from '../adapters/warehouse-reader.ts';
import type { Warehouse } from '../adapters/postgres.ts';

/** What the command line asks. */
export const question = z.strictObject({
  statements: z
    .array(
      z.strictObject({
        text: z.string().min(1).max(100_000),
        values: z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])).default([]),
      }),
    )
    .min(1)
    .max(100),
});
export type Question = z.output<typeof question>;

/** A refusal is an answer: what it quotes of the asker's own text must not pass through the function's log. */
export type Answer =
  | { readonly tables: readonly Table[] }
  | {
      readonly refused: {
        readonly message: string;
        readonly code: string;
        readonly position?: string | undefined;
        readonly hint?: string | undefined;
        readonly detail?: string | undefined;
      };
    };

/** Lambda answers with at most 6 MB; some of it is left for how JSON is written around it. */
const MOST_BYTES = 5_500_000;

/** @throws whatever is no refusal of the server */
export async function answer(warehouse: Pick<Warehouse, 'client'>, { statements }: Question): Promise<Answer> {
  try {
    const tables = await readSnapshot(await warehouse.client(), statements);
    const bytes = Buffer.byteLength(JSON.stringify(tables));
    if (bytes <= MOST_BYTES) return { tables };
    return {
      refused: {
        code: '54000',
        message: `the result has ${Math.ceil(bytes / 1e6)} MB; at most ${MOST_BYTES / 1e6} can be returned`,
        hint: 'Ask for fewer rows or columns, or for sums.',
      },
    };
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code === undefined) throw error;
    const { message, code, position, hint, detail } = error;
    return { refused: { message, code, position, hint, detail } };
  }
}
