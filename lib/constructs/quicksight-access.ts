import { type Role, rulesOf, ruleColumns } from '../../bi/quicksight/rows.ts';
import type { View } from '../../bi/catalogue/index.ts';
import type { Settings } from '../config/settings.ts';

/** Somebody of QuickSight, user or group. */
export interface Reader {
  readonly role: Role;
  readonly arn: string;
}

/** Who sees the dashboard, in the order given. */
export const readersOf = ({ quicksightReaders }: Settings): readonly Reader[] =>
  quicksightReaders
    .split(',')
    .filter((text) => text !== '')
    .map((text) => {
      const at = text.indexOf('=');
      return { role: text.slice(0, at) as Role, arn: text.slice(at + 1) };
    });

/** Everyone once: QuickSight refuses a principal that is named twice. */
export const principalsOf = (readers: readonly Reader[]): readonly string[] => [
  ...new Set(readers.map(({ arn }) => arn)),
];

const actions = (of: string): string[] => of.split(' ').map((action) => `quicksight:${action}`);

/** What QuickSight's own "owner" and "viewer" of each kind may do. */
export const MAY = {
  ownDataSource: actions(
    'DescribeDataSource DescribeDataSourcePermissions PassDataSource UpdateDataSource DeleteDataSource ' +
      'UpdateDataSourcePermissions',
  ),
  ownDataSet: actions(
    'DescribeDataSet DescribeDataSetPermissions PassDataSet DescribeIngestion ListIngestions UpdateDataSet ' +
      'DeleteDataSet CreateIngestion CancelIngestion UpdateDataSetPermissions',
  ),
  ownAnalysis: actions(
    'RestoreAnalysis UpdateAnalysisPermissions DeleteAnalysis DescribeAnalysisPermissions QueryAnalysis ' +
      'DescribeAnalysis UpdateAnalysis',
  ),
  ownDashboard: actions(
    'DescribeDashboard ListDashboardVersions UpdateDashboardPermissions QueryDashboard UpdateDashboard ' +
      'DeleteDashboard DescribeDashboardPermissions UpdateDashboardPublishedVersion',
  ),
  viewDashboard: actions('DescribeDashboard ListDashboardVersions QueryDashboard'),
} as const;

/** The columns of rules in the form that names principals by ARN: both are there, one is filled. */
const PRINCIPALS = ['UserARN', 'GroupARN'] as const;

export interface RuleTable {
  readonly sql: string;
  readonly columns: readonly (readonly [name: string, type: string])[];
}

/**
 * The rules of a view as a query that needs no table: a row for each reader whose role sees rows of it. Null stands for
 * every value; who has no row here sees nothing. The administrator sees everything, as owner and as a reader.
 *
 * @returns undefined where everyone sees every row
 */
export function ruleTable(view: View, { quicksightAdmin, ...settings }: Settings): RuleTable | undefined {
  const rules = rulesOf(view);
  if (rules.length === 0) return undefined;
  const columns = ruleColumns(view);
  const readers = [...readersOf({ quicksightAdmin, ...settings }), { role: 'all' as const, arn: quicksightAdmin }];
  const rows = readers.flatMap(({ role, arn }) =>
    rules
      .filter((rule) => rule.role === role)
      .map(({ values }) => [...principal(arn), ...columns.map((column) => values[column] ?? null)]),
  );
  const unique = [...new Set(rows.map((row) => `(${row.map(literal).join(', ')})`))];
  const names = [...PRINCIPALS, ...columns];
  return {
    sql: `select * from (values ${unique.join(', ')}) as r (${names.map((name) => `"${name}"`).join(', ')})`,
    columns: names.map((name) => [name, 'STRING']),
  };
}

const principal = (arn: string): [user: string | null, group: string | null] =>
  arn.includes(':group/') ? [null, arn] : [arn, null];

const literal = (value: string | null): string =>
  value === null ? 'null::text' : `'${value.replaceAll("'", "''")}'::text`;
