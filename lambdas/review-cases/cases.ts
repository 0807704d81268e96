import * as z from 'zod';
import { ALERT_STATUSES, REVIEW_DECISIONS } from '../../core/contract/values.ts';
import type { Desk } from '../adapters/review-desk.ts';
import { type Refusal, ReviewRefused, StaleVersionError } from '../adapters/review-errors.ts';

const text = z.string().max(10_000);
const count = z.number().int().min(0);
const statement = { by: text, reason: text };

/** What is asked of the desk: a call of it and its argument. */
export const caseRequest = z.discriminatedUnion('call', [
  z.strictObject({ call: z.literal('showAlert'), alertId: text }),
  z.strictObject({
    call: z.literal('disposeAlert'),
    alertId: text,
    seenVersion: count,
    to: z.enum(ALERT_STATUSES),
    ...statement,
  }),
  z.strictObject({ call: z.literal('showReviews'), applicationId: text, userId: text.nullable() }),
  z.strictObject({
    call: z.literal('reviewApplication'),
    applicationId: text,
    userId: text,
    revision: count,
    decision: z.enum(REVIEW_DECISIONS),
    seenReviews: count,
    ...statement,
  }),
]);
export type CaseRequest = z.output<typeof caseRequest>;

/** A refusal is an answer, not a failure of the function: nobody is to be called for it. */
export type CaseAnswer =
  | { readonly value: unknown }
  | {
      readonly refused: {
        readonly code: Refusal;
        readonly message: string;
        readonly hint: string;
        /** what is there now, where somebody else was first */
        readonly current?: unknown;
      };
    };

/** @throws whatever is no refusal */
export async function answerCase(desk: Desk, request: CaseRequest): Promise<CaseAnswer> {
  try {
    return { value: await ask(desk, request) };
  } catch (error) {
    if (!(error instanceof ReviewRefused)) throw error;
    const { code, message, hint } = error;
    return {
      refused: { code, message, hint, ...(error instanceof StaleVersionError ? { current: error.current } : {}) },
    };
  }
}

function ask(desk: Desk, request: CaseRequest): Promise<unknown> {
  switch (request.call) {
    case 'showAlert':
      return desk.showAlert(request.alertId);
    case 'disposeAlert': {
      const { call: _, ...disposal } = request;
      return desk.disposeAlert(disposal);
    }
    case 'showReviews':
      return desk.showReviews(request.applicationId, request.userId);
    case 'reviewApplication': {
      const { call: _, ...review } = request;
      return desk.reviewApplication(review);
    }
  }
}
