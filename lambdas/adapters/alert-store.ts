import type { AlertStatus } from '../../core/contract/values.ts';
import type { Alert } from '../../core/receipts/types.ts';
import { readStatement } from '../../core/reviews/statement.ts';
import { orRefused, StaleVersionError, unknownAlert } from './review-errors.ts';

/** One change of an alert's status: who, when (ISO text), and why; the pipeline, which raises it, gives no reason. */
export interface StatusChange {
  readonly status: AlertStatus;
  readonly by: string;
  readonly at: string;
  readonly reason: string | null;
}

export interface StoredAlert extends Alert {
  readonly status: AlertStatus;
  readonly history: readonly StatusChange[];
  /** ISO text, UTC */
  readonly created_at: string;
  readonly updated_at: string;
}

export interface NewStatus {
  /** the alert's version as the person saw it: see {@link versionOf} */
  readonly seenVersion: number;
  readonly to: AlertStatus;
  readonly by: string;
  readonly reason: string;
  readonly at: Date;
}

export interface AlertStore {
  /** Adds what is not there yet; an alert that is there keeps its status and history. */
  insert(alerts: readonly Alert[], now: Date): Promise<{ readonly inserted: number; readonly existing: number }>;
  get(alertId: string): Promise<StoredAlert | null>;
  /** Pages of the alerts whose updated_at is not before `since` (ISO text), ascending by (updated_at, alert_id). */
  updatedSince(since: string): AsyncIterable<readonly StoredAlert[]>;
  /**
   * Gives an alert a status, which must make sense after the one it has: that is for the caller to see to.
   *
   * @returns the alert as it is now
   * @throws StaleVersionError with the alert as it is, when it is not of the version that was seen
   * @throws ReviewRefused when there is no such alert, or name or reason cannot be taken
   */
  changeStatus(alertId: string, change: NewStatus): Promise<StoredAlert>;
}

/** Grows with each change. */
export const versionOf = ({ history }: Pick<StoredAlert, 'history'>): number => history.length;

/** An alert as it is first stored. */
export const newlyStored = (alert: Alert, now: Date): StoredAlert => ({
  ...alert,
  status: 'open',
  history: [{ status: 'open', by: 'pipeline', at: now.toISOString(), reason: null }],
  created_at: now.toISOString(),
  updated_at: now.toISOString(),
});

/**
 * `at` as ISO text, or a millisecond after `last` where that is later: of two machines' clocks one may be slow, and
 * what comes later must look later, or the warehouse would keep the earlier state.
 */
export const laterThan = (last: string | undefined, at: Date): string =>
  new Date(Math.max(at.getTime(), last === undefined ? 0 : Date.parse(last) + 1)).toISOString();

/** The call that a change of status is made of, beside reading. */
export interface AlertItems {
  get(alertId: string): Promise<StoredAlert | null>;
  /** @returns false when the stored alert is no longer of this version: nothing was changed */
  append(alertId: string, seenVersion: number, change: StatusChange): Promise<boolean>;
}

/** {@link AlertStore.changeStatus} */
export async function appendStatus(items: AlertItems, alertId: string, change: NewStatus): Promise<StoredAlert> {
  const { by, reason } = orRefused(() => readStatement(change));
  const seen = await found(items, alertId);
  const stale = (current: StoredAlert) => new StaleVersionError('The alert', current);
  if (versionOf(seen) !== change.seenVersion) throw stale(seen);
  const entry: StatusChange = { status: change.to, by, at: laterThan(seen.updated_at, change.at), reason };
  if (!(await items.append(alertId, change.seenVersion, entry))) throw stale(await found(items, alertId));
  return { ...seen, status: change.to, history: [...seen.history, entry], updated_at: entry.at };
}

async function found(items: AlertItems, alertId: string): Promise<StoredAlert> {
  const alert = await items.get(alertId);
  if (alert === null) throw unknownAlert();
  return alert;
}
