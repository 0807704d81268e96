import { words } from '../text.ts';
import { Icon, type IconName } from './icons.tsx';

type Tone = 'fraud' | 'bad' | 'warn' | 'good' | 'quiet' | 'info';

/** Tone and shape of each word that has one; the word itself is always there. */
const TONES: Readonly<Record<string, readonly [Tone, IconName]>> = {
  critical: ['fraud', 'stop'],
  review: ['warn', 'warning'],
  notice: ['info', 'info'],
  open: ['warn', 'flag'],
  in_review: ['info', 'question'],
  confirmed_fraud: ['fraud', 'stop'],
  false_positive: ['good', 'ok'],
  closed: ['quiet', 'level'],
  High: ['bad', 'up'],
  Medium: ['warn', 'level'],
  Low: ['good', 'down'],
  'Not scored': ['quiet', 'question'],
  Approved: ['good', 'ok'],
  Rejected: ['bad', 'close'],
  'Under Review': ['info', 'question'],
  succeeded: ['good', 'ok'],
  running: ['info', 'play'],
  failed: ['bad', 'warning'],
  fired: ['fraud', 'flag'],
  clear: ['quiet', 'ok'],
  not_evaluated: ['info', 'question'],
  excepted: ['warn', 'level'],
  decided: ['good', 'ok'],
  quarantined: ['warn', 'warning'],
  duplicate: ['quiet', 'level'],
  conflict: ['warn', 'question'],
  undecided: ['bad', 'question'],
};

export const hasBadge = (value: string): boolean => Object.hasOwn(TONES, value);

export function Badge({ value }: { readonly value: string }) {
  const [tone, icon] = TONES[value] ?? ['quiet', 'level'];
  return (
    <span className={`badge ${tone}`}>
      <Icon name={icon} />
      {words(value)}
    </span>
  );
}

export function FraudFlag({ flagged }: { readonly flagged: boolean }) {
  if (!flagged) return <span className="muted">No</span>;
  return (
    <span className="badge fraud">
      <Icon name="flag" />
      Flagged
    </span>
  );
}
