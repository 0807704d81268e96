import type { ActivityType } from '../contract/values.ts';

/** A decided record as later records of the same customer and stream see it. `seq` is its position. */
export interface ApplicationEntry {
  readonly kind: 'application';
  readonly seq: string;
  readonly event_time: number;
  readonly application_id: string;
  readonly revision: number;
  readonly payload_hash: string;
  /** the decision and the digest of the policy that made it, for the API that serves the latest decisions */
  readonly outcome: string;
}

export interface ActivityEntry {
  readonly kind: 'activity';
  readonly seq: string;
  readonly event_time: number;
  readonly type: ActivityType;
  /** transaction_id, or else event_id, or else the payload hash */
  readonly identity: string;
  readonly payload_hash: string;
  /** integer cents */
  readonly amount: number | null;
  readonly location: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly device_id: string | null;
}

export type HistoryEntry = ApplicationEntry | ActivityEntry;

/** The first decided record of an identity: whoever comes later is a duplicate of it or in conflict with it. */
export interface IdentityClaim {
  readonly seq: string;
  readonly payload_hash: string;
}
