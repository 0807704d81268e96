import type { StreamName } from '../../core/contract/streams.ts';
import type { S3Objects } from '../../lambdas/adapters/s3-objects.ts';
import { parseKey, type Prefix, type Span } from './spans.ts';

/** Objects are listed by the hour of arrival: clocks differ a little. */
const SLACK_MS = 60_000;
const HOUR_MS = 3_600_000;

/** The objects of a stream in the folders of the hours from `since` to `now` (both ms since 1970). */
export async function* recentSpans(
  objects: S3Objects,
  { prefix, stream, since, now }: { prefix: Prefix; stream: StreamName; since: number; now: number },
): AsyncGenerator<Span> {
  for (let hour = since - SLACK_MS; hour <= now + SLACK_MS + HOUR_MS; hour += HOUR_MS) {
    const iso = new Date(hour).toISOString();
    const folder = `${prefix}/${stream}/dt=${iso.slice(0, 10)}/hr=${iso.slice(11, 13)}/`;
    for await (const key of objects.listKeys(folder)) {
      const span = parseKey(key);
      if (span !== null) yield span;
    }
  }
}
