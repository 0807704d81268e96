import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import type { StreamName } from '../../core/contract/streams.ts';
import { CustomerHistory, historyKey, type SpilledClaims, subjectKey, VIEW_SIZE } from '../../core/history/history.ts';
import type { HistoryEntry } from '../../core/history/types.ts';
import { ServiceFault } from '../runtime/errors.ts';
import { backOff, inFlight } from '../runtime/in-flight.ts';
import {
  claimItem,
  claimKey,
  claimPrefix,
  type Head,
  headKey,
  historyItems,
  partKey,
  readClaim,
  readClaimEntry,
  readEntries,
  readHead,
  subjectItemKey,
} from './customer-items.ts';
import { batchGet, batchGetAll, CALLS_IN_FLIGHT, type Item, type Unit, writeUnits } from './dynamo-calls.ts';

/** What a batch must know of a customer. */
export interface HistoryWish {
  readonly customer: string;
  /** position of the customer's first record in the batch: 500 entries below it are needed */
  readonly first: string;
  /** identities of the customer's records in the batch, see historyKey and subjectKey */
  readonly keys: ReadonlySet<string>;
  readonly subjects: ReadonlySet<string>;
}

export interface LoadedHistory {
  readonly history: CustomerHistory;
  /** of the head that was read; 0 when there is none yet */
  readonly version: number;
  readonly parts: number;
  readonly spilledTo: string | null;
}

export interface HistoryUpdate {
  readonly customer: string;
  readonly first: string;
  /** as loaded, with this batch's entries added to its history */
  readonly loaded: LoadedHistory;
}

export interface SaveOutcome {
  /** somebody else wrote the customer since he was read: read again, evaluate again */
  readonly stale: readonly string[];
  /** the service failed; whether the customer was written is not known */
  readonly failed: ReadonlyMap<string, unknown>;
}

/** How many entries more than needed are kept before the oldest are moved to items of their own, all at once. */
const SPILL_SLACK = 100;
const TORN_READ_ATTEMPTS = 6;

/**
 * The decided records of each customer and stream, guarded by a version: a write by an invocation that was stopped
 * after reading and woke up late is refused, so it cannot undo what came since.
 */
export class DynamoCustomers {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** @returns the histories read, and for the other customers why not */
  async load(
    stream: StreamName,
    wishes: readonly HistoryWish[],
  ): Promise<{ readonly loaded: Map<string, LoadedHistory>; readonly failed: Map<string, unknown> }> {
    const loaded = new Map<string, LoadedHistory>();
    const failed = new Map<string, unknown>();
    const byKey = new Map(wishes.map((wish) => [headKey(stream, wish.customer)['customer']!.S!, wish]));
    const heads = await batchGetAll(
      this.#client,
      this.#table,
      wishes.map((wish) => headKey(stream, wish.customer)),
      (keys, error) => {
        for (const key of keys) failed.set(byKey.get(key['customer']!.S!)!.customer, error);
      },
    );
    const larger: Array<{ readonly wish: HistoryWish; readonly head: Head }> = [];
    for (const item of heads) {
      const wish = byKey.get(item['customer']!.S!)!;
      const head = readHead(item);
      if (head.parts > 0 || head.spilledTo !== null) larger.push({ wish, head });
      else loaded.set(wish.customer, view(head, readEntries(head, new Map())!, null));
    }
    await inFlight(CALLS_IN_FLIGHT, larger, async ({ wish, head }) => {
      try {
        loaded.set(wish.customer, await this.#loadLarge(stream, wish, head));
      } catch (error) {
        failed.set(wish.customer, error);
      }
    });
    for (const { customer } of wishes)
      if (!loaded.has(customer) && !failed.has(customer))
        loaded.set(customer, { history: CustomerHistory.empty(), version: 0, parts: 0, spilledTo: null });
    return { loaded, failed };
  }

  /** Writes the customers; those whose version has moved on are left as they are. */
  async save(stream: StreamName, updates: readonly HistoryUpdate[]): Promise<SaveOutcome> {
    const plans = updates.map((update) => ({ update, ...split(update) }));
    const failed = new Map<string, unknown>();
    // The old entries first, then the head that leaves them out: a crash in between leaves them in both places.
    const spills = plans.flatMap(({ update, spill }) => this.#spillUnits(stream, update.customer, spill));
    for (const { subject, error } of (await writeUnits(this.#client, spills)).failed) failed.set(subject, error);
    const heads = plans
      .filter(({ update }) => !failed.has(update.customer))
      .map(({ update, keep, spill }) => this.#headUnit(stream, update, keep, spill.at(-1)?.seq ?? null));
    const outcome = await writeUnits(this.#client, heads);
    for (const { subject, error } of outcome.failed) failed.set(subject, error);
    return { stale: outcome.refused, failed };
  }

  async #loadLarge(stream: StreamName, wish: HistoryWish, read: Head): Promise<LoadedHistory> {
    let head = read;
    let entries = await this.#entries(stream, wish.customer, head);
    for (let attempt = 0; entries === null; attempt++) {
      if (attempt === TORN_READ_ATTEMPTS) throw new ServiceFault('A customer was written each time it was read.');
      await backOff(attempt);
      const [item] = await batchGet(this.#client, this.#table, [headKey(stream, wish.customer)]);
      if (item === undefined) throw new ServiceFault('A customer vanished while it was read.');
      head = readHead(item);
      entries = await this.#entries(stream, wish.customer, head);
    }
    if (head.spilledTo === null) return view(head, entries, null);
    const below = entries.findIndex((entry) => entry.seq >= wish.first);
    // A batch from long ago came again: what it needs is no longer in the head, but nothing is ever forgotten.
    if ((below === -1 ? entries.length : below) < VIEW_SIZE)
      return view(head, [...(await this.#allSpilled(stream, wish.customer)), ...entries], null);
    return view(head, entries, await this.#claims(stream, wish));
  }

  async #entries(stream: StreamName, customer: string, head: Head): Promise<HistoryEntry[] | null> {
    if (head.parts === 0) return readEntries(head, new Map());
    const keys = Array.from({ length: head.parts }, (_, index) => partKey(stream, customer, index + 1));
    const items = await batchGetAll(this.#client, this.#table, keys);
    return readEntries(head, new Map(items.map((item) => [Number(item['item']!.S!.split('#').at(-1)), item])));
  }

  async #claims(stream: StreamName, { customer, keys, subjects }: HistoryWish): Promise<SpilledClaims> {
    const claims = new Map([...keys].map((key) => [claimKey(stream, customer, key), key] as const));
    const firsts = new Map(
      [...subjects].map((subject) => [subjectItemKey(stream, customer, subject), subject] as const),
    );
    const items = await batchGetAll(this.#client, this.#table, [...claims.keys(), ...firsts.keys()]);
    const found = new Map(items.map((item) => [item['item']!.S!, item]));
    const pick = <T>(wanted: ReadonlyMap<Item, string>, read: (item: Item) => T): Map<string, T> => {
      const picked = new Map<string, T>();
      for (const [key, name] of wanted) {
        const item = found.get(key['item']!.S!);
        if (item) picked.set(name, read(item));
      }
      return picked;
    };
    return { claims: pick(claims, readClaim), subjects: pick(firsts, (item) => item['seq']?.S ?? '') };
  }

  async #allSpilled(stream: StreamName, customer: string): Promise<HistoryEntry[]> {
    const entries: HistoryEntry[] = [];
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        ConsistentRead: true,
        KeyConditionExpression: 'customer = :c and begins_with(#item, :p)',
        ExpressionAttributeNames: { '#item': 'item' },
        ExpressionAttributeValues: { ':c': headKey(stream, customer)['customer']!, ':p': { S: claimPrefix(stream) } },
      },
    );
    for await (const page of pages) for (const item of page.Items ?? []) entries.push(...readClaimEntry(item));
    return entries;
  }

  #headUnit(
    stream: StreamName,
    { customer, loaded }: HistoryUpdate,
    keep: readonly HistoryEntry[],
    newlySpilled: string | null,
  ): Unit<string> {
    const spilledTo =
      newlySpilled !== null && newlySpilled > (loaded.spilledTo ?? '') ? newlySpilled : loaded.spilledTo;
    const { items, bytes } = historyItems(stream, customer, { version: loaded.version + 1, spilledTo, entries: keep });
    const guard =
      loaded.version === 0
        ? { ConditionExpression: 'attribute_not_exists(customer)' }
        : {
            ConditionExpression: 'version = :v',
            ExpressionAttributeValues: { ':v': { N: String(loaded.version) } },
          };
    const puts = items.map((Item, index) => ({ Put: { TableName: this.#table, Item, ...(index === 0 ? guard : {}) } }));
    const deletes = [];
    for (let part = items.length; part <= loaded.parts; part++)
      deletes.push({ Delete: { TableName: this.#table, Key: partKey(stream, customer, part) } });
    return { subject: customer, actions: [...puts, ...deletes], bytes };
  }

  /** Insert-only: refused means that it is there already, from an attempt that went no further. */
  #spillUnits(stream: StreamName, customer: string, spill: readonly HistoryEntry[]): Unit<string>[] {
    const items = new Map<string, Item>();
    const add = (item: Item): void => {
      if (!items.has(item['item']!.S!)) items.set(item['item']!.S!, item);
    };
    for (const entry of spill) {
      add(claimItem(claimKey(stream, customer, historyKey(entry)), entry));
      if (entry.kind === 'application')
        add({ ...subjectItemKey(stream, customer, subjectKey(entry)), seq: { S: entry.seq } });
    }
    return [...items.values()].map((Item) => ({
      subject: customer,
      actions: [{ Put: { TableName: this.#table, Item, ConditionExpression: 'attribute_not_exists(customer)' } }],
      bytes: 2_048,
    }));
  }
}

const view = (head: Head, entries: readonly HistoryEntry[], spilled: SpilledClaims | null): LoadedHistory => ({
  history: CustomerHistory.fromStored(entries, spilled),
  version: head.version,
  parts: head.parts,
  spilledTo: head.spilledTo,
});

/** Keeps this batch's entries and the 500 below its first position, so that the batch can be evaluated again. */
function split({ first, loaded }: HistoryUpdate): {
  readonly keep: readonly HistoryEntry[];
  readonly spill: readonly HistoryEntry[];
} {
  const entries = loaded.history.entries();
  const from = entries.findIndex((entry) => entry.seq >= first);
  const surplus = (from === -1 ? entries.length : from) - VIEW_SIZE;
  if (surplus <= SPILL_SLACK) return { keep: entries, spill: [] };
  return { keep: entries.slice(surplus), spill: entries.slice(0, surplus) };
}
