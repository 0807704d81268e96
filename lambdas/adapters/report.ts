import { PipelineError } from '../runtime/errors.ts';
import { readSqlFiles } from './sql-files.ts';
import { rowsOf, type WarehouseReader } from './warehouse-reader.ts';

export interface StreamCounts {
  readonly received: number;
  readonly decided: number;
  readonly duplicate: number;
  readonly conflict: number;
  readonly quarantined: number;
  readonly undecided: number;
}

export interface ApplicationCounts extends StreamCounts {
  /** decided records of an application that had been decided before */
  readonly amendments: number;
  /** decided records whose applicant refused scoring */
  readonly withoutConsent: number;
}

/** By name; only what occurred. */
export type Counts = Readonly<Record<string, number>>;

/** What a run amounts to, read from the warehouse alone. */
export interface Report {
  readonly applications: ApplicationCounts;
  readonly activity: StreamCounts;
  readonly checks: Counts;
  /** by rule */
  readonly alerts: Counts;
  readonly riskLevel: Counts;
  readonly decisions: Counts;
  /** rows of each table */
  readonly warehouse: Counts;
  /** of the latest reconciliation */
  readonly reconciliation: {
    readonly pending: number;
    readonly missing: number;
    readonly unexpected: number;
    readonly parityDifferences: number;
  };
  /** ms of each job of the latest batch */
  readonly timings: Counts;
  /** of the latest decision */
  readonly policy: { readonly id: string; readonly version: string; readonly digest: string };
}

type Row = Record<string, unknown>;

/**
 * @param sqlRoot the directory sql/
 * @throws PipelineError when no batch has reconciled here yet
 */
export async function readReport(reader: WarehouseReader, sqlRoot?: string): Promise<Report> {
  const files = readSqlFiles('report', sqlRoot);
  const tables = await reader.read(files);
  const rows = new Map(files.map(({ name }, i) => [name, rowsOf<Row>(tables[i]!)]));
  const one = <T>(name: string): T => {
    const row = rows.get(name)?.[0];
    if (!row) throw new PipelineError('There is nothing to report: no batch has run to its end here yet.');
    return row as T;
  };
  const counts = (name: string): Counts =>
    Object.fromEntries((rows.get(name) ?? []).map((row) => [row['name'] as string, row['count'] as number]));
  return {
    applications: one('applications'),
    activity: one('activity'),
    checks: counts('checks'),
    alerts: counts('alerts'),
    riskLevel: counts('risk_level'),
    decisions: counts('decisions'),
    warehouse: one('warehouse'),
    reconciliation: one('reconciliation'),
    timings: counts('timings'),
    policy: one('policy'),
  };
}
