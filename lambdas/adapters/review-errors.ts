import { StatementError } from '../../core/reviews/statement.ts';
import { PipelineError } from '../runtime/errors.ts';

export const REFUSALS = [
  'unknown_alert',
  'unknown_application',
  'stale_version',
  'impossible_transition',
  'not_current_revision',
  'not_under_review',
  'invalid_statement',
] as const;
export type Refusal = (typeof REFUSALS)[number];

/** What a person asked for is not done, and nothing was changed. Message and hint are for that person. */
export class ReviewRefused extends PipelineError {
  readonly code: Refusal;
  readonly hint: string;

  constructor(code: Refusal, message: string, hint: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** Somebody else was there between the look and the decision. */
export class StaleVersionError<T> extends ReviewRefused {
  /** what is there now */
  readonly current: T;

  constructor(what: string, current: T) {
    super(
      'stale_version',
      `${what} has changed since it was looked at.`,
      'Look at what became of it, and decide again if that is still needed.',
    );
    this.current = current;
  }
}

export const unknownAlert = (): ReviewRefused =>
  new ReviewRefused('unknown_alert', 'There is no alert with this id.', 'Copy the whole id from the list of alerts.');

/** @throws ReviewRefused where `read` throws a StatementError */
export function orRefused<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    throw new ReviewRefused(
      'invalid_statement',
      error.message,
      'A name of up to 100 characters and a reason of up to 1,000 are needed, in one line each, without card numbers.',
    );
  }
}
