import type { ActivityType } from '../contract/values.ts';
import type { HistoryEntry, IdentityClaim } from './types.ts';

/** How many decided records below a position a rule can see. */
export const VIEW_SIZE = 500;

/** Below this many entries a scan beats an index. */
const INDEX_FROM = 24;

/** A revision of an application, or a record of activity: what can be delivered or sent twice. */
export const historyKey = (entry: HistoryEntry): string =>
  entry.kind === 'application'
    ? `${entry.application_id}\u0000${entry.revision}`
    : `${entry.type}\u0000${entry.identity}`;

/** What an amendment amends: the application, whatever its revision. A record of activity is its own subject. */
export const subjectKey = (entry: HistoryEntry): string =>
  entry.kind === 'application' ? entry.application_id : historyKey(entry);

/** Identities of entries that are no longer among the stored ones: see {@link trim}. */
export interface SpilledClaims {
  /** by {@link historyKey} */
  readonly claims: ReadonlyMap<string, IdentityClaim>;
  /** by {@link subjectKey}: the least `seq` */
  readonly subjects: ReadonlyMap<string, string>;
}

/** The entries `entries[from]` … `entries[to - 1]`, ascending by position. */
export interface HistoryView {
  readonly entries: readonly HistoryEntry[];
  readonly from: number;
  readonly to: number;
}

interface Index {
  readonly claims: Map<string, HistoryEntry>;
  readonly subjects: Map<string, string>;
}

/**
 * The decided records of one customer on one stream, as far as they are known. What a position sees of them is fixed by
 * their positions alone: entries at or above it do not exist for it, and adding an entry twice changes nothing. So any
 * batch can be evaluated again, after any crash, with the same result.
 */
export class CustomerHistory {
  readonly #entries: HistoryEntry[] = [];
  readonly spilled: SpilledClaims | null;
  #index: Index | null = null;

  private constructor(spilled: SpilledClaims | null) {
    this.spilled = spilled;
  }

  static empty(): CustomerHistory {
    return new CustomerHistory(null);
  }

  /** @param entries in any order @param spilled claims of older records, for at least the identities to be asked for */
  static fromStored(entries: readonly HistoryEntry[], spilled: SpilledClaims | null = null): CustomerHistory {
    const history = new CustomerHistory(spilled);
    for (const entry of entries) history.add(entry);
    return history;
  }

  /** @returns false when an entry of this position is already there, which then stays as it is */
  add(entry: HistoryEntry): boolean {
    const entries = this.#entries;
    const at = this.#countBelow(entry.seq);
    if (at === entries.length) entries.push(entry);
    else if (entries[at]?.seq === entry.seq) return false;
    else entries.splice(at, 0, entry);
    if (this.#index !== null) index(this.#index, entry);
    return true;
  }

  /** Ascending by position. */
  entries(): readonly HistoryEntry[] {
    return this.#entries;
  }

  /** The last {@link VIEW_SIZE} entries at positions below `seq`. */
  below(seq: string): HistoryView {
    const to = this.#countBelow(seq);
    return { entries: this.#entries, from: Math.max(0, to - VIEW_SIZE), to };
  }

  /** The first record of this revision, if it stands below `seq`. */
  claimOfApplication(application_id: string, revision: number, seq: string): IdentityClaim | null {
    if (this.#isIndexed()) return this.#claim(`${application_id}\u0000${revision}`, seq);
    for (const entry of this.#entries)
      if (entry.kind === 'application' && entry.application_id === application_id && entry.revision === revision)
        return entry.seq < seq ? entry : null;
    return null;
  }

  /** The first record of this activity, if it stands below `seq`. */
  claimOfActivity(type: ActivityType, identity: string, seq: string): IdentityClaim | null {
    if (this.#isIndexed()) return this.#claim(`${type}\u0000${identity}`, seq);
    for (const entry of this.#entries)
      if (entry.kind === 'activity' && entry.identity === identity && entry.type === type)
        return entry.seq < seq ? entry : null;
    return null;
  }

  /** Whether any revision of the application was decided below `seq`. */
  decidedBefore(application_id: string, seq: string): boolean {
    if (this.#isIndexed()) {
      const spilled = this.spilled?.subjects.get(application_id);
      const held = this.#indexed().subjects.get(application_id);
      return (spilled !== undefined && spilled < seq) || (held !== undefined && held < seq);
    }
    for (const entry of this.#entries)
      if (entry.kind === 'application' && entry.application_id === application_id) return entry.seq < seq;
    return false;
  }

  #isIndexed(): boolean {
    return this.#entries.length >= INDEX_FROM || this.spilled !== null;
  }

  #claim(key: string, seq: string): IdentityClaim | null {
    const held = this.#indexed().claims.get(key);
    const spilled = this.spilled?.claims.get(key);
    const first = spilled !== undefined && !(held !== undefined && held.seq < spilled.seq) ? spilled : held;
    return first !== undefined && first.seq < seq ? first : null;
  }

  #countBelow(seq: string): number {
    const entries = this.#entries;
    let high = entries.length;
    // records arrive in order, so almost always everything is below
    if (high === 0 || (entries[high - 1] as HistoryEntry).seq < seq) return high;
    let low = 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((entries[middle] as HistoryEntry).seq < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #indexed(): Index {
    if (this.#index === null) {
      this.#index = { claims: new Map(), subjects: new Map() };
      for (const entry of this.#entries) index(this.#index, entry);
    }
    return this.#index;
  }
}

function index({ claims, subjects }: Index, entry: HistoryEntry): void {
  const key = historyKey(entry);
  const claim = claims.get(key);
  if (claim === undefined || entry.seq < claim.seq) claims.set(key, entry);
  const subject = subjectKey(entry);
  const first = subjects.get(subject);
  if (first === undefined || entry.seq < first) subjects.set(subject, entry.seq);
}

export interface Trimmed {
  /** ascending by position; to be stored as the history */
  readonly entries: readonly HistoryEntry[];
  /** what the entries left out claim; to be stored beside it, for ever */
  readonly spill: readonly { readonly key: string; readonly subject: string; readonly claim: IdentityClaim }[];
}

/**
 * What to keep of a history that has grown.
 *
 * @param entries ascending by position
 * @param keep how many of the newest to keep: at least {@link VIEW_SIZE}, plus the size of the largest batch, so that a
 *   batch evaluated again still finds the 500 entries below its first position
 */
export function trim(entries: readonly HistoryEntry[], keep: number): Trimmed {
  if (!(keep >= VIEW_SIZE)) throw new RangeError(`a history keeps at least ${VIEW_SIZE} entries, not ${keep}`);
  const cut = Math.max(0, entries.length - keep);
  return {
    entries: cut === 0 ? entries : entries.slice(cut),
    spill: entries.slice(0, cut).map((entry) => ({
      key: historyKey(entry),
      subject: subjectKey(entry),
      claim: { seq: entry.seq, payload_hash: entry.payload_hash },
    })),
  };
}
