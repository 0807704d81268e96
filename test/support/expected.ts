import { listSpans, logRecords, publishedPolicies } from '../../cli/log/read.ts';
import { LOG_PREFIX } from '../../core/contract/storage.ts';
import { ACTIVITY, APPLICATIONS } from '../../core/contract/streams.ts';
import type { HistoryEntry } from '../../core/history/types.ts';
import { Replayer } from '../../core/receipts/replay.ts';
import type { S3Objects } from '../../lambdas/adapters/s3-objects.ts';

export interface Expected {
  /** ids */
  readonly alerts: ReadonlySet<string>;
  /** by `<stream> <customer>` */
  readonly histories: ReadonlyMap<string, readonly HistoryEntry[]>;
}

/** What the log alone says there must be. */
export async function expectedOf(objects: S3Objects): Promise<Expected> {
  const replayer = new Replayer(await publishedPolicies(objects));
  const unreadable = (): never => {
    throw new Error('an object of the log cannot be read');
  };
  const alerts = new Set<string>();
  const histories = new Map<string, HistoryEntry[]>();
  const spans = await listSpans(objects, LOG_PREFIX, unreadable);
  for (const stream of [APPLICATIONS, ACTIVITY] as const) {
    const seen = new Set<string>();
    const ofStream = spans.filter((span) => span.stream === stream);
    for await (const run of logRecords(objects, ofStream, unreadable))
      for (const record of run) {
        const position = `${record.position.shard}/${record.position.seq}`;
        if (seen.has(position)) continue;
        seen.add(position);
        const { alerts: raised, entry, userId } = replayer.replay(record);
        for (const { alert_id } of raised) alerts.add(alert_id);
        if (entry === null) continue;
        const key = `${stream} ${userId}`;
        histories.set(key, [...(histories.get(key) ?? []), entry]);
      }
  }
  return { alerts, histories };
}
