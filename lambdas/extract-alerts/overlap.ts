/**
 * How far before a watermark reading begins again: what was written may become visible later than what has a later time,
 * by the delay of an index and the difference of two writers' clocks.
 */
export const OVERLAP_MS = 15 * 60 * 1000;
export const EPOCH = '1970-01-01T00:00:00.000Z';
