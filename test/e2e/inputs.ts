import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

type Counts = Readonly<Record<string, number>>;
type Part = Readonly<Record<string, Counts>>;

/** What the contract fixes of a report, by policy. */
export type Expected = Readonly<Record<'founding' | 'default', Part>>;

const own = resolve(import.meta.dirname, 'fixtures');
const shared = resolve(import.meta.dirname, '../../../shared/data');
const directory = existsSync(join(shared, 'nasty.expected.json')) ? shared : own;

const expected = JSON.parse(readFileSync(join(directory, 'nasty.expected.json'), 'utf8')) as Readonly<
  Record<string, Expected>
>;

/**
 * Files that somebody else wrote and counted, where they lie beside the project; a few lines of our own, counted by
 * hand, where they do not.
 */
export const inputs = {
  applications: join(directory, 'nasty_applications.ndjson'),
  activity: join(directory, 'nasty_activity.ndjson'),
  loans: join(directory, 'loan_applications.csv'),
  expectedApplications: expected['nasty_applications.ndjson'] as Expected,
  expectedActivity: expected['nasty_activity.ndjson'] as Expected,
  expectedLoans: (directory === shared
    ? {
        applications: { received: 40_961, decided: 40_961, quarantined: 0, duplicate: 0, conflict: 0 },
        alerts: { R001: 6 },
        riskLevel: { High: 457, Medium: 37_875, Low: 2_629 },
        warehouse: { credit_scores: 40_961, fact_loan_application: 40_961, dim_user: 40_961, fraud_alerts: 6 },
      }
    : JSON.parse(readFileSync(join(own, 'loan_applications.expected.json'), 'utf8'))) as Part,
};
