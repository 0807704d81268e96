import { useCallback, useMemo } from 'react';
import type { Cell, ColumnInfo, DimensionInfo, TableData, TableResponse } from '../../../api/types.ts';
import { cellText } from '../format.ts';
import { useRows } from '../state/rows.ts';
import { words } from '../text.ts';
import { Badge, FraudFlag, hasBadge } from './badges.tsx';
import { Icon } from './icons.tsx';
import { NotCut } from './not-cut.tsx';
import { type Column, VirtualTable } from './virtual-table.tsx';

type Row = readonly Cell[];

const WIDTHS = { text: 150, number: 92, money: 112, date: 104, time: 170, flag: 92 } as const;
/** Of a letter of a heading, and the room beside it. */
const LETTER = 7.5;
const ASIDE = 22;
const WIDE = /reason|detail|why|_id$|condition/;
/** Words of the contract, which are written for a reader; ids and names stay as they are. */
const WORDS = /^(check_type|subject_kind|stream|status|severity|risk_level|approval_status|final_status)$/;

interface Properties {
  readonly table: TableData;
  readonly dimensions: readonly DimensionInfo[];
  readonly height?: number;
}

/** A table of the catalogue, whatever it holds. */
export function DataTable({ table, dimensions, height = 360 }: Properties) {
  const path = useMemo(() => `/api/tables/${table.id}${new URL(table.export, location.origin).search}`, [table]);
  const { rows, more, loading, problem } = useRows<Row, TableResponse>(
    path,
    { rows: table.rows, cursor: table.next_cursor },
    (answer) => ({ rows: answer.table.rows, cursor: answer.table.next_cursor }),
  );
  const columns = useMemo(() => table.columns.map(columnOf), [table.columns]);
  const keyOf = useCallback((_: Row, at: number) => String(at), []);
  return (
    <section className="panel wide" data-table={table.id} aria-label={table.title}>
      <header>
        <div>
          <h3>{table.title}</h3>
          <p className="about">
            {table.description}
            {table.columns.some(({ masked }) => masked) && ' Ids of people are masked for your role.'}
          </p>
        </div>
        <div className="tools">
          <a className="button small" href={table.export} download={`${table.id}.csv`}>
            <Icon name="save" />
            CSV<span className="visually-hidden"> of {table.title}</span>
          </a>
        </div>
      </header>
      <VirtualTable
        label={table.title}
        columns={columns}
        rows={rows}
        keyOf={keyOf}
        height={height}
        more={more}
        loadingMore={loading}
      />
      {problem !== null && <p role="alert">The next rows did not come: {problem.message}</p>}
      <NotCut by={table.not_filtered_by} dimensions={dimensions} />
    </section>
  );
}

function columnOf({ name, title, kind, masked }: ColumnInfo, at: number): Column<Row> {
  const heading = masked ? `${title} (masked)` : title;
  return {
    id: name,
    title: heading,
    width: Math.max(WIDE.test(name) ? 210 : WIDTHS[kind], heading.length * LETTER + ASIDE),
    numeric: kind === 'number' || kind === 'money',
    whole: (row) => cellText(row[at] ?? null, kind),
    show: (row) => <CellText name={name} kind={kind} value={row[at] ?? null} />,
  };
}

function CellText({
  name,
  kind,
  value,
}: {
  readonly name: string;
  readonly kind: ColumnInfo['kind'];
  readonly value: Cell;
}) {
  if (name === 'is_fraud' && typeof value === 'boolean') return <FraudFlag flagged={value} />;
  if (typeof value === 'string' && WORDS.test(name))
    return hasBadge(value) ? <Badge value={value} /> : <>{words(value)}</>;
  return <bdi>{cellText(value, kind)}</bdi>;
}
