/** One line of the bench table: a median of several runs beside a baseline measured in the same run. */
export interface Measurement {
  /** what was done, as the table names it */
  readonly name: string;
  /** "records/s", "ms", "MiB", "CPU s per million" … */
  readonly unit: string;
  readonly median: number;
  readonly runs: readonly number[];
  /** what `ratio` compares with, and its figure in the same unit */
  readonly baseline: { readonly name: string; readonly value: number } | null;
  readonly ratio: number | null;
  /** the least (or, with `atMost`, the greatest) value that is good enough; null where none is set */
  readonly target: number | null;
  readonly atMost?: boolean;
  readonly note?: string;
  /** of a query: how the server ran it, line by line */
  readonly plan?: readonly string[];
}

export interface BenchOptions {
  /** multiplies the amount of work: 1 is the size of the published figures */
  readonly scale: number;
  readonly runs: number;
}

/** A file of this folder exports one of these under the name `run`. */
export type Bench = (options: BenchOptions) => Promise<readonly Measurement[]>;

/** @returns the middle value; the mean of the two middle ones for an even count. NaN for an empty list. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** @param q between 0 and 1; nearest-rank percentile */
export function percentile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? NaN;
}

export const holds = (m: Measurement): boolean | null =>
  m.target === null ? null : m.atMost ? m.median <= m.target : m.median >= m.target;
