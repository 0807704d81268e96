import type { PageResponse } from '../../../api/types.ts';
import { ageText, NOTHING } from '../format.ts';
import { Chart } from '../parts/chart.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { FigureTile } from '../parts/figure.tsx';
import { ScreenFrame } from '../parts/screen-frame.tsx';
import { useKnown } from '../state/meta.ts';
import { Freshness } from './freshness.tsx';
import { Lineage } from './lineage.tsx';
import { usePage } from './page.ts';
import { StageMap } from './stage-map.tsx';

export function Pipeline() {
  const { meta, live } = useKnown();
  const page = usePage<PageResponse>('/api/pipeline');
  return (
    <ScreenFrame what="the pipeline" resource={page} evenEmpty>
      {({ figures, charts, tables, filters, standing }) => (
        <>
          <StageMap standing={standing} live={live} />
          <div className="figures">
            <section className="figure" data-figure="lag" aria-label="Lag of the warehouse">
              <h3>Lag of the warehouse</h3>
              <p className="value">{lag(live.counts?.last_arrival ?? standing.last_arrival, standing.last_arrival)}</p>
              <p className="change muted">between the last record that arrived and the last that is loaded</p>
            </section>
            <Freshness standing={standing} />
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
                height={240}
                wide={chart.kind === 'line'}
              />
            ))}
            {tables
              .filter(({ id }) => id === 'job_detail')
              .map((table) => (
                <Lineage key={table.id} runs={table} />
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

function lag(arrived: string | null, loaded: string | null): string {
  if (arrived === null) return NOTHING;
  if (loaded === null) return 'nothing loaded';
  return ageText(loaded, arrived);
}
