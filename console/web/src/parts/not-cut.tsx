import type { DimensionInfo } from '../../../api/types.ts';
import { words } from '../text.ts';

/** Which of the filters in force have no say here, so that nobody reads a figure as cut that is not. */
export function NotCut({
  by,
  dimensions,
}: {
  readonly by: readonly string[];
  readonly dimensions: readonly DimensionInfo[];
}) {
  if (by.length === 0) return null;
  const title = (id: string): string => dimensions.find((one) => one.id === id)?.title ?? words(id);
  return <p className="not-cut">Not filtered by {by.map(title).join(', ')}</p>;
}
