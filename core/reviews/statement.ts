import { maskText } from '../quality/cards.ts';

/** Who says so, and why: beside every decision of a person. */
export interface Statement {
  readonly by: string;
  readonly reason: string;
}

/** In characters, as a person counts them. */
export const MOST = { by: 100, reason: 1_000 } as const;

/** What could end a line, hide text or turn its direction where it is shown: a log, a table, a screen. */
const UNSEEN = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;

/** Name or reason cannot be taken; `problem` quotes nothing of it. */
export class StatementError extends Error {
  override readonly name = 'StatementError';
  readonly field: keyof Statement;
  readonly problem: string;

  constructor(field: keyof Statement, problem: string) {
    super(`${field === 'by' ? 'The name' : 'The reason'} ${problem}.`);
    this.field = field;
    this.problem = problem;
  }
}

/**
 * The statement without white space around it.
 *
 * @throws StatementError when it is empty, too long, or holds control characters or a card number
 */
export const readStatement = ({ by, reason }: Statement): Statement => ({
  by: readText('by', by),
  reason: readText('reason', reason),
});

function readText(field: keyof Statement, given: string): string {
  const text = given.trim();
  if (text === '') throw new StatementError(field, 'is missing');
  if ([...text].length > MOST[field]) throw new StatementError(field, `has more than ${MOST[field]} characters`);
  if (UNSEEN.test(text)) throw new StatementError(field, 'holds control characters or line breaks');
  // It goes to the warehouse and to screens, where no card number may be.
  if (maskText(text) !== text) throw new StatementError(field, 'holds a card number');
  return text;
}
