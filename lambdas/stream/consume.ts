import { hash } from 'node:crypto';
import { METRICS } from '../../core/contract/metrics.ts';
import type { Position } from '../../core/contract/position.ts';
import { objectKey, RECEIPTS_PREFIX } from '../../core/contract/storage.ts';
import type { StreamName } from '../../core/contract/streams.ts';
import type { StreamRecord } from '../../core/events/types.ts';
import { receiptLine } from '../../core/receipts/receipt-line.ts';
import type { AlertStore } from '../adapters/alert-store.ts';
import type { AlertTopic } from '../adapters/alert-topic.ts';
import type { Policies } from '../adapters/documents.ts';
import type { DynamoCustomers } from '../adapters/dynamo-customers.ts';
import type { S3Objects } from '../adapters/s3-objects.ts';
import { type BatchAnswer, openEvent, type StreamEvent } from '../adapters/stream-event.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Meter } from '../runtime/metrics.ts';
import { type Evaluated, evaluate, inspectAll, saveHistories, wishesOf } from './evaluate.ts';
import { measureBatch } from './measure.ts';

export interface ConsumerParts {
  readonly logger: Logger;
  readonly meter: Meter;
  readonly objects: S3Objects;
  readonly policies: Policies;
  readonly customers: DynamoCustomers;
  readonly alerts: AlertStore;
  readonly topic: AlertTopic;
  readonly codeVersion: string;
  /** age in ms from which on a record is refused: the batch may be about to give it up, or have done so */
  readonly refusedFromMs: number;
}

/**
 * Decides a batch of one stream's records. Bad content never fails it; a fault of a service ends it at the first record
 * that it hit, and everything before is kept.
 */
export async function consume(parts: ConsumerParts, stream: StreamName, event: StreamEvent): Promise<BatchAnswer> {
  const { shards, answer } = openEvent(event, () => stream);
  const failed: Position[] = [];
  for (const records of shards) {
    const seq = await consumeShard(parts, stream, records);
    if (seq !== null) failed.push({ ...records[0]!.position, seq });
  }
  return answer(failed);
}

/**
 * The order of writes: alerts and receipts, then histories, then notifications. A crash at any point and a retry give
 * the same again: an alert's id and a receipt are functions of the log, alerts are insert-only, and a history's entries
 * at or above a position are not seen from it, so it does not matter whether the first attempt got as far as them.
 *
 * @returns the sequence number from which on the batch must be delivered again, or null
 */
async function consumeShard(parts: ConsumerParts, stream: StreamName, records: readonly StreamRecord[]) {
  const { logger, meter, customers, alerts, topic } = parts;
  const first = records[0]!.position.seq;
  const fault = (what: string, seq: string, error: unknown): string => {
    logger.error(what, { stream, first: seq, error: error as Error });
    meter.count(METRICS.serviceFaults);
    return seq;
  };
  const now = Date.now();
  let until: string | null = null;
  const tooOld = records.filter(({ arrival }) => now - arrival >= parts.refusedFromMs);
  if (tooOld[0]) {
    until = tooOld[0].position.seq;
    meter.count(METRICS.droppedRecords, tooOld.length);
    logger.error('A record is too old to be decided; crp redrive sends it again once the batch has marked it', {
      stream,
      first: until,
    });
  }
  const due = until === null ? records : records.filter(({ position }) => position.seq < until!);
  if (due.length === 0) return until;
  const inspected = inspectAll(due, await parts.policies.current(now));
  const cut = (failures: ReadonlyMap<string, unknown>, what: string): void => {
    for (const { record, customer } of inspected) {
      if (customer === null || !failures.has(customer)) continue;
      if (until === null || record.position.seq < until)
        until = fault(what, record.position.seq, failures.get(customer));
      return;
    }
  };

  const { loaded, failed } = await customers.load(stream, wishesOf(inspected));
  cut(failed, 'The history of a customer could not be read');
  const batch = until === null ? inspected : inspected.filter(({ record }) => record.position.seq < until!);
  if (batch.length === 0) return until;

  const evaluated = evaluate(batch, loaded);
  const raised = evaluated.flatMap(({ assessment }) => assessment.alerts);
  try {
    await Promise.all([raised.length > 0 ? alerts.insert(raised, new Date()) : null, putReceipts(parts, evaluated)]);
  } catch (error) {
    return fault('Alerts or receipts could not be written', first, error);
  }
  const decided = new Set(evaluated.flatMap(({ assessment }) => (assessment.entry ? [assessment.userId!] : [])));
  cut(await saveHistories(customers, stream, batch, loaded, decided), 'The history of a customer could not be written');
  try {
    const urgent = raised.filter(({ severity }) => severity !== 'notice');
    if (urgent.length > 0) await topic.publish(urgent);
  } catch (error) {
    return fault('Notifications could not be sent', first, error);
  }
  measureBatch(meter, until === null ? evaluated : evaluated.filter(({ record }) => record.position.seq < until!));
  return until;
}

async function putReceipts({ objects, codeVersion }: ConsumerParts, evaluated: readonly Evaluated[]): Promise<void> {
  const first = evaluated[0]!.record;
  const last = evaluated.at(-1)!.record;
  const content = evaluated.map(({ assessment }) => receiptLine(assessment, codeVersion)).join('');
  const key = objectKey({
    prefix: RECEIPTS_PREFIX,
    stream: first.position.stream,
    shard: first.position.shard,
    first: first.position.seq,
    last: last.position.seq,
    arrival: first.arrival,
    digest: hash('sha256', content),
  });
  await objects.putGzipped(key, content);
}
