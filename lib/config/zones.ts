import type { Settings } from './settings.ts';

/** Letters of zones, which a region has some of; no region has all. */
const LETTERS = 'abcdef';
/** Express brokers of MSK are in three zones or not at all. */
export const BROKER_ZONES = 3;

/** The zones that functions and endpoints are in, by letter: those named, or the first so many. */
export const lettersOf = (zones: Settings['zones']): string[] =>
  typeof zones === 'number' ? [...LETTERS].slice(0, zones) : zones.split(',');

export const zoneCount = (settings: Pick<Settings, 'zones'>): number => lettersOf(settings.zones).length;

/** The zones of the network, by name. Databases and brokers may be in more of them than functions pay for. */
export function networkZones(settings: Settings): string[] {
  const { region, zones } = settings;
  const letters = typeof zones === 'number' ? lettersOf(Math.max(leastZones(settings), zones)) : lettersOf(zones);
  return letters.map((letter) => `${region}${letter}`);
}

/** Databases ask for subnets in two zones, also where they are in one; brokers of the stage's own are in three. */
export const leastZones = ({ stream, mskMode }: Pick<Settings, 'stream' | 'mskMode'>): number =>
  stream === 'msk' && mskMode === 'provisioned' ? BROKER_ZONES : 2;
