import type { PageResponse } from '../../../api/types.ts';
import { Chart } from '../parts/chart.tsx';
import { FigureTile } from '../parts/figure.tsx';
import { ScreenFrame } from '../parts/screen-frame.tsx';
import { useKnown } from '../state/meta.ts';
import { usePage } from './page.ts';
import { Freshness } from './freshness.tsx';

export function Overview() {
  const { meta } = useKnown();
  const page = usePage<PageResponse>('/api/overview');
  return (
    <ScreenFrame what="the overview" resource={page}>
      {({ figures, charts, filters, standing }) => (
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
            <Freshness standing={standing} />
          </div>
          <div className="panels">
            {charts.map((chart) => (
              <Chart
                key={chart.id}
                chart={chart}
                dimensions={meta.dimensions}
                wide={chart.kind === 'stacked-bar'}
                full={chart.kind === 'line'}
                height={chart.kind === 'donut' ? 250 : 260}
              />
            ))}
          </div>
        </>
      )}
    </ScreenFrame>
  );
}
