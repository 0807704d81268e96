import type { PageResponse } from '../../../api/types.ts';
import type { Mark } from '../charts/options.ts';
import { measureText } from '../format.ts';
import { Chart } from '../parts/chart.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { FigureTile } from '../parts/figure.tsx';
import { Icon } from '../parts/icons.tsx';
import { ScreenFrame } from '../parts/screen-frame.tsx';
import { useKnown } from '../state/meta.ts';
import { usePage } from './page.ts';

/** Above it the alarm goes off. */
const MOST_INVALID = 0.05;
const LINE: readonly Mark[] = [{ at: MOST_INVALID, label: 'Alarm above 5 %' }];

export function DataQuality() {
  const { meta } = useKnown();
  const page = usePage<PageResponse>('/api/data-quality');
  return (
    <ScreenFrame what="data quality" resource={page}>
      {({ figures, charts, tables, filters }) => (
        <>
          <div className="figures">
            <LastShare charts={charts} />
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
                {...(chart.id === 'invalid_share' ? { marks: LINE, wide: true } : {})}
                full={chart.id === 'repeated'}
                height={260}
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

/** The last day's share against the line, in words. */
function LastShare({ charts }: { readonly charts: PageResponse['charts'] }) {
  const chart = charts.find(({ id }) => id === 'invalid_share');
  const last = chart?.rows.findLast(({ values }) => values[0] !== null);
  const [measure] = chart?.measures ?? [];
  const value = last?.values[0] ?? null;
  if (measure === undefined || last === undefined || value === null) return null;
  const above = value > MOST_INVALID;
  return (
    <section
      className={above ? 'figure stale' : 'figure'}
      data-figure="last_invalid_share"
      aria-label="Invalid on the last day"
    >
      <h3>
        <Icon name={above ? 'warning' : 'ok'} />
        Invalid on the last day
      </h3>
      <p className="value">{measureText(value, measure)}</p>
      <p className="change">{above ? 'above' : 'within'} the line of 5 %</p>
      <p className="about">{String(last.by[0])}, by arrival, UTC.</p>
    </section>
  );
}
