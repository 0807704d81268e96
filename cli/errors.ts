/**
 * An error that a person sees: what was wrong and where (the message), what to do next (the hint).
 * It is printed without a stack; the process ends with `exitCode`.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly hint: string | null;
  readonly exitCode: number;

  constructor(message: string, hint: string | null = null, exitCode = 2) {
    super(message);
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** Ctrl-C or SIGTERM: whoever waits gives up, cleans up and lets the process end with 130. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** The code of a system error (ENOENT …), or null. */
export function errorCode(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : null;
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
