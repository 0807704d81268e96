import { useState } from 'react';
import type { AlertState, StatusRequest, StatusResponse } from '../../../api/types.ts';
import { momentText } from '../format.ts';
import { Badge } from '../parts/badges.tsx';
import { type Decided, DecisionForm } from '../parts/decision-form.tsx';
import { Banner } from '../parts/states.tsx';
import { asProblem, post, type Problem } from '../state/api.ts';
import { useKnown } from '../state/meta.ts';

type AlertStatus = AlertState['status'];

interface Properties {
  /** null: the store cannot be reached */
  readonly state: AlertState | null;
  /** told of the state that the store has */
  readonly learn: (state: AlertState) => void;
}

/** The change carries the version that was seen: of two reviewers the second is shown what the first one did. */
export function Disposition({ state, learn }: Properties) {
  const { meta } = useKnown();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [done, setDone] = useState<AlertStatus | null>(null);
  if (!meta.may.write)
    return <p className="muted">Your role ({meta.standing.role}) looks at alerts and does not dispose of them.</p>;
  if (state === null) return <p className="muted">The alert store cannot be reached, so nothing can be decided now.</p>;
  const decide = async ({ choice, name, reason }: Decided<AlertStatus>): Promise<boolean> => {
    setBusy(true);
    setDone(null);
    try {
      const request: StatusRequest = { status: choice, name, reason, seen_version: state.version };
      const answer = await post<StatusResponse>(`/api/alerts/${encodeURIComponent(state.alert_id)}/status`, request);
      setProblem(null);
      setDone(choice);
      learn(answer.state);
      return true;
    } catch (error) {
      const found = asProblem(error);
      setProblem(found);
      const current = found.told?.current;
      if (current !== undefined && 'history' in current) learn(current);
      return false;
    } finally {
      setBusy(false);
    }
  };
  const last = state.history.at(-1);
  return (
    <section aria-label="Disposition">
      {problem?.code === 'stale_version' && (
        <Banner tone="warn" icon="warning" name="conflict" role="alert">
          <strong>Somebody else was faster; nothing was changed.</strong> It is now <Badge value={state.status} />
          {last !== undefined && (
            <>
              , by <bdi>{last.by}</bdi>, {momentText(last.at)} UTC
              {last.reason !== null && (
                <>
                  : “<bdi>{last.reason}</bdi>”
                </>
              )}
            </>
          )}
          . Decide again upon that, or leave it so.
        </Banner>
      )}
      {problem !== null && problem.code !== 'stale_version' && (
        <Banner tone="bad" icon="warning" name="refused" role="alert">
          <strong>Nothing was changed.</strong> <bdi>{problem.message}</bdi> <bdi>{problem.hint}</bdi>
        </Banner>
      )}
      {done !== null && (
        <Banner tone="info" icon="ok" name="done">
          Recorded: <Badge value={done} />. The warehouse follows at the next batch.
        </Banner>
      )}
      {state.next.length === 0 ? (
        <p className="muted">Nothing can follow this state.</p>
      ) : (
        <DecisionForm legend="Decide" choices={state.next} submit="Record the decision" busy={busy} decide={decide} />
      )}
    </section>
  );
}
