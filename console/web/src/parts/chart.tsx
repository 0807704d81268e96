import { useCallback, useId, useMemo, useState } from 'react';
import type { ChartData, DimensionInfo } from '../../../api/types.ts';
import { chartOption, type Mark } from '../charts/options.ts';
import { type Shape, shapeOf, valueText } from '../charts/shape.ts';
import type { Theme } from '../charts/theme.ts';
import { measureText } from '../format.ts';
import { Canvas } from './canvas.tsx';
import { Icon } from './icons.tsx';
import { NotCut } from './not-cut.tsx';
import { NothingHere } from './states.tsx';

interface Properties {
  readonly chart: ChartData;
  readonly dimensions: readonly DimensionInfo[];
  readonly marks?: readonly Mark[];
  readonly height?: number;
  /** two of three columns */
  readonly wide?: boolean;
  /** a row of its own */
  readonly full?: boolean;
}

const NO_MARKS: readonly Mark[] = [];

/** A picture, and the same numbers as a table for whoever does not see it or wants to read them off. */
export function Chart({ chart, dimensions, marks = NO_MARKS, height = 240, wide = false, full = false }: Properties) {
  const [asTable, setAsTable] = useState(false);
  const id = useId();
  const shape = useMemo(() => shapeOf(chart), [chart]);
  const option = useCallback(
    (theme: Theme, still: boolean) => (shape === null ? {} : chartOption(chart, shape, theme, still, marks)),
    [chart, shape, marks],
  );
  return (
    <section
      className={`panel chart${full ? ' full' : wide ? ' wide' : ''}`}
      data-chart={chart.id}
      aria-labelledby={id}
    >
      <header>
        <div>
          <h3 id={id}>{chart.title}</h3>
          <p className="about">{chart.description}</p>
        </div>
        {shape !== null && (
          <div className="tools">
            <button type="button" className="small" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
              Table<span className="visually-hidden"> of {chart.title}</span>
            </button>
            <a className="button small" href={exportHref(chart.id)} download={`${chart.id}.csv`}>
              <Icon name="save" />
              CSV<span className="visually-hidden"> of {chart.title}</span>
            </a>
          </div>
        )}
      </header>
      {shape === null ? (
        <NothingHere>Nothing under these filters.</NothingHere>
      ) : asTable ? (
        <ChartTable title={chart.title} shape={shape} height={height} />
      ) : (
        <Canvas option={option} height={height} label={summary(chart, shape, marks)} />
      )}
      {chart.truncated && <p className="not-cut">There is more than is drawn; the CSV has all of it.</p>}
      <NotCut by={chart.not_filtered_by} dimensions={dimensions} />
    </section>
  );
}

/** Only what the page's filters are: the drawer that is open, say, is no filter. */
function exportHref(id: string): string {
  const query = new URLSearchParams(location.search);
  query.delete('alert');
  return `/api/export/${id}.csv${query.size === 0 ? '' : `?${query}`}`;
}

/** What a picture says to whoever hears it: its extremes; the table says the rest. */
function summary({ title, description }: ChartData, { axis, places, series }: Shape, marks: readonly Mark[]): string {
  const parts = series.slice(0, 6).map(({ title: name, values, measure }) => {
    const numbers = values.filter((value): value is number => value !== null);
    if (numbers.length === 0) return `${name}: nothing`;
    const most = Math.max(...numbers);
    return `${name}: at most ${measureText(most, measure)} at ${valueText(axis, places[values.indexOf(most)] ?? '')}`;
  });
  const lines = marks.map(({ label }) => `line: ${label}`);
  return `${title}. ${description} ${[...parts, ...lines].join('; ')}. The button Table shows all values.`;
}

function ChartTable({
  title,
  shape: { axis, places, series },
  height,
}: {
  readonly title: string;
  readonly shape: Shape;
  readonly height: number;
}) {
  return (
    <div className="scroll" style={{ maxHeight: height }} tabIndex={0} role="region" aria-label={`Table of ${title}`}>
      <table className="numbers">
        <thead>
          <tr>
            <th scope="col">{axis.title}</th>
            {series.map(({ key, title: name }) => (
              <th key={key} scope="col">
                <bdi>{name}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {places.map((place, at) => (
            <tr key={place}>
              <th scope="row">
                <bdi>{valueText(axis, place)}</bdi>
              </th>
              {series.map(({ key, values, measure }) => (
                <td key={key}>{measureText(values[at] ?? null, measure)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
