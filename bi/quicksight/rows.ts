import type { Owner, View } from '../catalogue/index.ts';
import { wordsOf } from './columns.ts';

/** A role of readers; `all` sees every row, and is for those who answer for all of it. */
export type Role = Owner | 'all';
export const ROLES: readonly Role[] = ['credit', 'fraud', 'data-quality', 'operations', 'all'];

/** Rows whose text columns have these values; an empty object = every row. */
export type Rows = Readonly<Record<string, string>>;

const EVERY: Rows = {};

/**
 * Which role sees which rows of the views that show single people or their records; a role that is not named sees none.
 * Views that are not here have counts and no person, and everyone who may open the dashboard sees them whole.
 */
export const ROWS: Readonly<Partial<Record<View, Readonly<Partial<Record<Owner, Rows>>>>>> = {
  applications: { credit: EVERY, fraud: { is_fraud: wordsOf('is_fraud')[0] } },
  transactions: { fraud: EVERY },
  fraud_alerts: { fraud: EVERY, credit: { subject_kind: 'application' } },
  data_quality_issues: { 'data-quality': EVERY, operations: EVERY },
};

/** One row of the rules of a view: who, and the values that a row must have; null = any. */
export interface Rule {
  readonly role: Role;
  readonly values: Readonly<Record<string, string | null>>;
}

/** The columns by which rows of a view are told apart. */
export const ruleColumns = (view: View): readonly string[] => [
  ...new Set(Object.values(ROWS[view] ?? {}).flatMap((rows) => Object.keys(rows))),
];

/** The rules of a view, `all` at the end; none = everyone sees every row. */
export function rulesOf(view: View): readonly Rule[] {
  const roles = ROWS[view];
  if (roles === undefined) return [];
  const columns = ruleColumns(view);
  const rule = (role: Role, rows: Rows): Rule => ({
    role,
    values: Object.fromEntries(columns.map((column) => [column, rows[column] ?? null])),
  });
  return [...Object.entries(roles).map(([role, rows]) => rule(role as Owner, rows)), rule('all', EVERY)];
}
