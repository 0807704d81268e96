import { ACTIVITY, APPLICATIONS, type StreamName } from '../../core/contract/streams.ts';
import type { Batch, Entry } from '../produce/source.ts';
import { activityPlants } from './activity-plants.ts';
import { eventBody, transactionBody } from './activity.ts';
import { applicationPlants, type People } from './application-plants.ts';
import { applicationBody, inSomeNotation } from './applications.ts';
import { json } from './faults.ts';
import { applicantOf, applicationId, customers } from './people.ts';
import { carryOut, type Plan } from './plan.ts';

const DAYS_30 = 30 * 86_400_000;
const BATCH = 500;
/** Records of account activity for each application. */
export const ACTIVITY_PER_APPLICATION = 2;

export interface RealisticOptions {
  /** applications; the customers are a third of them */
  readonly applications: number;
  /** records of account activity */
  readonly activity: number;
  readonly seed: number;
  /** ms since 1970: the records lie in the 30 days before it */
  readonly asOf: number;
}

/**
 * Lenders' days: customers with names, regions and incomes who apply and pay, among them, at least once each as far
 * as the counts allow, every failing check, duplicates, conflicts, amendments, late records, refused consent, card
 * numbers and what fires each fraud rule. The same options give the same bytes in the same order. A customer's records
 * come in the order in which they were made, but for those that are late on purpose.
 */
export function* realistic(options: RealisticOptions): Generator<Batch> {
  const streams = [
    inBatches(APPLICATIONS, carryOut(applicationPlan(options))),
    inBatches(ACTIVITY, carryOut(activityPlan(options))),
  ];
  // Turn by turn in proportion, so that both streams are busy for the whole run.
  const sizes = [options.applications, options.activity];
  const done = [0, 0];
  for (;;) {
    const turn = (done[0] as number) * (sizes[1] as number) <= (done[1] as number) * (sizes[0] as number) ? 0 : 1;
    for (const which of [turn, 1 - turn]) {
      const next = streams[which]?.next();
      if (next?.done !== false) continue;
      done[which] = (done[which] as number) + next.value.length;
      yield next.value;
      break;
    }
    if ((done[0] as number) >= options.applications && (done[1] as number) >= options.activity) return;
  }
}

function* inBatches(stream: StreamName, chunks: Iterable<Buffer[]>): Generator<Batch> {
  let line = 0;
  for (const chunk of chunks)
    for (let from = 0; from < chunk.length; from += BATCH) {
      const batch: Entry[] = chunk
        .slice(from, from + BATCH)
        .map((data, index) => ({ stream, data, line: line + index + 1 }));
      line += batch.length;
      yield batch;
    }
}

function peopleOf({ seed, applications, activity }: RealisticOptions): People {
  const count = Math.max(1, Math.floor(Math.max(applications, activity / ACTIVITY_PER_APPLICATION) / 3));
  return { seed, count, of: customers(seed, count) };
}

/** Records are sent in the order of their times; the three days before the span hold what slots reach back for. */
function applicationPlan(options: RealisticOptions): Plan {
  const people = peopleOf(options);
  return {
    seed: `applications/${options.seed}`,
    count: options.applications,
    from: options.asOf - DAYS_30 + 3 * 86_400_000,
    to: options.asOf,
    plants: applicationPlants(people),
    ordinary: ({ rng, number, at }) => {
      const customer = people.of(applicantOf(people.seed, number, people.count));
      const body = applicationBody({ applicationId: applicationId(people.seed, number), customer, at }, rng);
      return { sent: at, data: json(inSomeNotation(body, rng)) };
    },
  };
}

function activityPlan(options: RealisticOptions): Plan {
  const people = peopleOf(options);
  return {
    seed: `activity/${options.seed}`,
    count: options.activity,
    from: options.asOf - DAYS_30 + 3 * 86_400_000,
    to: options.asOf,
    plants: activityPlants(people),
    ordinary: ({ rng, number, at }) => {
      if (rng.chance(0.15)) {
        const application = rng.int(1, Math.max(1, options.applications));
        const customer = people.of(applicantOf(people.seed, application, people.count));
        const body = eventBody(
          {
            eventId: `e${people.seed}_${number}`,
            customer,
            at,
            applicationId: applicationId(people.seed, application),
          },
          rng,
        );
        return { sent: at, data: json(inSomeNotation(body, rng)) };
      }
      const customer = people.of(applicantOf(people.seed, number, people.count));
      const body = transactionBody({ transactionId: `t${people.seed}_${number}`, customer, at }, rng);
      return { sent: at, data: json(inSomeNotation(body, rng)) };
    },
  };
}
