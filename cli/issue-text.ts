import { TIMESTAMP_FORM } from '../core/events/timestamps.ts';
import type { Issue } from '../core/events/types.ts';

/**
 * An issue's reason as a person needs it. Receipts hold the reason itself, which never changes; that a timestamp is
 * "ISO text" does not help whoever writes it otherwise, so people are shown the form.
 */
export const wordedFor = ({ check, reason }: Pick<Issue, 'check' | 'reason'>): string =>
  check === 'invalid_timestamp' ? reason.replace('ISO text', `text ${TIMESTAMP_FORM}`) : reason;
