import type { Position } from '../../core/contract/position.ts';
import type { AlertStatus, Disposition, Outcome, ReviewDecision } from '../../core/contract/values.ts';
import type { RuleOutcome } from '../../core/receipts/types.ts';
import type { StoredAlert } from '../../lambdas/adapters/alert-store.ts';
import type { StoredReview } from '../../lambdas/adapters/review-store.ts';
import type { S3Objects } from '../../lambdas/adapters/s3-objects.ts';
import type { Statement, Table, WarehouseReader } from '../../lambdas/adapters/warehouse-reader.ts';
import type { Role } from './types.ts';

/** One record under an id, computed again from the log. */
export interface Replayed {
  readonly position: Position;
  /** ms since 1970 */
  readonly arrival: number;
  readonly disposition: Disposition;
  readonly outcome: Outcome | null;
  readonly digest: string;
  /** digest of the stored receipt; null where there is none */
  readonly stored: string | null;
  readonly policy: { readonly id: string; readonly version: string };
  /** decided records of the person that it saw */
  readonly history: number;
  readonly rules: readonly RuleOutcome[];
  /** when each rule fires, by its id */
  readonly conditions: Readonly<Record<string, string>>;
}

/** An alert as its store has it now. */
export interface AlertAtDesk {
  readonly alert: StoredAlert;
  readonly version: number;
  /** what it may be given next */
  readonly next: readonly AlertStatus[];
}

/** Where people decide; it refuses with ReviewRefused, and who saw something else with StaleVersionError. */
export interface Desk {
  showAlert(alertId: string): Promise<AlertAtDesk>;
  disposeAlert(change: {
    readonly alertId: string;
    readonly seenVersion: number;
    readonly to: AlertStatus;
    readonly by: string;
    readonly reason: string;
  }): Promise<AlertAtDesk>;
  showReviews(applicationId: string, userId: string): Promise<{ readonly reviews: readonly StoredReview[] }>;
  reviewApplication(review: {
    readonly applicationId: string;
    readonly userId: string;
    readonly revision: number;
    readonly decision: ReviewDecision;
    readonly by: string;
    readonly reason: string;
    readonly seenReviews: number;
  }): Promise<{ readonly review: StoredReview; readonly reviews: readonly StoredReview[] }>;
}

/** What the API works upon; whoever hosts it says where that is. */
export interface ConsoleDeps {
  /** each call is one snapshot */
  readonly warehouse: Pick<WarehouseReader, 'read'>;
  /** the rows of one statement in blocks of one snapshot @default all at once */
  readonly blocks?: (statement: Statement) => AsyncIterable<Table>;
  /** the bucket with the receipts; null where it is out of reach */
  readonly objects: S3Objects | null;
  /** computes everything under an application's id again; null where that is not possible */
  readonly replay: ((applicationId: string, userId: string) => Promise<readonly Replayed[]>) | null;
  /** dispositions and reviews; null where they cannot be made from here */
  readonly desk: Desk | null;
  readonly role: Role;
  /** secret from which the tokens that stand for people are made: the same secret gives the same tokens */
  readonly tokenKey: string;
  /** migrations that this code knows, in their order */
  readonly migrations: readonly string[];
  /** from when a warehouse counts as stale */
  readonly staleAfterMinutes: number;
  /** live counts are of what arrived from then on, ms since 1970 */
  readonly liveSince: number;
  readonly now: () => number;
  /** told of what nobody expected; never of data */
  readonly onError: (error: unknown) => void;
}
