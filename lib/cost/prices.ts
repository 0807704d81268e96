import * as z from 'zod';
import document from './prices.json' with { type: 'json' };
import { costOf, decimal, millionths, type NanoDollars } from './money.ts';

/** A price or a resource that the model does not know, or a table of prices that is not one. */
export class CostError extends Error {
  override readonly name: string = 'CostError';
}

const priceSchema = z.strictObject({
  service: z.string().min(1),
  unit: z.string().min(1),
  /** units that the price is for */
  per: z.int().min(1),
  price: z.string().refine((text) => {
    try {
      return decimal(text).digits >= 0n;
    } catch {
      return false;
    }
  }, 'must be decimal text'),
  source: z.url(),
  /** whether the figure was found in public pages on the table's date; otherwise it is from memory: look before quoting */
  verified: z.boolean(),
  note: z.string().optional(),
});

const tableSchema = z.strictObject({
  date: z.iso.date(),
  region: z.string(),
  currency: z.literal('USD'),
  items: z.record(z.string().regex(/^[a-z0-9]+(?:[.-][a-z0-9]+)+$/), priceSchema),
});

export type Price = z.infer<typeof priceSchema>;

/** What something costs: so much of a price. */
export interface Charge {
  /** what is paid for, such as `shards` */
  readonly what: string;
  readonly quantity: number;
  /** id in the table of prices */
  readonly price: string;
}

/** A charge of a resource, with its cost in a month. */
export interface Line extends Charge {
  readonly resource: string;
  readonly cost: NanoDollars;
}

/** Prices of one region on one day. */
export class PriceTable {
  readonly date: string;
  readonly region: string;
  readonly items: Readonly<Record<string, Price>>;

  /** @throws CostError naming what is wrong with the document */
  constructor(content: unknown) {
    const result = tableSchema.safeParse(content);
    if (!result.success)
      throw new CostError(
        `the table of prices: ${result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
      );
    this.date = result.data.date;
    this.region = result.data.region;
    this.items = result.data.items;
  }

  /** @throws CostError where there is no such price */
  get(id: string): Price {
    const price = Object.hasOwn(this.items, id) ? this.items[id] : undefined;
    if (price === undefined) throw new CostError(`there is no price "${id}" in lib/cost/prices.json`);
    return price;
  }

  line(resource: string, charge: Charge): Line {
    const { price, per } = this.get(charge.price);
    return { resource, ...charge, cost: costOf(price, per, millionths(charge.quantity)) };
  }
}

export const PRICES = new PriceTable(document);
