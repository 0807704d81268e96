import { useCallback, useMemo } from 'react';
import type { Figure, PageResponse, TableData } from '../../../api/types.ts';
import { gaugeOption } from '../charts/gauge.ts';
import type { Mark } from '../charts/options.ts';
import type { Theme } from '../charts/theme.ts';
import { measureText, plain } from '../format.ts';
import { Canvas } from '../parts/canvas.tsx';
import { Chart } from '../parts/chart.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { FigureTile } from '../parts/figure.tsx';
import { ScreenFrame } from '../parts/screen-frame.tsx';
import { useKnown } from '../state/meta.ts';
import { usePage } from './page.ts';

/** Edges of the bands, of the policy in force. */
function edgesOf(tables: readonly TableData[]): readonly Mark[] {
  const table = tables.find(({ id }) => id === 'thresholds');
  if (table === undefined) return [];
  const at = (name: string): number => table.columns.findIndex((column) => column.name === name);
  const row = table.rows.find((one) => one[at('in_force')] === true);
  const edge = (name: string, label: string): readonly Mark[] => {
    const value = row?.[at(name)];
    return typeof value === 'number' ? [{ at: value, label: `${label} ${plain(value)}` }] : [];
  };
  return [
    ...edge('reject_below', 'Rejected below'),
    ...edge('high_below', 'High below'),
    ...edge('low_from', 'Low from'),
  ];
}

/** Edges at the same score are one line, or one label would hide the other. */
const together = (edges: readonly Mark[]): readonly Mark[] =>
  [...new Set(edges.map(({ at }) => at))].map((at) => ({
    at,
    label: edges
      .filter((edge) => edge.at === at)
      .map(({ label }) => label)
      .join(', '),
  }));

export function CreditRisk() {
  const page = usePage<PageResponse>('/api/credit-risk');
  return (
    <ScreenFrame what="credit risk" resource={page}>
      {(data) => <Shown data={data} />}
    </ScreenFrame>
  );
}

function Shown({ data: { figures, charts, tables, filters } }: { readonly data: PageResponse }) {
  const { meta } = useKnown();
  const edges = useMemo(() => edgesOf(tables), [tables]);
  const lines = useMemo(() => together(edges), [edges]);
  const compared = filters.previous !== null;
  return (
    <div className="panels">
      {charts
        .filter(({ kind }) => kind === 'histogram')
        .map((chart) => (
          <Chart key={chart.id} chart={chart} dimensions={meta.dimensions} marks={lines} height={300} wide />
        ))}
      {figures.map((figure) =>
        figure.kind === 'gauge' ? (
          <Gauge key={figure.id} figure={figure} edges={edges} compared={compared} />
        ) : (
          <FigureTile key={figure.id} figure={figure} dimensions={meta.dimensions} compared={compared} />
        ),
      )}
      {charts
        .filter(({ kind }) => kind !== 'histogram')
        .map((chart) => (
          <Chart
            key={chart.id}
            chart={chart}
            dimensions={meta.dimensions}
            height={280}
            wide={chart.id === 'rates_by_region'}
          />
        ))}
      {tables.map((table) => (
        <DataTable key={table.id} table={table} dimensions={meta.dimensions} />
      ))}
    </div>
  );
}

function Gauge({
  figure,
  edges,
  compared,
}: {
  readonly figure: Figure;
  readonly edges: readonly Mark[];
  readonly compared: boolean;
}) {
  const { meta } = useKnown();
  const bands = useMemo(() => edges.filter(({ label }) => !label.startsWith('Rejected')), [edges]);
  const option = useCallback(
    (theme: Theme, still: boolean) => gaugeOption(figure, theme, still, bands),
    [figure, bands],
  );
  const [from, to] = figure.range ?? [0, 1];
  return (
    <div className="panel gauge">
      <FigureTile figure={figure} dimensions={meta.dimensions} compared={compared} />
      <Canvas
        option={option}
        height={190}
        label={`${figure.title}: ${measureText(figure.value, figure.measure)} on a scale from ${plain(from)} to ${plain(to)}`}
      />
    </div>
  );
}
