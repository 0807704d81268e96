import { GIVE_UP_MARGIN_MINUTES } from '../../core/contract/reach.ts';
import type { Settings } from './settings.ts';

/** Tells a function how far the stream reaches back: event sources and batch must not differ about it. */
export const reachEnvironment = ({ maxRecordAgeHours }: Pick<Settings, 'maxRecordAgeHours'>) => ({
  MAX_RECORD_AGE_HOURS: String(maxRecordAgeHours),
  GIVE_UP_MARGIN_MINUTES: String(GIVE_UP_MARGIN_MINUTES),
});
