import { paginateScan } from '@aws-sdk/client-dynamodb';
import { positionId } from '../../core/contract/position.ts';
import { LOG_PREFIX, RECEIPTS_PREFIX } from '../../core/contract/storage.ts';
import { STREAM_NAMES } from '../../core/contract/streams.ts';
import type { LogRecord } from '../../core/events/types.ts';
import { parseEnvelopes } from '../../core/receipts/envelope.ts';
import { parseReceiptLines } from '../../core/receipts/receipt-line.ts';
import { KafkaPositions } from '../../lambdas/adapters/kafka-positions.ts';
import { KinesisPositions } from '../../lambdas/adapters/stream-positions.ts';
import type { Outcome } from './compare.ts';
import type { Kind, Servers } from './servers.ts';

/** Reads log, receipts and alerts of one kind of stream. */
export async function outcomeOf({ objects, clients }: Servers, kind: Kind): Promise<Outcome> {
  const bucket = objects(kind);
  const records: LogRecord[] = [];
  for await (const key of bucket.listKeys(`${LOG_PREFIX}/`))
    records.push(...parseEnvelopes(await bucket.getGunzipped(key)));
  const receipts = new Map<string, string>();
  for await (const key of bucket.listKeys(`${RECEIPTS_PREFIX}/`))
    for (const { position, receipt } of parseReceiptLines(await bucket.getGunzipped(key)))
      receipts.set(positionId(position), receipt);
  const alerts = new Set<string>();
  for await (const { Items = [] } of paginateScan({ client: clients.dynamodb }, { TableName: `${kind}-alerts` }))
    for (const item of Items) alerts.add(item['alert_id']!.S!);
  return { records, receipts, alerts };
}

/**
 * What reconcile would read of the streams again, as texts that say position and arrival; each page from behind the last
 * one's end, as if another reconciliation had begun there.
 */
export async function positionsOf({ broker, clients }: Servers, kind: Kind): Promise<string[]> {
  const found: string[] = [];
  for (const stream of STREAM_NAMES) {
    const source =
      kind === 'kafka' ? new KafkaPositions(broker.connection, stream) : new KinesisPositions(clients.kinesis, stream);
    for (const shard of await source.shards())
      for (let after: string | null = null, more = true; more; ) {
        more = false;
        for await (const page of source.positions(shard, after)) {
          for (const { seq, arrival } of page) found.push(`${positionId({ stream, shard, seq })} at ${arrival}`);
          after = page.at(-1)!.seq;
          more = true;
          break;
        }
      }
  }
  return found;
}

/** The same of the log. */
export const loggedPositions = ({ records }: Outcome): Set<string> =>
  new Set(records.map(({ position, arrival }) => `${positionId(position)} at ${arrival}`));
