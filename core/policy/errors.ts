/** A policy document that cannot be used. `path` is the place in the document, such as `rules[2].when.gt[0]`. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  readonly path: string;

  constructor(path: string, problem: string) {
    super(`${path === '' ? 'policy' : `policy, at ${path}`}: ${problem}`);
    this.path = path;
  }
}

/** No published policy is effective yet at an arrival time: the stream refuses to start. */
export class NoPolicyInForce extends Error {
  override readonly name = 'NoPolicyInForce';
}

/** @returns what kind of JSON value it is, and never the value itself: a policy may name a customer in an exception */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return value.trim() === '' ? 'a blank text' : 'a text';
  return typeof value === 'boolean' ? 'true or false' : `a ${typeof value}`;
}
