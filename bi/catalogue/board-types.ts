/** What a stage has by choice; a widget about it is left out where the stage has chosen otherwise. */
export type Choice = 'kinesis' | 'msk' | 'rds' | 'documentdb';

/** Stands for a name that a resource gets when it is made, such as `{stage}` or `{function:detect-fraud}`. */
export type Place = `{${string}}`;

/** A metric of CloudWatch under its dimensions. */
export interface Signal {
  readonly namespace: string;
  readonly metric: string;
  /** value, or the place of one; `*` = every value there is, each a line of its own */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Sum' | 'Average' | 'Maximum' | 'Minimum' | 'SampleCount' | 'p99';
  readonly label: string;
}

/** Of metrics: m1 is the first signal of the widget, m2 the second. With expressions, the signals themselves are hidden. */
export interface Expression {
  readonly expression: string;
  readonly label: string;
}

export interface Widget {
  readonly title: string;
  readonly kind: 'lines' | 'stacked';
  readonly unit: 'count' | 'seconds' | 'milliseconds' | 'percent' | 'bytes';
  readonly signals: readonly Signal[];
  readonly expressions?: readonly Expression[];
  /** what is promised, or where an alarm is */
  readonly line?: { readonly at: number; readonly label: string };
  readonly only?: Choice;
}

export interface Section {
  readonly title: string;
  readonly widgets: readonly Widget[];
}

export interface Board {
  readonly id: 'operations' | 'business';
  readonly title: string;
  readonly sections: readonly Section[];
}

const PLACE = /\{([^{}]+)\}/g;

/** Puts names in the place of what stands for them. @throws Error when `nameOf` does not know one */
export const fill = (text: string, nameOf: (place: string) => string): string =>
  text.replaceAll(PLACE, (_, place: string) => nameOf(place));

/** Every place that a board names, once, sorted. */
export function placesOf(board: Board): readonly string[] {
  const texts = board.sections.flatMap(({ widgets }) =>
    widgets.flatMap(({ signals }) => signals.flatMap(({ dimensions }) => Object.values(dimensions))),
  );
  return [...new Set(texts.flatMap((text) => [...text.matchAll(PLACE)].map((match) => match[1] ?? '')))].sort();
}
