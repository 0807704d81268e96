import type { Standing } from '../../../api/types.ts';
import { ageText, momentText, NOTHING } from '../format.ts';
import { Badge } from '../parts/badges.tsx';
import { Icon } from '../parts/icons.tsx';

/** As of when the warehouse speaks, as a figure among the others. */
export function Freshness({ standing }: { readonly standing: Standing }) {
  const { as_of, now, stale, last_run, last_arrival } = standing;
  return (
    <section className={stale ? 'figure stale' : 'figure'} data-figure="freshness" aria-label="Freshness">
      <h3>
        {stale && <Icon name="warning" />}
        Freshness
      </h3>
      <p className="value">{as_of === null ? NOTHING : ageText(as_of, now)}</p>
      <p className="change muted">{as_of === null ? 'Never loaded' : `as of ${momentText(as_of)} UTC`}</p>
      <p className="about">
        {last_arrival === null ? 'No record yet.' : `Last arrival ${momentText(last_arrival)} UTC.`}{' '}
        {last_run !== null && (
          <>
            Last run <Badge value={last_run.status} />
          </>
        )}
      </p>
    </section>
  );
}
