import { CATALOGUE, type Chart } from '../../bi/catalogue/index.ts';
import type { Statement, Table } from '../../lambdas/adapters/warehouse-reader.ts';
import type { Context } from './context.ts';
import { csvLine } from './csv.ts';
import { allGroups, figures } from './queries.ts';
import { explained } from './reading.ts';
import { cell, type Exactly, listing, listingOf } from './tables.ts';
import type { Cell, Filters } from './types.ts';
import { measure } from '../../bi/catalogue/index.ts';

/** What of a chart is exported: the head of its columns, the statement, and a row as its cells. */
interface Export {
  readonly head: readonly string[];
  readonly statement: Statement;
  readonly cells: (row: readonly unknown[]) => readonly Cell[];
}

function exportOf(chart: Chart, filters: Filters, exact: readonly Exactly[], context: Context): Export {
  if (chart.kind === 'table') {
    const { columns } = listingOf(chart);
    return {
      head: columns,
      statement: listing(listingOf(chart), filters, null, null, exact),
      cells: (row) => columns.map((name, i) => cell(name, row[i], context.mask)),
    };
  }
  const plain = (row: readonly unknown[]): readonly Cell[] => row.map((value) => (value ?? null) as Cell);
  if (chart.by.length > 0)
    return { head: [...chart.by, ...chart.measures], statement: allGroups(chart, filters), cells: plain };
  const measures = chart.measures.map((id) => measure(CATALOGUE, id));
  return {
    head: measures.flatMap(({ id }) => [id, `${id}_previous`]),
    statement: figures(chart.view, measures, filters),
    cells: plain,
  };
}

/**
 * The rows of a chart as CSV, as they come: a hundred thousand of them are never in memory at once.
 *
 * @throws ConsoleError when the first rows cannot be read; what fails later cuts the answer off
 */
export async function csvOf(
  context: Context,
  chart: Chart,
  filters: Filters,
  exact: readonly Exactly[],
): Promise<ReadableStream<Uint8Array>> {
  const { deps } = context;
  const { head, statement, cells } = exportOf(chart, filters, exact, context);
  const blocks = (deps.blocks ?? wholly(context))(statement)[Symbol.asyncIterator]();
  let next = await blocks.next().catch(async (error: unknown) => {
    throw await explained(deps, error);
  });
  const encoder = new TextEncoder();
  let headed = false;
  return new ReadableStream({
    async pull(controller) {
      const text = headed ? [] : [csvLine(head)];
      headed = true;
      if (!next.done) {
        for (const row of next.value.rows) text.push(csvLine(cells(row)));
        next = await blocks.next();
      }
      controller.enqueue(encoder.encode(text.join('')));
      if (next.done) controller.close();
    },
    async cancel() {
      await blocks.return?.();
    },
  });
}

const wholly = ({ deps }: Context) =>
  async function* (statement: Statement): AsyncGenerator<Table> {
    yield* await deps.warehouse.read([statement]);
  };
