import { describe, expect, it } from 'vitest';
import { stageDesk } from '../../../cli/stage/desk.ts';
import type { Desk } from '../../../lambdas/adapters/review-desk.ts';
import { ReviewRefused, StaleVersionError } from '../../../lambdas/adapters/review-errors.ts';
import { answerCase, caseRequest } from '../../../lambdas/review-cases/cases.ts';

/** The desk of a stage, whose function has this desk: each event and answer goes through JSON, as Lambda sends it. */
const through = (desk: Partial<Desk>): Desk =>
  stageDesk(
    {
      send: async ({ input }: { input: { Payload: Uint8Array } }) => {
        const asked = caseRequest.parse(JSON.parse(Buffer.from(input.Payload).toString()));
        return { Payload: Buffer.from(JSON.stringify(await answerCase(desk as Desk, asked))) };
      },
    } as never,
    'review',
  );

const DISPOSAL = { alertId: 'x', seenVersion: 1, to: 'closed', by: 'ana', reason: 'why' } as const;
const REVIEW = {
  applicationId: 'a',
  userId: 'u',
  revision: 2,
  decision: 'Approved',
  by: 'ben',
  reason: 'why',
  seenReviews: 0,
} as const;

describe('the desk of a stage', () => {
  it('hands every call and its answer through', async () => {
    const calls: unknown[] = [];
    const echo =
      (name: string) =>
      async (...given: unknown[]) => {
        calls.push([name, ...given]);
        return { from: name } as never;
      };
    const desk = through({
      showAlert: echo('showAlert'),
      disposeAlert: echo('disposeAlert'),
      showReviews: echo('showReviews'),
      reviewApplication: echo('reviewApplication'),
    });
    expect([
      await desk.showAlert('x'),
      await desk.disposeAlert(DISPOSAL),
      await desk.showReviews('a', null),
      await desk.reviewApplication(REVIEW),
    ]).toEqual(calls.map((call) => ({ from: (call as [string])[0] })));
    expect(calls).toEqual([
      ['showAlert', 'x'],
      ['disposeAlert', DISPOSAL],
      ['showReviews', 'a', null],
      ['reviewApplication', REVIEW],
    ]);
  });

  it('refuses as the desk did, with what is there now', async () => {
    const desk = through({
      showAlert: async () => {
        throw new ReviewRefused('unknown_alert', 'There is none.', 'Look again.');
      },
      disposeAlert: async () => {
        throw new StaleVersionError('The alert', { status: 'closed' });
      },
    });
    const unknown = desk.showAlert('x');
    await expect(unknown).rejects.toThrow(ReviewRefused);
    await expect(unknown).rejects.toMatchObject({
      code: 'unknown_alert',
      message: 'There is none.',
      hint: 'Look again.',
    });
    const stale = desk.disposeAlert(DISPOSAL);
    await expect(stale).rejects.toThrow(StaleVersionError);
    await expect(stale).rejects.toMatchObject({
      message: 'The alert has changed since it was looked at.',
      current: { status: 'closed' },
    });
  });

  it('says that the function failed, and that the decision may have been taken', async () => {
    const failing = stageDesk(
      {
        send: async () => ({
          FunctionError: 'Unhandled',
          Payload: Buffer.from('{"errorMessage":"no connection"}'),
        }),
      } as never,
      'review',
    );
    await expect(failing.showAlert('x')).rejects.toMatchObject({
      message: 'the function review could not decide: no connection',
      hint: expect.stringContaining('may have been taken') as string,
    });
  });

  it('takes no other call', () => {
    for (const event of [
      {},
      { call: 'drop', alertId: 'x' },
      { call: 'showAlert', alertId: 'x', more: 1 },
      { call: 'disposeAlert', ...DISPOSAL, to: 'gone' },
      { call: 'reviewApplication', ...REVIEW, decision: 'Under Review' },
      { call: 'reviewApplication', ...REVIEW, revision: -1 },
    ])
      expect(caseRequest.safeParse(event).success).toBe(false);
  });
});
