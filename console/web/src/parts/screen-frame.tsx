import type { ReactNode } from 'react';
import type { Standing } from '../../../api/types.ts';
import type { Resource } from '../state/resource.ts';
import { EmptyWarehouse, Loading, ProblemBanner, ProblemState, StaleBanner } from './states.tsx';

interface Properties<T> {
  readonly what: string;
  readonly resource: Resource<T>;
  /** shown when the warehouse is empty too, say since it shows what streams now */
  readonly evenEmpty?: boolean;
  readonly children: (data: T) => ReactNode;
}

/** Every screen is in one of these states, and says in which. */
export function ScreenFrame<T extends { readonly standing: Standing }>(of: Properties<T>) {
  const { what, resource, evenEmpty = false, children } = of;
  const { data, problem, loading, reload } = resource;
  if (data === null)
    return problem === null ? <Loading what={what} /> : <ProblemState problem={problem} retry={reload} />;
  return (
    <div className={loading ? 'screen busy' : 'screen'} aria-busy={loading}>
      {problem !== null && <ProblemBanner problem={problem} retry={reload} />}
      <StaleBanner standing={data.standing} />
      {data.standing.empty && <EmptyWarehouse standing={data.standing} />}
      {(!data.standing.empty || evenEmpty) && children(data)}
    </div>
  );
}
