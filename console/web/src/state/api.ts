import type { ErrorResponse } from '../../../api/types.ts';

type Told = ErrorResponse['error'];
/** Beside what the API says of itself: it did not answer, or something else than the API did. */
export type ProblemCode = Told['code'] | 'unreachable' | 'not_the_api';

export class Problem extends Error {
  readonly code: ProblemCode;
  readonly hint: string | null;
  readonly told: Told | null;

  constructor(code: ProblemCode, message: string, hint: string | null, told: Told | null = null) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.told = told;
  }
}

const isTold = (body: unknown): body is ErrorResponse =>
  typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'object';

/** @throws Problem, or the AbortError of whoever gave up waiting */
export async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers: { accept: 'application/json', ...init.headers } });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(
      'unreachable',
      'The console’s server does not answer.',
      'Start it again with: npm run console. This page asks again by itself.',
    );
  }
  let body: unknown;
  try {
    body = await response.json();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(
      'not_the_api',
      `Something that is not the console’s API answered with status ${response.status}.`,
      'Look at the log of the console’s server.',
    );
  }
  if (response.ok) return body as T;
  if (isTold(body)) throw new Problem(body.error.code, body.error.message, body.error.hint, body.error);
  throw new Problem('not_the_api', `The answer was refused with status ${response.status}.`, null);
}

export const post = <T>(path: string, body?: unknown): Promise<T> =>
  ask<T>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

export const asProblem = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem('not_the_api', String(error), null);
