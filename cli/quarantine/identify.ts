import { RECEIPTS_PREFIX } from '../../core/contract/storage.ts';
import { type Position, positionId } from '../../core/contract/position.ts';
import { STREAM_NAMES } from '../../core/contract/streams.ts';
import type { S3Objects } from '../../lambdas/adapters/s3-objects.ts';
import type { Unreadable } from '../log/in-order.ts';
import { rawIds } from '../log/raw-ids.ts';
import { listSpans, receiptLines } from '../log/read.ts';
import { recordsAt, type QuarantinedRecord } from './quarantine.ts';

export interface IdentifiedRecord extends QuarantinedRecord {
  /** null where none can be read */
  readonly id: string | null;
  readonly user: string | null;
  readonly isEmpty: boolean;
  /** where a record of the same id was decided afterwards: it was mended and sent again; null where it was not */
  readonly decidedAt: Position | null;
}

type Found = { -readonly [Key in keyof IdentifiedRecord]: IdentifiedRecord[Key] };

/** An id of a decided record in its receipt. */
const ID = /"(?:application_id|transaction_id|event_id)":("(?:[^"\\]|\\.)*")/g;

/** Says of quarantined records what they call themselves, and whether that was decided later. */
export async function identify(
  objects: S3Objects,
  records: readonly QuarantinedRecord[],
  onUnreadable: (object: Unreadable) => void,
): Promise<IdentifiedRecord[]> {
  const found = new Map<string, Found>(
    records.map((record) => [
      positionId(record.position),
      { ...record, id: null, user: null, isEmpty: false, decidedAt: null },
    ]),
  );
  const positions = records.map(({ position }) => position);
  const byId = new Map<string, Found[]>();
  for await (const { position, data } of recordsAt(objects, positions, onUnreadable)) {
    const record = found.get(positionId(position));
    if (record === undefined) continue;
    const { ids, user } = rawIds(data, position.stream);
    record.id = ids[0] ?? null;
    record.user = user;
    record.isEmpty = data.length === 0;
    if (record.id !== null) byId.set(record.id, [...(byId.get(record.id) ?? []), record]);
  }
  if (byId.size > 0) await findDecided(objects, byId, onUnreadable);
  return [...found.values()];
}

async function findDecided(
  objects: S3Objects,
  byId: ReadonlyMap<string, Found[]>,
  onUnreadable: (object: Unreadable) => void,
): Promise<void> {
  const all = await listSpans(objects, RECEIPTS_PREFIX, onUnreadable);
  for (const stream of STREAM_NAMES) {
    const spans = all.filter((span) => span.stream === stream);
    for await (const run of receiptLines(objects, spans, onUnreadable))
      for (const { position, receipt: text } of run) {
        if (!text.includes('"disposition":"decided"')) continue;
        const wanted = [...text.matchAll(ID)].flatMap(([, id = '""']) => byId.get(JSON.parse(id) as string) ?? []);
        if (wanted.length === 0) continue;
        const { arrival, inputs } = JSON.parse(text) as { arrival: number; inputs: { user_id: string } };
        for (const record of wanted)
          if (
            record.decidedAt === null &&
            record.position.stream === stream &&
            (record.user === null || record.user === inputs.user_id) &&
            isAfter(position, arrival, record)
          )
            record.decidedAt = position;
      }
  }
}

/** Sequence numbers order one customer's records; of a record without a customer only the arrival is known. */
const isAfter = (position: Position, arrival: number, record: QuarantinedRecord): boolean =>
  position.shard === record.position.shard ? position.seq > record.position.seq : arrival >= record.arrival;
