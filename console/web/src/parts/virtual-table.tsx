import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { count } from '../format.ts';
import { NothingHere } from './states.tsx';

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** pixels */
  readonly width: number;
  readonly numeric?: boolean;
  readonly show: (row: Row) => ReactNode;
  /** whole text of a cell that may be cut off */
  readonly whole?: (row: Row) => string;
}

interface Properties<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row, at: number) => string;
  readonly height?: number;
  /** there are more than these: fetch them */
  readonly more?: (() => void) | null;
  readonly loadingMore?: boolean;
}

const ROW = 32;
/** Rows beyond the edge that are drawn too, so that scrolling shows no gap. */
const AROUND = 12;

/**
 * A table of any length: of a hundred thousand rows it draws the forty in sight. More are fetched when the reader comes
 * near the end, or asks for them by the button.
 */
export function VirtualTable<Row>(of: Properties<Row>) {
  const { label, columns, rows, keyOf, height = 420, more = null, loadingMore = false } = of;
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const room = Math.ceil(height / ROW);
  const first = Math.max(0, Math.min(Math.floor(top / ROW) - AROUND, rows.length - room - AROUND));
  const last = Math.min(rows.length, first + room + 2 * AROUND);
  useEffect(() => {
    if (more !== null && !loadingMore && top > 0 && top + height > rows.length * ROW - 10 * ROW) more();
  }, [top, height, rows.length, more, loadingMore]);
  if (rows.length === 0) return <NothingHere>No rows under these filters.</NothingHere>;
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  return (
    <>
      <div
        ref={box}
        className="scroll virtual"
        style={{ maxHeight: height }}
        tabIndex={0}
        role="region"
        aria-labelledby={id}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      >
        <table style={{ minWidth: width }} aria-rowcount={more === null ? rows.length + 1 : -1}>
          <caption id={id} className="visually-hidden">
            {label}
          </caption>
          <colgroup>
            {columns.map((column) => (
              <col key={column.id} style={{ width: column.width }} />
            ))}
          </colgroup>
          <thead>
            <tr aria-rowindex={1}>
              {columns.map((column) => (
                <th key={column.id} scope="col" className={column.numeric === true ? 'numeric' : undefined}>
                  {column.title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Gap rows={first} columns={columns.length} />
            {rows.slice(first, last).map((row, i) => (
              <tr key={keyOf(row, first + i)} aria-rowindex={first + i + 2}>
                {columns.map((column) => (
                  <td
                    key={column.id}
                    className={column.numeric === true ? 'numeric' : undefined}
                    title={column.whole?.(row)}
                  >
                    {column.show(row)}
                  </td>
                ))}
              </tr>
            ))}
            <Gap rows={rows.length - last} columns={columns.length} />
          </tbody>
        </table>
      </div>
      <p className="count">
        {more === null
          ? `${count(rows.length)} ${rows.length === 1 ? 'row' : 'rows'}`
          : `The first ${count(rows.length)} rows; there are more. `}
        {more !== null && (
          <button type="button" className="small" disabled={loadingMore} onClick={more}>
            {loadingMore ? 'Loading …' : 'Load more'}
          </button>
        )}
      </p>
    </>
  );
}

const Gap = ({ rows, columns }: { readonly rows: number; readonly columns: number }) =>
  rows <= 0 ? null : (
    <tr aria-hidden="true" className="gap" style={{ height: rows * ROW }}>
      <td colSpan={columns} />
    </tr>
  );
