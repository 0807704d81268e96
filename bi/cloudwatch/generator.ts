import type { Choice } from '../catalogue/board-types.ts';
import type { Generator } from '../generator.ts';
import { dashboardBody } from './dashboard.ts';

const ALL: ReadonlySet<Choice> = new Set(['kinesis', 'msk', 'rds', 'documentdb']);

/** The dashboards with everything that a stage can have, names left open; the stack of monitoring fills them in. */
export const cloudwatch: Generator = {
  name: 'CloudWatch',
  generate: ({ boards }) =>
    new Map(
      boards.map((board) => [
        `cloudwatch/${board.id}.json`,
        `${JSON.stringify(dashboardBody(board, { region: '{region}', choices: ALL, nameOf: (place) => `{${place}}` }), null, 2)}\n`,
      ]),
    ),
  // Metrics alone: what emits them is compared with a run of the pipeline.
  references: () => [],
};
