import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import type { StreamName } from '../../core/contract/streams.ts';
import { CustomerHistory, historyKey, type SpilledClaims, subjectKey, VIEW_SIZE } from '../../core/history/history.ts';
import type { HistoryEntry } from '../../core/history/types.ts';
import { ServiceFault } from '../runtime/errors.ts';
import { backOff, inFlight } from '../runtime/in-flight.ts';
import {
  claimAttributes,
  claimKey,
  claimPrefix,
  type Head,
  headKey,
  partKey,
  readClaim,
  readClaimEntry,
  readEntries,
  readHead,
  storeHistory,
  subjectItemKey,
} from './customer-items.ts';
import { batchGet, batchGetAll, CALLS_IN_FLIGHT, type Item } from './dynamo-calls.ts';
import { type Write, writeItems, type Writing } from './dynamo-writes.ts';

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
  /** names of the head's further parts */
  readonly parts: readonly string[];
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
  readonly #writing: Writing;

  constructor(client: DynamoDBClient, table: string, writing: Writing) {
    this.#client = client;
    this.#table = table;
    this.#writing = writing;
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
      if (head.parts.length > 0 || head.spilledTo !== null) larger.push({ wish, head });
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
        loaded.set(customer, { history: CustomerHistory.empty(), version: 0, parts: [], spilledTo: null });
    return { loaded, failed };
  }

  /**
   * Writes the customers; those whose version has moved on are left as they are. What a head names or leaves out is
   * written before it, and what no head names any more is deleted after it: whoever is stopped in between leaves
   * items that nobody reads, or entries in two places.
   */
  async save(stream: StreamName, updates: readonly HistoryUpdate[]): Promise<SaveOutcome> {
    const plans = updates.map((update) => this.#plan(stream, update));
    const failed = new Map<string, unknown>();
    const write = async (writes: readonly Write<string>[]): Promise<string[]> => {
      const outcome = await writeItems(this.#client, this.#table, this.#writing, writes);
      for (const { subject, error } of outcome.failed) failed.set(subject, error);
      return outcome.refused;
    };
    // Refused means here that it is there already, from an attempt that went no further.
    await write(plans.flatMap(({ before }) => before));
    const due = plans.filter(({ head }) => !failed.has(head.subject));
    const stale = await write(due.map(({ head }) => head));
    const lost = new Set(stale);
    const garbage = due.flatMap(({ head, after }) => (lost.has(head.subject) || failed.has(head.subject) ? [] : after));
    // The customer is written, whatever becomes of it.
    await writeItems(this.#client, this.#table, this.#writing, garbage);
    return { stale, failed };
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
    if (head.parts.length === 0) return readEntries(head, new Map());
    const names = new Map(head.parts.map((name) => [partKey(stream, customer, name)['item']!.S!, name]));
    const keys = head.parts.map((name) => partKey(stream, customer, name));
    const items = await batchGetAll(this.#client, this.#table, keys);
    return readEntries(head, new Map(items.map((item) => [names.get(item['item']!.S!)!, item])));
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

  #plan(stream: StreamName, update: HistoryUpdate): Plan {
    const { customer, loaded } = update;
    const { keep, spill } = split(update);
    const newlySpilled = spill.at(-1)?.seq ?? '';
    const spilledTo = newlySpilled > (loaded.spilledTo ?? '') ? newlySpilled : loaded.spilledTo;
    const { head, parts, bytes } = storeHistory({ version: loaded.version + 1, spilledTo, entries: keep });
    const guard =
      loaded.version === 0 ? { kind: 'insert' as const } : { kind: 'replace' as const, version: loaded.version };
    return {
      before: [
        ...[...parts].map(([name, attributes]) => ({
          ...insert(customer, partKey(stream, customer, name), attributes),
          bytes: attributes['entries']!.B!.length,
        })),
        ...spillWrites(stream, customer, spill),
      ],
      head: { subject: customer, key: headKey(stream, customer), attributes: head, bytes, ...guard },
      after: loaded.parts.map((name) => ({
        subject: customer,
        kind: 'delete',
        key: partKey(stream, customer, name),
        bytes: 0,
      })),
    };
  }
}

/** What is to be written of a customer, in this order. */
interface Plan {
  readonly before: readonly Write<string>[];
  readonly head: Write<string>;
  readonly after: readonly Write<string>[];
}

const insert = (subject: string, key: Item, attributes: Item) => ({
  subject,
  kind: 'insert' as const,
  key,
  attributes,
  bytes: 2_048,
});

/** Each entry under its identity, and the first of each application. */
function spillWrites(stream: StreamName, customer: string, spill: readonly HistoryEntry[]): Write<string>[] {
  const writes = new Map<string, Write<string>>();
  const add = (key: Item, attributes: Item): void => {
    const name = key['item']!.S!;
    if (!writes.has(name)) writes.set(name, insert(customer, key, attributes));
  };
  for (const entry of spill) {
    add(claimKey(stream, customer, historyKey(entry)), claimAttributes(entry));
    if (entry.kind === 'application')
      add(subjectItemKey(stream, customer, subjectKey(entry)), { seq: { S: entry.seq } });
  }
  return [...writes.values()];
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
