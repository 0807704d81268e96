/** The two streams. On MSK the topics carry the same names. */
export const APPLICATIONS = 'credit_applications';
export const ACTIVITY = 'account_activity';
export const STREAM_NAMES = [APPLICATIONS, ACTIVITY] as const;
export type StreamName = (typeof STREAM_NAMES)[number];

/** A record larger than this many bytes is quarantined as `oversized_record`. */
export const MAX_RECORD_BYTES = 256 * 1024;
/** Characters (UTF-16 units) of any text for which nothing else is said. */
export const MAX_TEXT_LENGTH = 256;
/** JSON nested deeper than this is `malformed_json`; the outer object is depth 1. */
export const MAX_DEPTH = 32;
