import type { ErrorCode, ErrorResponse } from './types.ts';

const STATUS = {
  invalid_filter: 400,
  unknown_parameter: 400,
  invalid_range: 400,
  invalid_cursor: 400,
  invalid_body: 400,
  forbidden_origin: 403,
  forbidden_host: 403,
  forbidden_role: 403,
  not_found: 404,
  method_not_allowed: 405,
  stale_version: 409,
  refused: 409,
  schema_outdated: 409,
  too_large: 413,
  not_json: 415,
  internal: 500,
  view_missing: 503,
  warehouse_down: 503,
  store_down: 503,
} as const satisfies Record<ErrorCode, number>;

type More = Omit<ErrorResponse['error'], 'code' | 'message' | 'hint'>;

/** A failure as whoever asked is told it: what was wrong, where, and what to do next. */
export class ConsoleError extends Error {
  override readonly name = 'ConsoleError';
  readonly code: ErrorCode;
  readonly hint: string | null;
  readonly more: More;

  constructor(code: ErrorCode, message: string, hint: string | null = null, more: More = {}) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.more = more;
  }

  get status(): (typeof STATUS)[ErrorCode] {
    return STATUS[this.code];
  }

  toJSON(): ErrorResponse {
    return { error: { code: this.code, message: this.message, hint: this.hint, ...this.more } };
  }
}
