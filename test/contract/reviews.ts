import { expect, it } from 'vitest';
import type { AlertStore } from '../../lambdas/adapters/alert-store.ts';
import { StaleVersionError } from '../../lambdas/adapters/review-errors.ts';
import type { NewReview, ReviewStore, StoredReview } from '../../lambdas/adapters/review-store.ts';

const NOW = new Date('2027-03-01T10:00:00.000Z');
const later = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);

const decision = (given: Partial<NewReview> = {}): NewReview => ({
  userId: 'u1',
  applicationId: 'a-1',
  revision: 1,
  decision: 'Approved',
  by: 'ben',
  reason: 'income was proven',
  at: NOW,
  seenReviews: 0,
  ...given,
});

/** What a store of people's decisions does, whichever it is. */
export function reviewContract(opened: () => AlertStore & ReviewStore): void {
  const since = async (from: string): Promise<StoredReview[]> => {
    const all: StoredReview[] = [];
    for await (const page of opened().reviewsSince(from)) all.push(...page);
    return all;
  };

  it('keeps every decision of a revision, in order, and none of another one', async () => {
    const subject = { userId: 'u-first', applicationId: 'a-first', revision: 2 };
    expect(await opened().reviewsOf(subject)).toEqual([]);
    const first = await opened().review(decision({ ...subject, by: ' ben ' }));
    expect(first).toEqual({
      review_id: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      user_id: 'u-first',
      application_id: 'a-first',
      revision: 2,
      ordinal: 0,
      decision: 'Approved',
      reviewer: 'ben',
      reason: 'income was proven',
      decided_at: NOW.toISOString(),
    });
    // By a machine whose clock is slow: it came later, and says so.
    const second = await opened().review(
      decision({ ...subject, decision: 'Rejected', by: 'cleo', at: later(-60), seenReviews: 1 }),
    );
    expect(second.decided_at > first.decided_at).toBe(true);
    expect(await opened().reviewsOf(subject)).toEqual([first, second]);
    for (const other of [{ revision: 1 }, { userId: 'u1' }, { applicationId: 'a-1' }])
      expect(await opened().reviewsOf({ ...subject, ...other })).toEqual([]);
    for (const seenReviews of [0, 1, 3]) {
      const late = opened().review(decision({ ...subject, seenReviews }));
      await expect(late).rejects.toThrow(StaleVersionError);
      await expect(late).rejects.toMatchObject({ current: [first, second] });
    }
  });

  it('lets one of twenty decide who saw the same', async () => {
    const subject = { userId: 'u-race', applicationId: 'a-race', revision: 1 };
    const racers = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) =>
        opened().review(decision({ ...subject, by: `reviewer-${n}`, decision: n % 2 === 0 ? 'Approved' : 'Rejected' })),
      ),
    );
    const won = racers.filter((racer) => racer.status === 'fulfilled').map(({ value }) => value);
    const lost = racers.filter((racer) => racer.status === 'rejected').map(({ reason }) => reason as unknown);
    expect(won).toHaveLength(1);
    expect(await opened().reviewsOf(subject)).toEqual(won);
    expect(lost.every((error) => error instanceof StaleVersionError)).toBe(true);
  });

  it.each([{ by: '' }, { reason: '  ' }, { reason: 'a\u0000b' }])('takes no decision with %j', async (given) => {
    const subject = { userId: 'u-none', applicationId: 'a-none', revision: 1 };
    await expect(opened().review(decision({ ...subject, ...given }))).rejects.toMatchObject({
      code: 'invalid_statement',
    });
    expect(await opened().reviewsOf(subject)).toEqual([]);
  });

  it('hands out decisions since a time, each once, ascending, over many pages, and no alert among them', async () => {
    const day = new Date('2027-06-01T00:00:00.000Z');
    const made: StoredReview[] = [];
    for (let n = 0; n < 620; n += 20)
      made.push(
        ...(await Promise.all(
          Array.from({ length: 20 }, (_, i) =>
            opened().review(decision({ applicationId: `page-${n + i}`, at: new Date(day.getTime() + n + (i % 3)) })),
          ),
        )),
      );
    const found = await since(day.toISOString());
    const order = (reviews: readonly StoredReview[]) =>
      reviews.map(({ decided_at, review_id }) => `${decided_at} ${review_id}`);
    expect(order(found)).toEqual(order(made).toSorted());
    expect(found).toEqual(expect.arrayContaining(made));
    expect(await since('2028-01-01T00:00:00.000Z')).toEqual([]);
    // Nor a decision among the alerts.
    for await (const page of opened().updatedSince('2027-01-01T00:00:00.000Z'))
      expect(page.every((alert) => typeof alert.alert_id === 'string')).toBe(true);
    expect(await opened().get(made[0]!.review_id)).toBeNull();
    expect(await opened().get(`review#${made[0]!.review_id}`)).toBeNull();
  });
}
