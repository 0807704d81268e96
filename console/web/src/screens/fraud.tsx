import type { PageResponse } from '../../../api/types.ts';
import { Chart } from '../parts/chart.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { FigureTile } from '../parts/figure.tsx';
import { ScreenFrame } from '../parts/screen-frame.tsx';
import { useKnown } from '../state/meta.ts';
import { usePage } from './page.ts';

/** What the queue adds up to: rules, places, amounts. */
export function Fraud() {
  const { meta } = useKnown();
  const page = usePage<PageResponse>('/api/fraud');
  return (
    <ScreenFrame what="fraud and rules" resource={page}>
      {({ figures, charts, tables, filters }) => (
        <>
          <div className="figures">
            {figures.map((figure) => (
              <FigureTile
                key={figure.id}
                figure={figure}
                dimensions={meta.dimensions}
                compared={filters.previous !== null}
              />
            ))}
          </div>
          <div className="panels">
            {charts.map((chart) => (
              <Chart
                key={chart.id}
                chart={chart}
                dimensions={meta.dimensions}
                wide={chart.kind === 'line'}
                height={280}
              />
            ))}
            {tables.map((table) => (
              <DataTable key={table.id} table={table} dimensions={meta.dimensions} />
            ))}
          </div>
        </>
      )}
    </ScreenFrame>
  );
}
