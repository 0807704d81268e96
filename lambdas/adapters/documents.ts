import { METRICS } from '../../core/contract/metrics.ts';
import { POLICIES_PREFIX } from '../../core/contract/storage.ts';
import { NoPolicyInForce } from '../../core/policy/errors.ts';
import { type Policy, PolicyBook, parsePolicy } from '../../core/policy/policy.ts';
import { checkPublication } from '../../core/policy/publication.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Meter } from '../runtime/metrics.ts';
import type { S3Objects } from './s3-objects.ts';

export interface PublishedPolicies {
  readonly book: PolicyBook;
  /** documents that cannot be used; they decide nothing, wherever they are read, so that all agree on what does */
  readonly broken: readonly { readonly key: string; readonly error: Error }[];
}

/**
 * The published policies. A broken document is as good as none: the last good one before it stays in force.
 *
 * @throws NoPolicyInForce when there are documents and none can be used; what S3 throws
 */
export async function readPolicies(objects: S3Objects): Promise<PublishedPolicies> {
  const policies: Policy[] = [];
  const broken: { key: string; error: Error }[] = [];
  for await (const key of objects.listKeys(`${POLICIES_PREFIX}/`)) {
    const text = await objects.getText(key);
    try {
      policies.push(parsePolicy(text));
    } catch (error) {
      broken.push({ key, error: error as Error });
    }
  }
  const [first] = broken;
  if (policies.length === 0 && first !== undefined)
    throw new NoPolicyInForce(`none of the published policies can be used; ${first.key}: ${first.error.message}`);
  return { book: PolicyBook.from(policies), broken };
}

/** Tells of documents that cannot be used: a line for each in the log, and a count that an alarm watches. */
export function tellBroken({ broken }: PublishedPolicies, { logger, meter }: Watched): void {
  for (const { key, error } of broken)
    logger.error('A published policy cannot be used; the last good one stays in force', { key, error });
  meter.count(METRICS.brokenPolicies, broken.length);
}

export interface Watched {
  readonly logger: Logger;
  readonly meter: Meter;
}

/** A document is published at least 15 minutes before it takes effect, so a minute is soon enough. */
const REFRESH_MS = 60_000;

/** The published policies for the life of a function, looked at again now and then. */
export class Policies {
  readonly #objects: S3Objects;
  readonly #watched: Watched;
  #book: PolicyBook | null = null;
  #readAt = 0;

  constructor(objects: S3Objects, watched: Watched) {
    this.#objects = objects;
    this.#watched = watched;
  }

  /** @throws NoPolicyInForce when none could be read yet; once read, the last good ones stay */
  async current(now: number): Promise<PolicyBook> {
    if (this.#book !== null && now - this.#readAt < REFRESH_MS) return this.#book;
    try {
      const published = await readPolicies(this.#objects);
      tellBroken(published, this.#watched);
      this.#book = published.book;
    } catch (error) {
      if (this.#book === null) throw error;
      this.#watched.logger.error(
        'The published policies cannot be read; the last good ones stay in force',
        error as Error,
      );
      this.#watched.meter.count(METRICS.brokenPolicies);
    }
    this.#readAt = now;
    return this.#book;
  }
}

/** `documents/policies/20000101T000000Z-<digest16>.json` */
export function policyKey(policy: Policy): string {
  const effective = new Date(policy.effectiveFrom).toISOString().slice(0, 19).replace(/[-:]/g, '');
  return `${POLICIES_PREFIX}/${effective}Z-${policy.digest.slice(0, 16)}.json`;
}

/**
 * Publishes the policy that a stage is deployed with, where none is in force yet. Later ones are published on purpose, by
 * whoever answers for them: a deployment of new code must not change what is decided.
 *
 * @param now ms since 1970
 * @throws PolicyError when it is invalid or takes effect later
 */
export async function publishFirst(
  objects: S3Objects,
  text: string,
  now: number,
): Promise<{ readonly policy: Policy; readonly was: 'new' | 'there' | 'other in force' }> {
  const { policies } = (await readPolicies(objects)).book;
  const policy = parsePolicy(text);
  const other = policies.some(({ effectiveFrom, digest }) => effectiveFrom <= now && digest !== policy.digest);
  if (other && !policies.some(({ digest }) => digest === policy.digest)) return { policy, was: 'other in force' };
  return publishBeside(policies, objects, policy, text, now);
}

/**
 * Publishes the exact text of a policy document. Functions take it up within a minute, without a deployment.
 *
 * @param now ms since 1970
 * @throws PolicyError when it is invalid or may not be published now; nothing is written then
 */
export async function publishPolicy(objects: S3Objects, text: string, now: number): Promise<Published> {
  const policy = parsePolicy(text);
  return publishBeside((await readPolicies(objects)).book.policies, objects, policy, text, now);
}

interface Published {
  readonly policy: Policy;
  readonly key: string;
  readonly was: 'new' | 'there';
}

async function publishBeside(
  policies: readonly Policy[],
  objects: S3Objects,
  policy: Policy,
  text: string,
  now: number,
): Promise<Published> {
  const was = checkPublication(policy, policies, now);
  const key = policyKey(policy);
  if (was === 'new') await objects.putOnce(key, text, 'application/json');
  return { policy, key, was };
}
