import type { DimensionInfo, Figure } from '../../../api/types.ts';
import { changeText, measureText } from '../format.ts';
import { Icon } from './icons.tsx';
import { NotCut } from './not-cut.tsx';

/** Whether a change is welcome: said in words and by colour; the arrow says its direction alone. */
function verdict({ change, measure }: Figure): 'good' | 'bad' | 'level' {
  if (change === null || change === 0 || measure.better === 'neither') return 'level';
  return change > 0 === (measure.better === 'higher') ? 'good' : 'bad';
}

const VERDICTS = { good: 'better', bad: 'worse', level: '' } as const;

/** Why there is no change to be told. */
function without({ value, previous }: Figure, compared: boolean): string {
  if (!compared) return 'Choose a period to compare';
  if (value === null) return 'Nothing in this period';
  return previous === null ? 'Nothing in the period before' : 'Was 0 in the period before';
}

interface Properties {
  readonly figure: Figure;
  readonly dimensions: readonly DimensionInfo[];
  readonly compared: boolean;
}

export function FigureTile({ figure, dimensions, compared }: Properties) {
  const { measure, value, previous, change } = figure;
  const kind = verdict(figure);
  const fraud = /fraud|flagged/.test(figure.id) && value !== null && value > 0;
  return (
    <section className={fraud ? 'figure fraud' : 'figure'} data-figure={figure.id} aria-label={figure.title}>
      <h3>
        {fraud && <Icon name="flag" />}
        {figure.title}
      </h3>
      <p className="value" data-value={value ?? ''}>
        {measureText(value, measure)}
      </p>
      {change !== null ? (
        <p className={`change ${kind}`}>
          <Icon name={change > 0 ? 'up' : change < 0 ? 'down' : 'level'} />
          {changeText(change, measure)} {VERDICTS[kind]}
          <span className="muted"> from {measureText(previous, measure)}</span>
        </p>
      ) : (
        <p className="change muted">{without(figure, compared)}</p>
      )}
      <p className="about">{figure.description}</p>
      <NotCut by={figure.not_filtered_by} dimensions={dimensions} />
    </section>
  );
}
