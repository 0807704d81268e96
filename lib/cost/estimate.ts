import { type Assumed, assume } from './assumptions.ts';
import { type CarrierKind, carrierOf } from './consumers.ts';
import { fixedCost } from './fixed.ts';
import type { Load } from './load-facts.ts';
import { marginalCost } from './marginal.ts';
import { type NanoDollars, total } from './money.ts';
import { type Line, PRICES, type PriceTable } from './prices.ts';
import { standingCost } from './schedule.ts';
import type { Stage } from './stage.ts';

/** A charge of a load, and how much of it is whose. */
export interface LoadLine extends Line {
  /** what would not grow with one million more of either kind */
  readonly standing: NanoDollars;
  /** what the next million of applications adds, and the next million of activity */
  readonly nextApplications: NanoDollars;
  readonly nextActivity: NanoDollars;
}

/**
 * What a stage costs in a month, and why. A bill is of three parts: `fixed` is there without anything happening;
 * `standing` goes by the clock, as polls, scheduled runs and windows that are as many with more records in each; and
 * `marginal` goes by the record. The marginal cost of a million is what the *next* million costs at that load, and the
 * load's own part is as many times that; the rest of what the load adds is standing.
 */
export interface Estimate {
  readonly carrier: CarrierKind;
  readonly load: Load;
  /** resources */
  readonly fixed: readonly Line[];
  /** what goes on by the clock when nothing comes: it is part of `standing` */
  readonly clock: readonly Line[];
  readonly added: readonly LoadLine[];
  readonly fixedCost: NanoDollars;
  readonly standingCost: NanoDollars;
  /** the part of the load that goes by the record */
  readonly recordsCost: NanoDollars;
  readonly totalCost: NanoDollars;
  /** of one million more */
  readonly marginal: Readonly<Record<keyof Load, NanoDollars>>;
}

const MILLION = 1_000_000;

/** @throws CostError naming what has no price */
export function estimate(stage: Stage, load: Load, assumed: Assumed = assume(), prices: PriceTable = PRICES): Estimate {
  const fixed = fixedCost(stage, prices);
  const clock = standingCost(stage, assumed, prices);
  const added = linesOf(stage, load, assumed, prices);
  const [fixedSum, addedSum] = [costOf(fixed), costOf(added)];
  const standing = costOf(clock) + total(added.map((line) => line.standing));
  return {
    carrier: carrierOf(stage, assumed).kind,
    load,
    fixed,
    clock,
    added,
    fixedCost: fixedSum,
    standingCost: standing,
    recordsCost: costOf(clock) + addedSum - standing,
    totalCost: fixedSum + costOf(clock) + addedSum,
    marginal: {
      applications: total(added.map(({ nextApplications }) => nextApplications)),
      activity: total(added.map(({ nextActivity }) => nextActivity)),
    },
  };
}

const costOf = (lines: readonly Line[]): NanoDollars => total(lines.map(({ cost }) => cost));
const nameOf = ({ resource, what }: Line): string => `${resource}/${what}`;

function linesOf(stage: Stage, load: Load, assumed: Assumed, prices: PriceTable): readonly LoadLine[] {
  const at = (of: Load): ReadonlyMap<string, Line> =>
    new Map(marginalCost(stage, of, assumed, prices).map((line) => [nameOf(line), line]));
  const now = at(load);
  const more = at({ ...load, applications: load.applications + MILLION });
  const busier = at({ ...load, activity: load.activity + MILLION });
  // A line that nothing is charged to yet is among those of a larger load.
  return [...new Map([...more, ...busier, ...now])].map(([name, line]) => {
    const { quantity, cost } = now.get(name) ?? { quantity: 0, cost: 0n };
    const nextApplications = (more.get(name)?.cost ?? 0n) - cost;
    const nextActivity = (busier.get(name)?.cost ?? 0n) - cost;
    const byRecord =
      (BigInt(load.applications) * nextApplications + BigInt(load.activity) * nextActivity) / BigInt(MILLION);
    return {
      ...line,
      quantity,
      cost,
      nextApplications,
      nextActivity,
      // Where millions are rounded one by one, all of them may be a little more than the whole.
      standing: byRecord > cost ? 0n : cost - byRecord,
    };
  });
}
