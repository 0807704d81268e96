import * as z from 'zod';
import { LONGEST_KEY, MOST_RECORDS } from '../../core/contract/put-records.ts';
import { STREAM_NAMES } from '../../core/contract/streams.ts';
import { PipelineError } from '../runtime/errors.ts';

/** The event is no request; the message names the place, and nothing of a record. */
export class RequestError extends PipelineError {}

/** By decoding: a pattern over megabytes would take the regular expression's stack. */
const base64 = z.string().transform((text, context) => {
  const data = Buffer.from(text, 'base64');
  if (data.toString('base64') !== text) context.addIssue('not base64');
  return data;
});

const request = z.strictObject({
  stream: z.enum(STREAM_NAMES),
  records: z
    .array(z.strictObject({ key: z.string().min(1).max(LONGEST_KEY), data: base64 }))
    .min(1)
    .max(MOST_RECORDS),
});
export type Request = z.output<typeof request>;

/** @throws RequestError */
export function readRequest(event: unknown): Request {
  const read = request.safeParse(event);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const where = issue?.path.join('.') || 'the event';
  // A key that is one too many is named by whoever wrote the event; all other texts are the schema's own.
  const what = issue?.code === 'unrecognized_keys' ? 'it has a member that is not known' : (issue?.message ?? '');
  throw new RequestError(`The event is no request to put records: ${where}: ${what}`);
}
