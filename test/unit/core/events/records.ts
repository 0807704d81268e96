import { APPLICATIONS, type StreamName } from '../../../../core/contract/streams.ts';
import { type InspectionLimits, inspect } from '../../../../core/events/inspect.ts';
import { protect } from '../../../../core/events/protect.ts';
import type { Inspection, StreamRecord } from '../../../../core/events/types.ts';

export const LIMITS: InspectionLimits = { amountCeiling: 1_000_000_000, highBelow: 500, lowFrom: 700 };

/** 2026-11-21T00:00:00Z */
export const ARRIVAL = Date.UTC(2026, 10, 21);

/** The plain shape: the five required fields. */
export const PLAIN = {
  application_id: 'a-1',
  user_id: 'u-1',
  credit_score: 650,
  loan_amount: 12_000.5,
  timestamp: '2026-11-20T12:00:00Z',
};

export const TRANSACTION = {
  transaction_id: 't-1',
  user_id: 'u-1',
  amount: 20,
  timestamp: '2026-11-20T12:00:00Z',
};

/** A record of the stream from bytes, JSON text, or a value that becomes JSON. */
export function record(content: unknown, options: Partial<StreamRecord> & { stream?: StreamName } = {}): StreamRecord {
  const { stream = APPLICATIONS, ...rest } = options;
  const data = Buffer.isBuffer(content)
    ? content
    : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
  return {
    position: { stream, shard: 'shardId-000000000000', seq: '1'.padStart(56, '0') },
    arrival: ARRIVAL,
    key: 'u-1',
    data,
    ...rest,
  };
}

/** What becomes of a record: masked, then inspected. */
export function inspected(content: unknown, options: Parameters<typeof record>[1] = {}): Inspection {
  return inspect(protect(record(content, options)), LIMITS);
}
