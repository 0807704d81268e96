/** What goes wrong on purpose, each with a probability from 0 to 1. Everything here happens on AWS too. */
export interface HostilityOptions {
  readonly seed: number;
  /** a batch that succeeded is delivered again: its checkpoint was lost */
  readonly redeliver?: number;
  /** a read is refused, as by a quota */
  readonly throttle?: number;
  /** a batch is cut short at a random record */
  readonly cut?: number;
  /** an iterator is lost and has to be asked for again */
  readonly expire?: number;
}

export class ThrottledRead extends Error {
  override readonly name = 'ProvisionedThroughputExceededException';
}

/** Decides by a seed, so that a run that found something can be run again. */
export class Hostility {
  private readonly options: HostilityOptions;
  private state: number;

  constructor(options: HostilityOptions) {
    this.options = options;
    this.state = options.seed >>> 0;
  }

  redelivers = (): boolean => this.happens(this.options.redeliver);
  dropsIterator = (): boolean => this.happens(this.options.expire);

  /** @throws ThrottledRead */
  beforeRead(): void {
    if (this.happens(this.options.throttle)) throw new ThrottledRead('the read was refused on purpose');
  }

  /** @returns how many of `count` records the batch keeps, at least one */
  cuts(count: number): number {
    return this.happens(this.options.cut) ? 1 + Math.floor(this.random() * count) : count;
  }

  private happens(probability = 0): boolean {
    return probability > 0 && this.random() < probability;
  }

  /** mulberry32 */
  private random(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }
}
