import type { ActivityType } from '../contract/values.ts';
import type { HistoryEntry } from './types.ts';

/** Stored entries that cannot be read: the item was written by something else. */
export class HistoryFormatError extends Error {
  override readonly name = 'HistoryFormatError';
}

type Row = readonly (string | number | null)[];

const APPLICATION_COLUMNS = 6;
const ACTIVITY_COLUMNS = 10;

const row = (entry: HistoryEntry): Row =>
  entry.kind === 'application'
    ? [entry.seq, entry.event_time, entry.application_id, entry.revision, entry.payload_hash, entry.outcome]
    : [
        entry.seq,
        entry.event_time,
        entry.type,
        // most records of activity without an id of their own are known by their hash: it is stored once
        entry.identity === entry.payload_hash ? null : entry.identity,
        entry.payload_hash,
        entry.amount,
        entry.location,
        entry.latitude,
        entry.longitude,
        entry.device_id,
      ];

function readRow(cells: unknown, at: number): HistoryEntry {
  if (Array.isArray(cells) && typeof cells[0] === 'string' && typeof cells[1] === 'number') {
    const [seq, event_time] = cells as [string, number];
    if (cells.length === APPLICATION_COLUMNS) {
      const [application_id, revision, payload_hash, outcome] = cells.slice(2) as [string, number, string, string];
      return { kind: 'application', seq, event_time, application_id, revision, payload_hash, outcome };
    }
    if (cells.length === ACTIVITY_COLUMNS) {
      const [type, identity, payload_hash] = cells.slice(2, 5) as [ActivityType, string | null, string];
      return {
        kind: 'activity',
        seq,
        event_time,
        type,
        identity: identity ?? payload_hash,
        payload_hash,
        amount: cells[5] as number | null,
        location: cells[6] as string | null,
        latitude: cells[7] as number | null,
        longitude: cells[8] as number | null,
        device_id: cells[9] as string | null,
      };
    }
  }
  throw new HistoryFormatError(
    `stored history, entry ${at}: expected a list of ${APPLICATION_COLUMNS} or ${ACTIVITY_COLUMNS} cells`,
  );
}

/** Short JSON for storage: a list of cells for each entry, in the order given. */
export const encodeEntries = (entries: readonly HistoryEntry[]): string => JSON.stringify(entries.map(row));

/** @throws HistoryFormatError when the text is not what {@link encodeEntries} writes */
export function decodeEntries(text: string): HistoryEntry[] {
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch {
    throw new HistoryFormatError('stored history: not JSON');
  }
  if (!Array.isArray(rows)) throw new HistoryFormatError('stored history: expected a list of entries');
  return rows.map(readRow);
}
