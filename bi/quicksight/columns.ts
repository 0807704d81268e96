import type { View } from '../catalogue/index.ts';

/** How QuickSight takes a column. A flag becomes text: QuickSight knows no name for true and false. */
export type ColumnType = 'STRING' | 'INTEGER' | 'DECIMAL' | 'DATETIME';

const words = (text: string): readonly string[] => text.split(' ');

const TYPES: Readonly<Record<Exclude<ColumnType, 'STRING'>, readonly string[]>> = {
  INTEGER: words(
    'revision credit_score score_bin applications approved rejected under_review flagged ' +
      'confirmed credit_score_sum transactions alerts open_alerts false_positives received decided quarantined ' +
      'duplicates conflicts undecided issues refused_analytics refused_scoring rows_in rows_out pending missing ' +
      'unexpected parity_differences differences high_below low_from reject_below approval_floor schema_version',
  ),
  DECIMAL: words('amount amount_ceiling duration_seconds flagged_amount instant_amount loan_amount pd'),
  DATETIME: words(
    'arrival at created_at date decided_at disposed_at effective_from effective_to event_time finished hour ' +
      'ingest_time last_arrival last_event_time started until updated_at warehouse_as_of',
  ),
};
/** What a view says by true and false, in words. */
const FLAGS: Readonly<Record<string, readonly [yes: string, no: string]>> = {
  is_fraud: ['Flagged', 'Normal'],
  in_force: ['In force', 'Not in force'],
  quarantined: ['Quarantined', 'Let through'],
};
/** Where a name means something else than everywhere: of issues it is a flag, of arrivals a count. */
const OF_VIEW: Readonly<Partial<Record<View, Readonly<Record<string, ColumnType>>>>> = {
  data_quality_issues: { quarantined: 'STRING' },
  data_quality_days: { quarantined: 'STRING' },
};

export function typeOf(view: View, column: string): ColumnType {
  const own = OF_VIEW[view]?.[column];
  if (own !== undefined) return own;
  const found = Object.entries(TYPES).find(([, columns]) => columns.includes(column));
  return found === undefined ? 'STRING' : (found[0] as ColumnType);
}

/** A column as the query of its data set selects it; the view is always `v`, so that columns are found again. */
export function selected(view: View, column: string): string {
  const flag = FLAGS[column];
  if (flag === undefined || typeOf(view, column) !== 'STRING') return `v.${column}`;
  return `case when v.${column} then '${flag[0]}' else '${flag[1]}' end as ${column}`;
}

/** Both words of a flag, as data sets have them. @throws Error when the column is none */
export function wordsOf(column: string): readonly [yes: string, no: string] {
  const flag = FLAGS[column];
  if (flag === undefined) throw new Error(`${column} is no flag with words of its own.`);
  return flag;
}
