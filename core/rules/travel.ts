import type { Activity } from '../events/types.ts';
import type { ActivityEntry } from '../history/types.ts';
import type { Facts, Leaf } from './facts.ts';
import { jsonOrNull } from './fields.ts';

const EARTH_RADIUS_KM = 6371;
const MS_PER_HOUR = 3_600_000;
/** Coordinates closer than this are one place: far below what they can tell apart, far above rounding. */
const SAME_PLACE_KM = 1e-9;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Great-circle distance in km on a sphere of radius 6371 km, by the haversine formula. Degrees in. */
export function distanceKm(latitude1: number, longitude1: number, latitude2: number, longitude2: number): number {
  const halfLatitude = Math.sin(radians(latitude2 - latitude1) / 2);
  const halfLongitude = Math.sin(radians(longitude2 - longitude1) / 2);
  const h =
    halfLatitude * halfLatitude +
    Math.cos(radians(latitude1)) * Math.cos(radians(latitude2)) * halfLongitude * halfLongitude;
  // rounding can carry h just past 1 for antipodes
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** The history's transaction with the latest event time ≤ that of the record; of equals the highest position. */
function previousTransaction({ record, view }: Facts): ActivityEntry | null {
  let previous: ActivityEntry | null = null;
  for (let i = view.from; i < view.to; i++) {
    const entry = view.entries[i];
    if (entry?.kind !== 'activity' || entry.type !== 'transaction' || entry.event_time > record.event_time) continue;
    if (previous === null || entry.event_time >= previous.event_time) previous = entry;
  }
  return previous;
}

const sameText = (a: string, b: string): boolean => a === b || a.trim().toLowerCase() === b.trim().toLowerCase();

const whole = (at: number) => (facts: Facts) => {
  const value = facts.numbers[at] as number;
  return Number.isFinite(value) ? String(value) : 'null';
};

export interface TravelOptions {
  /** compared where both transactions have coordinates */
  readonly fasterThanKmh: number;
  /** compared otherwise: another location text at most so long after, ms, inclusive */
  readonly elsewhereWithin: number;
}

/**
 * Could one person have been at both places? Slots: the answer, km/h rounded, metres rounded, ms in between; NaN where
 * not known. Texts: the previous transaction's id, its location.
 */
export function travelLeaf({ fasterThanKmh, elsewhereWithin }: TravelOptions, slot: number): Leaf {
  const judge = (facts: Facts, previous: ActivityEntry): string | null => {
    const { numbers } = facts;
    const record = facts.record as Activity;
    const elapsed = record.event_time - previous.event_time;
    numbers[slot + 3] = elapsed;
    if (
      record.latitude !== null &&
      record.longitude !== null &&
      previous.latitude !== null &&
      previous.longitude !== null
    ) {
      const km = distanceKm(previous.latitude, previous.longitude, record.latitude, record.longitude);
      const faster = elapsed === 0 ? km > SAME_PLACE_KM : km * MS_PER_HOUR > fasterThanKmh * elapsed;
      numbers[slot] = faster ? 1 : 0;
      numbers[slot + 1] = elapsed === 0 ? NaN : Math.round((km * MS_PER_HOUR) / elapsed);
      numbers[slot + 2] = Math.round(km * 1000);
      return null;
    }
    if (record.location !== null && previous.location !== null) {
      numbers[slot] = elapsed <= elsewhereWithin && !sameText(record.location, previous.location) ? 1 : 0;
      return null;
    }
    return 'neither coordinates nor a location to compare with the previous transaction';
  };
  return {
    load: (facts) => {
      facts.numbers.fill(NaN, slot, slot + 4);
      const previous = previousTransaction(facts);
      facts.texts[slot] = previous?.identity ?? null;
      facts.texts[slot + 1] = previous?.location ?? null;
      return previous === null ? 'no earlier transaction is known' : judge(facts, previous);
    },
    values: [
      { name: 'distance_m', show: whole(slot + 2) },
      { name: 'elapsed_ms', show: whole(slot + 3) },
      { name: 'location', show: (facts) => jsonOrNull((facts.record as Activity).location) },
      { name: 'previous_location', show: ({ texts }) => jsonOrNull(texts[slot + 1] ?? null) },
      { name: 'previous_transaction', show: ({ texts }) => jsonOrNull(texts[slot] ?? null) },
      { name: 'speed_kmh', show: whole(slot + 1) },
    ],
  };
}
