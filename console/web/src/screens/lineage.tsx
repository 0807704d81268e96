import { useMemo } from 'react';
import type { TableData } from '../../../api/types.ts';
import { cellText } from '../format.ts';
import { Badge } from '../parts/badges.tsx';

/** What was moved from where to where by which job, each way once, as its newest run left it. */
export function Lineage({ runs }: { readonly runs: TableData }) {
  const ways = useMemo(() => {
    const at = (name: string): number => runs.columns.findIndex((column) => column.name === name);
    const read = ['source', 'job', 'target', 'status', 'rows_in', 'rows_out', 'started'].map(at);
    const found = new Map<string, readonly (string | number | boolean | null)[]>();
    for (const row of runs.rows) {
      const cells = read.map((i) => row[i] ?? null);
      const key = JSON.stringify(cells.slice(0, 3));
      if (!found.has(key)) found.set(key, cells);
    }
    return [...found];
  }, [runs]);
  if (ways.length === 0) return null;
  return (
    <section className="panel wide" aria-labelledby="lineage">
      <header>
        <div>
          <h3 id="lineage">Lineage</h3>
          <p className="about">Each way that data took in the runs listed below, as its newest run left it.</p>
        </div>
      </header>
      <div className="scroll" tabIndex={0} role="region" aria-labelledby="lineage">
        <table>
          <thead>
            <tr>
              {['From', 'Job', 'To', 'State', 'Rows in', 'Rows out', 'Started'].map((title, i) => (
                <th key={title} scope="col" className={i === 4 || i === 5 ? 'numeric' : undefined}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ways.map(([key, [source, job, target, status, rowsIn, rowsOut, started]]) => (
              <tr key={key}>
                <td>
                  <bdi>{cellText(source ?? null, 'text')}</bdi>
                </td>
                <td>
                  <code>{cellText(job ?? null, 'text')}</code> <span aria-hidden="true">→</span>
                </td>
                <td>
                  <bdi>{cellText(target ?? null, 'text')}</bdi>
                </td>
                <td>
                  <Badge value={String(status)} />
                </td>
                <td className="numeric">{cellText(rowsIn ?? null, 'number')}</td>
                <td className="numeric">{cellText(rowsOut ?? null, 'number')}</td>
                <td>{cellText(started ?? null, 'time')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
