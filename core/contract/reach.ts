/**
 * Up to when the stream may decide a record, and from when on the batch may say that nobody will. The two are half an
 * hour apart (half the margin), which an invocation under way and clocks that differ do not bridge.
 */
export interface Reach {
  /** at this age the event source gives a record up */
  readonly maxAgeHours: number;
  /** how much later the batch gives it up */
  readonly marginMinutes: number;
}

/** "The maximum age plus an hour": what every stage has. */
export const GIVE_UP_MARGIN_MINUTES = 60;

/** Age in ms from which on the stream refuses to decide a record, whoever hands it over. */
export const refusedFrom = ({ maxAgeHours, marginMinutes }: Reach): number =>
  maxAgeHours * 3_600_000 + marginMinutes * 30_000;

/** Age in ms from which on a record without a receipt is out of the stream's reach. */
export const unreachableFrom = ({ maxAgeHours, marginMinutes }: Reach): number =>
  maxAgeHours * 3_600_000 + marginMinutes * 60_000;
