import { hash } from 'node:crypto';
import type { ReviewDecision } from '../../core/contract/values.ts';
import { readStatement } from '../../core/reviews/statement.ts';
import { laterThan } from './alert-store.ts';
import { orRefused, StaleVersionError } from './review-errors.ts';

/** What a review is about: one revision of an application. */
export interface ReviewedRevision {
  readonly userId: string;
  readonly applicationId: string;
  readonly revision: number;
}

/** A person's decision of a revision. It is never changed; who thinks otherwise later adds another. */
export interface StoredReview {
  /** SHA-256 (hex) of user, application, revision and ordinal */
  readonly review_id: string;
  readonly user_id: string;
  readonly application_id: string;
  readonly revision: number;
  /** how many decisions of this revision there were before; the last one counts */
  readonly ordinal: number;
  readonly decision: ReviewDecision;
  readonly reviewer: string;
  readonly reason: string;
  /** ISO text, UTC */
  readonly decided_at: string;
}

export interface NewReview extends ReviewedRevision {
  readonly decision: ReviewDecision;
  readonly by: string;
  readonly reason: string;
  readonly at: Date;
  /** how many decisions of this revision the person saw */
  readonly seenReviews: number;
}

/** Decisions of people on applications. They are only ever added. */
export interface ReviewStore {
  /**
   * Adds a decision.
   *
   * @throws StaleVersionError with the decisions there are, when they are not as many as the person saw
   * @throws ReviewRefused when name or reason cannot be taken
   */
  review(review: NewReview): Promise<StoredReview>;
  /** The decisions of a revision, first to last; those of other revisions say nothing about it. */
  reviewsOf(subject: ReviewedRevision): Promise<readonly StoredReview[]>;
  /** Pages of the decisions made at `since` (ISO text) or later, ascending by (decided_at, review_id). */
  reviewsSince(since: string): AsyncIterable<readonly StoredReview[]>;
}

/** The two calls that a store of decisions is made of. */
export interface ReviewItems {
  get(reviewId: string): Promise<StoredReview | null>;
  /** @returns false when a decision with this id is there already */
  insert(review: StoredReview): Promise<boolean>;
}

const reviewId = ({ userId, applicationId, revision }: ReviewedRevision, ordinal: number): string =>
  hash('sha256', JSON.stringify([userId, applicationId, revision, ordinal]));

/** Ids are made of ordinals without gaps: so they are found without an index, and read as they are at this moment. */
export async function readReviews(items: ReviewItems, subject: ReviewedRevision): Promise<StoredReview[]> {
  const reviews: StoredReview[] = [];
  for (;;) {
    const next = await items.get(reviewId(subject, reviews.length));
    if (next === null) return reviews;
    reviews.push(next);
  }
}

/** {@link ReviewStore.review}: of those who saw the same, the first one takes the id, and the others are told. */
export async function addReview(items: ReviewItems, review: NewReview): Promise<StoredReview> {
  const { by, reason } = orRefused(() => readStatement(review));
  const earlier = await readReviews(items, review);
  const stale = (current: readonly StoredReview[]) =>
    new StaleVersionError<readonly StoredReview[]>('The review of this application', current);
  if (earlier.length !== review.seenReviews) throw stale(earlier);
  const added: StoredReview = {
    review_id: reviewId(review, earlier.length),
    user_id: review.userId,
    application_id: review.applicationId,
    revision: review.revision,
    ordinal: earlier.length,
    decision: review.decision,
    reviewer: by,
    reason,
    decided_at: laterThan(earlier.at(-1)?.decided_at, review.at),
  };
  if (!(await items.insert(added))) throw stale(await readReviews(items, review));
  return added;
}
