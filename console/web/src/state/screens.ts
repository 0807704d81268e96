import { hrefOf, type Place } from './url.ts';

export type ScreenId = 'overview' | 'queue' | 'fraud' | 'credit' | 'quality' | 'pipeline' | 'applications';

export interface Screen {
  readonly id: ScreenId;
  readonly path: string;
  readonly title: string;
  /** in the order in which they are offered; `date` stands for from and to */
  readonly filters: readonly string[];
}

const COMMON = ['date', 'region', 'risk_level', 'status', 'card_type', 'is_fraud'] as const;

export const SCREENS: readonly Screen[] = [
  { id: 'overview', path: '/', title: 'Overview', filters: COMMON },
  {
    id: 'queue',
    path: '/fraud-queue',
    title: 'Fraud queue',
    filters: ['date', 'severity', 'status', 'rule', 'region', 'risk_level', 'card_type', 'is_fraud'],
  },
  { id: 'fraud', path: '/fraud', title: 'Fraud and rules', filters: COMMON },
  { id: 'credit', path: '/credit-risk', title: 'Credit risk', filters: COMMON },
  { id: 'quality', path: '/data-quality', title: 'Data quality', filters: [...COMMON, 'stream', 'check_type'] },
  { id: 'pipeline', path: '/pipeline', title: 'Pipeline', filters: [...COMMON, 'stream', 'job', 'job_status'] },
  { id: 'applications', path: '/applications', title: 'Application', filters: COMMON },
];

/** Parameters of the page itself, which no API takes: the drawer that is open, the id that is looked for. */
export const OWN_PARAMETERS: readonly string[] = ['alert', 'application_id'];

/** Of a screen that there is; an application has a path below that of the search. */
export function screenAt(path: string): Screen | null {
  if (path.startsWith('/applications/')) return SCREENS.find(({ id }) => id === 'applications') ?? null;
  return SCREENS.find((screen) => screen.path === path) ?? null;
}

/** What the address asks the API; an unknown parameter goes along, so that the API says that there is none. */
export function filtersIn(place: Place): URLSearchParams {
  const query = new URLSearchParams(place.query);
  for (const name of OWN_PARAMETERS) query.delete(name);
  return query;
}

export const parametersOf = ({ filters }: Screen): readonly string[] =>
  filters.flatMap((name) => (name === 'date' ? ['from', 'to'] : [name]));

/**
 * Another screen under the same filters, as far as it has them. `status` stays behind on the way to and from the
 * queue: there it is the alert's, elsewhere the decision.
 */
export function hrefOfScreen(target: Screen, from: Screen | null, query: URLSearchParams): string {
  const kept = new URLSearchParams();
  const known = parametersOf(target);
  const statusChanges = (target.id === 'queue') !== (from?.id === 'queue');
  for (const [name, value] of query) {
    if (!known.includes(name) || (name === 'status' && statusChanges)) continue;
    kept.set(name, value);
  }
  return hrefOf(target.path, kept);
}
