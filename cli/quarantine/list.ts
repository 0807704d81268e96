import { positionId } from '../../core/contract/position.ts';
import { ACTIVITY } from '../../core/contract/streams.ts';
import type { Issue } from '../../core/events/types.ts';
import { TIMESTAMP_FORM } from '../../core/events/timestamps.ts';
import { count, plural, print, say, table } from '../ui.ts';
import type { Place } from '../flags.ts';
import { wordedFor } from '../issue-text.ts';
import { typed } from '../suggest.ts';
import type { IdentifiedRecord } from './identify.ts';
import type { QuarantinedRecord } from './quarantine.ts';

const LONGEST_ID = 24;

/** The newest first: whoever looks has just sent something. */
export const newestFirst = <T extends QuarantinedRecord>(records: readonly T[]): T[] =>
  records.toSorted(
    (x, y) => y.arrival - x.arrival || (x.position.seq < y.position.seq ? 1 : x.position.seq > y.position.seq ? -1 : 0),
  );

/** One record as JSON: what is shown, complete. */
export const asJson = ({ position, arrival, issues, id, user, decidedAt }: IdentifiedRecord): unknown => ({
  position,
  arrival,
  id,
  user_id: user,
  issues,
  decided_later: decidedAt,
});

/** @param total how many there are, shown or not */
export function showList(
  records: readonly IdentifiedRecord[],
  total: number,
  { long = false, ...place }: Place & { readonly long?: boolean },
): void {
  const rows = records.flatMap((record) =>
    record.issues.map((issue, index) => [
      ...(index === 0 ? head(record, long) : head(record, long).map(() => '')),
      issue.check,
      reasonOf(issue, record.isEmpty),
    ]),
  );
  const titles = [...(long ? ['position'] : []), 'arrived (UTC)', 'stream', 'id', 'later', 'check', 'reason'];
  if (rows.length > 0) print(fitted(table(titles, rows), long ? undefined : process.stdout.columns));
  const mended = records.filter(({ decidedAt }) => decidedAt !== null).length;
  const cut = total > records.length ? `, the ${count(records.length)} newest shown (--limit)` : '';
  say(
    `${plural(total, 'record')} in quarantine${cut}${mended === 0 ? '' : `; ${count(mended)} of these came again and were decided later`}`,
  );
  // A terminal cuts the reason before it.
  if (records.some(({ issues }) => issues.some(({ check }) => check === 'invalid_timestamp')))
    say(`A timestamp as text has the form ${TIMESTAMP_FORM}; docs/records.md shows how to map other dates to it`);
  if (total > 0) say(`Their bytes, to be mended: ${typed('quarantine export --stream NAME --out FILE.ndjson', place)}`);
}

function head({ position, arrival, id, decidedAt }: IdentifiedRecord, long: boolean): string[] {
  const name = id ?? '–';
  return [
    ...(long ? [positionId(position)] : []),
    new Date(arrival).toISOString().slice(0, 19).replace('T', ' '),
    position.stream === ACTIVITY ? 'activity' : 'applications',
    long || name.length <= LONGEST_ID ? name : `${name.slice(0, LONGEST_ID - 1)}…`,
    decidedAt === null ? '' : 'decided',
  ];
}

function reasonOf(issue: Issue, isEmpty: boolean): string {
  const { field } = issue;
  const reason = wordedFor(issue);
  if (isEmpty) return `${reason}: the record is empty, as a blank line of a file is`;
  return field === null || reason.includes(field) ? reason : `${field}: ${reason}`;
}

/** Lines that a terminal would break are cut; `--long` and a pipe get them whole. */
const fitted = (text: string, columns: number | undefined): string =>
  columns === undefined
    ? text
    : text
        .split('\n')
        .map((line) => (line.length <= columns ? line : `${line.slice(0, columns - 1)}…`))
        .join('\n');
