/**
 * Something that a person can mend. The message says what is wrong and where, `hint` what to do next;
 * `toString` and `message` carry both, so that no caller can lose the hint.
 */
export class LocalError extends Error {
  readonly hint: string;
  constructor(what: string, hint: string, options?: ErrorOptions) {
    super(`${what}\n  ${hint}`, options);
    this.name = 'LocalError';
    this.hint = hint;
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
