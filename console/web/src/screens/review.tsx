import { useState } from 'react';
import type { ApplicationResponse, ReviewRequest, ReviewResponse, ReviewRow } from '../../../api/types.ts';
import { momentText } from '../format.ts';
import { Badge } from '../parts/badges.tsx';
import { type Decided, DecisionForm } from '../parts/decision-form.tsx';
import { Banner } from '../parts/states.tsx';
import { asProblem, post, type Problem } from '../state/api.ts';
import { useKnown } from '../state/meta.ts';

type Choice = ReviewRequest['decision'];
const CHOICES: readonly Choice[] = ['Approved', 'Rejected'];

interface Properties {
  readonly data: ApplicationResponse;
  readonly path: string;
  readonly reload: () => void;
}

interface Seen {
  readonly reviews: readonly ReviewRow[];
  readonly seen_reviews: number;
}

/** A person's decision lies over the recorded one. It says how many were there when it was made: none is overlooked. */
export function Review({ data, path, reload }: Properties) {
  const { meta } = useKnown();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [done, setDone] = useState<ReviewRow | null>(null);
  const [learnt, setLearnt] = useState<Seen | null>(null);
  const seen: Seen = learnt !== null && learnt.seen_reviews > data.seen_reviews ? learnt : data;
  const decide = async ({ choice, name, reason }: Decided<Choice>): Promise<boolean> => {
    setBusy(true);
    setDone(null);
    try {
      const request: ReviewRequest = {
        decision: choice,
        name,
        reason,
        revision: data.application.revision,
        seen_reviews: seen.seen_reviews,
      };
      const answer = await post<ReviewResponse>(`${path}/reviews`, request);
      setLearnt({ reviews: [...seen.reviews, answer.review], seen_reviews: answer.seen_reviews });
      setProblem(null);
      setDone(answer.review);
      reload();
      return true;
    } catch (error) {
      const found = asProblem(error);
      setProblem(found);
      const current = found.told?.current;
      if (current !== undefined && 'reviews' in current) setLearnt(current);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="panel wide" aria-labelledby="reviews" data-reviews={seen.reviews.length}>
      <h3 id="reviews">Decisions by people</h3>
      {seen.reviews.length === 0 ? (
        <p className="muted">None.</p>
      ) : (
        <ol className="history">
          {seen.reviews.map((review) => (
            <li key={review.review_id}>
              <Badge value={review.decision} /> <span className="muted">{momentText(review.decided_at)} UTC, by</span>{' '}
              <bdi>{review.reviewer}</bdi>
              {!review.is_current_revision && <span className="muted">, of revision {review.revision}</span>}
              {!review.in_warehouse && <span className="muted">, in the warehouse at the next batch</span>}
              <p>
                <bdi>{review.reason}</bdi>
              </p>
            </li>
          ))}
        </ol>
      )}
      {problem?.code === 'stale_version' && (
        <Banner tone="warn" icon="warning" name="conflict" role="alert">
          <strong>Somebody else was faster; nothing was changed.</strong> The decision above was made meanwhile. Decide
          again upon that, or leave it so.
        </Banner>
      )}
      {problem !== null && problem.code !== 'stale_version' && (
        <Banner tone="bad" icon="warning" name="refused" role="alert">
          <strong>Nothing was changed.</strong> <bdi>{problem.message}</bdi> <bdi>{problem.hint}</bdi>
        </Banner>
      )}
      {done !== null && (
        <Banner tone="info" icon="ok" name="done">
          Recorded: <Badge value={done.decision} />. The warehouse follows at the next batch.
        </Banner>
      )}
      {data.application.approval_status !== 'Under Review' ? (
        <p className="muted">The policy has decided it: only what is under review is decided by people.</p>
      ) : meta.may.write ? (
        <DecisionForm
          legend="Decide on it"
          choices={CHOICES}
          submit="Record the decision"
          busy={busy}
          decide={decide}
        />
      ) : (
        <p className="muted">Your role ({meta.standing.role}) looks at applications and does not decide on them.</p>
      )}
    </section>
  );
}
