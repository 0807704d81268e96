import { useState } from 'react';
import type { ReplayResponse } from '../../../api/types.ts';
import { count, momentText, plain } from '../format.ts';
import { Badge } from '../parts/badges.tsx';
import { Banner } from '../parts/states.tsx';
import { asProblem, post, type Problem } from '../state/api.ts';
import { Rules } from './receipt.tsx';

/** Everything under the id, computed again from the log: what comes out is compared with what was stored. */
export function Replay({ path }: { readonly path: string }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [answer, setAnswer] = useState<ReplayResponse | null>(null);
  const replay = async () => {
    setBusy(true);
    setProblem(null);
    try {
      setAnswer(await post<ReplayResponse>(`${path}/replay`));
    } catch (error) {
      setAnswer(null);
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="panel wide" aria-labelledby="replay">
      <header>
        <div>
          <h3 id="replay">Replay</h3>
          <p className="about">
            Computes the decision again from the log, with the policy of its time. It changes nothing.
          </p>
        </div>
        <div className="tools">
          <button type="button" className="primary" disabled={busy} onClick={() => void replay()}>
            {busy ? 'Replaying …' : 'Replay it now'}
          </button>
        </div>
      </header>
      <div role="status">
        {problem !== null && (
          <Banner tone="bad" icon="warning" name="replay-failed" role="alert">
            <strong>It could not be replayed.</strong> <bdi>{problem.message}</bdi> <bdi>{problem.hint}</bdi>
          </Banner>
        )}
        {answer !== null && (
          <Banner
            tone={answer.equal ? 'info' : 'bad'}
            icon={answer.equal ? 'ok' : 'stop'}
            name={answer.equal ? 'equal' : 'differs'}
          >
            <strong>
              {answer.equal
                ? `Equal: ${count(answer.records.length)} stored ${answer.records.length === 1 ? 'receipt is' : 'receipts are'} byte for byte what comes out now.`
                : 'It differs: what comes out now is not what was stored.'}
            </strong>{' '}
            It took {plain(answer.took_ms)} ms.
          </Banner>
        )}
      </div>
      {answer?.records.map((record) => (
        <details key={`${record.position.shard} ${record.position.seq}`}>
          <summary>
            {momentText(record.arrival)} UTC <Badge value={record.disposition} />{' '}
            {record.outcome !== null && <Badge value={record.outcome} />} {record.equal ? 'equal' : 'differs'}
          </summary>
          <p>
            Now <code>{record.digest}</code>, stored <code>{record.stored_digest ?? 'none yet'}</code>; policy{' '}
            <code>{`${record.policy.id} ${record.policy.version}`}</code>; it saw {count(record.history)} earlier
            records of the person.
          </p>
          <Rules rules={record.rules} />
        </details>
      ))}
    </section>
  );
}
