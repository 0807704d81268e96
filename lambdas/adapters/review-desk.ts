import type { AlertStatus, ReviewDecision } from '../../core/contract/values.ts';
import { nextStatuses } from '../../core/reviews/transitions.ts';
import { type AlertStore, type NewStatus, type StoredAlert, versionOf } from './alert-store.ts';
import { type CurrentApplication, currentApplications } from './application-reader.ts';
import { ReviewRefused, StaleVersionError, unknownAlert } from './review-errors.ts';
import type { NewReview, ReviewStore, StoredReview } from './review-store.ts';
import type { WarehouseReader } from './warehouse-reader.ts';

/** What is told of a decision where logs are kept: who, what, from which state to which; nothing of the customer. */
export interface Audited {
  readonly action: 'alert_disposed' | 'application_reviewed';
  readonly by: string;
  /** the alert's or the decision's */
  readonly id: string;
  readonly from: AlertStatus | ReviewDecision | 'Under Review';
  readonly to: AlertStatus | ReviewDecision;
  readonly at: string;
}

export interface DeskDependencies {
  readonly store: AlertStore & ReviewStore;
  readonly warehouse: Pick<WarehouseReader, 'read'>;
  /** called after a decision is stored, and not for one that was refused */
  readonly audit: (entry: Audited) => void;
  readonly now: () => Date;
}

export type Disposal = Omit<NewStatus, 'at'> & { readonly alertId: string };
export type Review = Omit<NewReview, 'at'>;

/** An alert with what a person may do with it. */
export interface ShownAlert {
  readonly alert: StoredAlert;
  /** to be handed back with a change */
  readonly version: number;
  readonly next: readonly AlertStatus[];
}

/** An application with the decisions of people on its current revision. */
export interface ShownReviews {
  readonly application: CurrentApplication;
  readonly reviews: readonly StoredReview[];
}

/**
 * Where people decide: it reads what is there, refuses what makes no sense, and leaves it to the store that only one of
 * two people who saw the same is first.
 */
export class ReviewDesk {
  readonly #on: DeskDependencies;

  constructor(dependencies: DeskDependencies) {
    this.#on = dependencies;
  }

  /** @throws ReviewRefused when there is none */
  async showAlert(alertId: string): Promise<ShownAlert> {
    const alert = await this.#on.store.get(alertId);
    if (alert === null) throw unknownAlert();
    return shown(alert);
  }

  /** @throws ReviewRefused; StaleVersionError when the alert has another version than the person saw */
  async disposeAlert({ alertId, ...change }: Disposal): Promise<ShownAlert> {
    const { store, audit, now } = this.#on;
    const { alert: seen, version, next } = await this.showAlert(alertId);
    if (version !== change.seenVersion) throw new StaleVersionError('The alert', seen);
    if (!next.includes(change.to))
      throw new ReviewRefused(
        'impossible_transition',
        seen.status === change.to
          ? `The alert is ${seen.status} already.`
          : `An alert that is ${seen.status} cannot become ${change.to}.`,
        `It can become ${next.join(', ')}.`,
      );
    const alert = await store.changeStatus(alertId, { ...change, at: now() });
    const { by, at } = alert.history.at(-1)!;
    audit({ action: 'alert_disposed', by, id: alertId, from: seen.status, to: change.to, at });
    return shown(alert);
  }

  /**
   * @param userId null: whoever has the application, if it is one person alone
   * @throws ReviewRefused when there is no such application, or several people have one with this id
   */
  async showReviews(applicationId: string, userId: string | null): Promise<ShownReviews> {
    const [application, another] = await currentApplications(this.#on.warehouse, applicationId, userId);
    if (application === undefined)
      throw new ReviewRefused(
        'unknown_application',
        'The warehouse has no such application.',
        'One that has just arrived is there after the next batch. Look at the ids of application and user.',
      );
    if (another !== undefined)
      throw new ReviewRefused(
        'unknown_application',
        'Several users have an application with this id.',
        'Say whose is meant.',
      );
    return { application, reviews: await this.#on.store.reviewsOf(subjectOf(application)) };
  }

  /** @throws ReviewRefused; StaleVersionError when there are other decisions than the person saw */
  async reviewApplication(review: Review): Promise<ShownReviews & { readonly review: StoredReview }> {
    const { store, audit, now } = this.#on;
    const { application, reviews } = await this.showReviews(review.applicationId, review.userId);
    if (review.revision !== application.revision)
      throw new ReviewRefused(
        'not_current_revision',
        `Revision ${review.revision} is not the current one: that is ${application.revision}.`,
        'Look at what the application states now, and decide that.',
      );
    if (application.approval_status !== 'Under Review')
      throw new ReviewRefused(
        'not_under_review',
        `The application is ${application.approval_status}, and not under review.`,
        'Only what the pipeline left to people is decided by them; an amendment may bring it there.',
      );
    const added = await store.review({ ...review, at: now() });
    audit({
      action: 'application_reviewed',
      by: added.reviewer,
      id: added.review_id,
      from: reviews.at(-1)?.decision ?? 'Under Review',
      to: added.decision,
      at: added.decided_at,
    });
    return { application, reviews: [...reviews.slice(0, added.ordinal), added], review: added };
  }
}

/** What can be asked of a desk, wherever it stands. */
export type Desk = Pick<ReviewDesk, 'showAlert' | 'disposeAlert' | 'showReviews' | 'reviewApplication'>;

const shown = (alert: StoredAlert): ShownAlert => ({
  alert,
  version: versionOf(alert),
  next: nextStatuses(alert.status),
});

const subjectOf = ({ user_id, application_id, revision }: CurrentApplication) => ({
  userId: user_id,
  applicationId: application_id,
  revision,
});
