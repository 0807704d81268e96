import { POLICIES_PREFIX } from '../../core/contract/storage.ts';
import { type Policy, PolicyBook, parsePolicy } from '../../core/policy/policy.ts';
import type { Logger } from '../runtime/logger.ts';
import type { S3Objects } from './s3-objects.ts';

/**
 * The published policies.
 *
 * @throws PolicyError when one of them cannot be used
 */
export async function readPolicyBook(objects: S3Objects): Promise<PolicyBook> {
  const policies: Policy[] = [];
  for await (const key of objects.listKeys(`${POLICIES_PREFIX}/`))
    policies.push(parsePolicy(await objects.getText(key)));
  return PolicyBook.from(policies);
}

/** A document is published at least 15 minutes before it takes effect, so a minute is soon enough. */
const REFRESH_MS = 60_000;

/** The published policies for the life of a function, looked at again now and then. */
export class Policies {
  readonly #objects: S3Objects;
  readonly #logger: Logger;
  #book: PolicyBook | null = null;
  #readAt = 0;

  constructor(objects: S3Objects, logger: Logger) {
    this.#objects = objects;
    this.#logger = logger;
  }

  /** @throws PolicyError when none could be read yet; once read, a broken document never replaces the good ones */
  async current(now: number): Promise<PolicyBook> {
    if (this.#book !== null && now - this.#readAt < REFRESH_MS) return this.#book;
    try {
      this.#book = await readPolicyBook(this.#objects);
    } catch (error) {
      if (this.#book === null) throw error;
      this.#logger.error('The published policies cannot be read; the last good ones stay in force', error as Error);
    }
    this.#readAt = now;
    return this.#book;
  }
}
