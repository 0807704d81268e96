import { type Assumed, assume } from './assumptions.ts';
import { type CarrierKind, carrierOf } from './consumers.ts';
import { fixedCost } from './fixed.ts';
import type { Load } from './load-facts.ts';
import { marginalCost } from './marginal.ts';
import { type NanoDollars, perMillion, total } from './money.ts';
import { type Line, PRICES, type PriceTable } from './prices.ts';
import { standingCost } from './schedule.ts';
import type { Stage } from './stage.ts';

/** What a stage costs in a month, and why. */
export interface Estimate {
  readonly carrier: CarrierKind;
  readonly applications: number;
  /** resources, and what goes on by the clock: the bill of a month without a record */
  readonly fixed: readonly Line[];
  /** what the load adds */
  readonly load: readonly Line[];
  readonly fixedCost: NanoDollars;
  readonly loadCost: NanoDollars;
  /** what each million of the load costs, taken all together */
  readonly perMillion: NanoDollars;
  /** what one million more would add: less than each, since what goes by the second does not grow */
  readonly nextMillion: NanoDollars;
}

const MILLION = 1_000_000;

/** @throws CostError naming what has no price */
export function estimate(stage: Stage, load: Load, assumed: Assumed = assume(), prices: PriceTable = PRICES): Estimate {
  const fixed = [...fixedCost(stage, prices), ...standingCost(stage, assumed, prices)];
  const added = marginalCost(stage, load, assumed, prices);
  const more = marginalCost(stage, { applications: load.applications + MILLION }, assumed, prices);
  const costOf = (lines: readonly Line[]): NanoDollars => total(lines.map(({ cost }) => cost));
  return {
    carrier: carrierOf(stage, assumed).kind,
    applications: load.applications,
    fixed,
    load: added,
    fixedCost: costOf(fixed),
    loadCost: costOf(added),
    perMillion: perMillion(costOf(added), load.applications),
    nextMillion: costOf(more) - costOf(added),
  };
}
