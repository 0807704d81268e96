import { GIVE_UP_MARGIN_MINUTES, unreachableFrom } from '../../core/contract/reach.ts';
import { ACTIVITY, APPLICATIONS } from '../../core/contract/streams.ts';
import type { Assumed } from './assumptions.ts';
import { type Carrier, carrierOf, type Consumer, consumersOf } from './consumers.ts';
import { runsAMonth } from './schedule.ts';
import type { Stage } from './stage.ts';
import { HOURS } from './time.ts';

/** What goes through a stage in a month. */
export interface Load {
  /** credit applications */
  readonly applications: number;
  /** records of account activity */
  readonly activity: number;
}

/** What of a load is counted, whatever it then costs. */
export interface Facts {
  readonly stage: Stage;
  readonly assumed: Assumed;
  readonly applications: number;
  readonly activity: number;
  readonly records: number;
  /** bytes as sent */
  readonly bytes: number;
  readonly alerts: number;
  readonly carrier: Carrier;
  readonly consumers: readonly Consumer[];
  /** objects written in the month, compressed bytes of them */
  readonly logObjects: number;
  readonly receiptObjects: number;
  readonly storedBytes: number;
  /** runs of the batch, and requests by which all of them list the objects that are in their windows */
  readonly runs: number;
  readonly lists: number;
}

/** Keys that S3 lists for one request. */
const KEYS_PER_LIST = 1000;

/**
 * How far back a run of the batch lists objects, as plan-batch does (docs/decisions/0004): the stream's reach and a day
 * before the plan of the run before it, from the beginning of the hour on.
 */
export function listedHours({ settings }: Stage, runs: number, { planSlackHours }: Assumed): number {
  const reach = { maxAgeHours: settings.maxRecordAgeHours, marginMinutes: GIVE_UP_MARGIN_MINUTES };
  return unreachableFrom(reach) / 3_600_000 + planSlackHours + HOURS / runs + 0.5;
}

export function factsOf(stage: Stage, { applications, activity }: Load, assumed: Assumed): Facts {
  const carrier = carrierOf(stage, assumed);
  const consumers = consumersOf(
    stage,
    carrier,
    {
      [APPLICATIONS]: { count: applications, bytes: assumed.applicationBytes },
      [ACTIVITY]: { count: activity, bytes: assumed.activityBytes },
    },
    assumed,
  );
  const callsOf = (archive: boolean): number =>
    sum(consumers.filter(({ of }) => (of.name === 'archive-log') === archive).map(({ calls }) => calls));
  const logObjects = callsOf(true);
  const receiptObjects = callsOf(false);
  const runs = runsAMonth(stage.settings.batchSchedule);
  return {
    stage,
    assumed,
    applications,
    activity,
    records: applications + activity,
    bytes: applications * assumed.applicationBytes + activity * assumed.activityBytes,
    alerts: applications * assumed.applicationAlerts + activity * assumed.activityAlerts,
    carrier,
    consumers,
    logObjects,
    receiptObjects,
    runs,
    lists: (((runs * listedHours(stage, runs, assumed)) / HOURS) * (logObjects + receiptObjects)) / KEYS_PER_LIST,
    storedBytes:
      applications * (assumed.applicationLogBytes + assumed.applicationReceiptBytes) +
      activity * (assumed.activityLogBytes + assumed.activityReceiptBytes),
  };
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
