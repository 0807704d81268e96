import type { AlertStatus } from '../../core/contract/values.ts';
import type { Alert } from '../../core/receipts/types.ts';

/** One change of an alert's status: who, when (ISO text), and why. */
export interface StatusChange {
  readonly status: AlertStatus;
  readonly by: string;
  readonly at: string;
  readonly note: string | null;
}

export interface StoredAlert extends Alert {
  readonly status: AlertStatus;
  readonly history: readonly StatusChange[];
  /** ISO text, UTC */
  readonly created_at: string;
  readonly updated_at: string;
}

export interface AlertStore {
  /** Adds what is not there yet; an alert that is there keeps its status and history. */
  insert(alerts: readonly Alert[], now: Date): Promise<{ readonly inserted: number; readonly existing: number }>;
  get(alertId: string): Promise<StoredAlert | null>;
  /** Pages of the alerts whose updated_at is not before `since` (ISO text), ascending by (updated_at, alert_id). */
  updatedSince(since: string): AsyncIterable<readonly StoredAlert[]>;
  /** @returns false when the alert does not exist or is no longer in the status `from`: nothing was changed */
  transition(
    alertId: string,
    change: {
      readonly from: AlertStatus;
      readonly to: AlertStatus;
      readonly by: string;
      readonly at: Date;
      readonly note?: string;
    },
  ): Promise<boolean>;
}

/** An alert as it is first stored. */
export const newlyStored = (alert: Alert, now: Date): StoredAlert => ({
  ...alert,
  status: 'open',
  history: [{ status: 'open', by: 'pipeline', at: now.toISOString(), note: null }],
  created_at: now.toISOString(),
  updated_at: now.toISOString(),
});
