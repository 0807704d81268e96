/** A column of a view as the server describes it. */
export interface BiColumn {
  readonly name: string;
  /** as information_schema names it: text, bigint, numeric, date, timestamp with time zone, boolean … */
  readonly type: string;
}

/**
 * The columns of each view of schema bi, in their order, by the name of the view.
 *
 * @param warehouse a migrated one: TestWarehouse, or anything that asks it
 */
export async function biColumns(warehouse: {
  query(text: string): Promise<Record<string, unknown>[]>;
}): Promise<Readonly<Record<string, readonly BiColumn[]>>> {
  const rows = await warehouse.query(
    `select table_name as view, column_name as name, data_type as type
     from information_schema.columns
     where table_schema = 'bi'
     order by table_name, ordinal_position`,
  );
  const views: Record<string, BiColumn[]> = {};
  for (const { view, name, type } of rows as unknown as (BiColumn & { view: string })[])
    (views[view] ??= []).push({ name, type });
  return views;
}
