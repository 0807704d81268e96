/**
 * Errors whose messages we wrote ourselves: they name fields, keys and positions, never a value that came from a
 * record, so that they may be logged word for word.
 */
export class PipelineError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A service did not do what we asked, however often; the same call may succeed later. */
export class ServiceFault extends PipelineError {}

/** What a log line says of an error. Nothing else of it leaves the function. */
export interface ErrorReport {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

const MAX_MESSAGE = 500;
const SAFE_NAMES = new Set(['EnvError', 'PolicyError', 'NoPolicyInForce', 'EnvelopeError', 'ReceiptLineError']);

/**
 * Name, message and stack without data: drivers quote what they were given (`Unexpected token 'A', "Alice…"`,
 * `dup key: { _id: "…" }`), so quoted and braced parts of messages that are not our own are left out.
 */
export function reportError(thrown: unknown): ErrorReport {
  if (!(thrown instanceof Error)) return { name: 'Error', message: `a ${typeof thrown} was thrown`, stack: '' };
  const message = safeMessage(thrown);
  const frames = (thrown.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { name: thrown.name, message, stack: [`${thrown.name}: ${message}`, ...frames].join('\n') };
}

/** An error that may leave the function: Lambda's runtime writes what a handler throws into the log. */
export function cleanError(thrown: unknown): Error {
  const { name, message, stack } = reportError(thrown);
  const clean = new Error(message);
  clean.name = name;
  clean.stack = stack;
  return clean;
}

function safeMessage(error: Error): string {
  if (error instanceof PipelineError || SAFE_NAMES.has(error.name)) return error.message;
  if (error instanceof SyntaxError) return 'text does not parse (left out)';
  return error.message
    .slice(0, MAX_MESSAGE)
    .replace(/\{.*\}/gs, '{…}')
    .replace(/(["'`]).*\1/gs, '…');
}
