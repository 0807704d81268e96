import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { ServiceFault } from '../runtime/errors.ts';
import { backOff, chunksOf, inFlight } from '../runtime/in-flight.ts';

export type Item = Record<string, AttributeValue>;

/** More calls in flight than this gave 4 % more throughput and a longer tail. */
export const CALLS_IN_FLIGHT = 4;
/** Limits of the service, the second one with room for the envelope (it allows 4 MiB). */
const ACTIONS_PER_TRANSACTION = 100;
const BYTES_PER_TRANSACTION = 3_500_000;
const KEYS_PER_GET = 100;
const ATTEMPTS = 8;

/**
 * Reads up to 100 items at once, strongly consistent; keys that the service left out are asked for again.
 *
 * @throws ServiceFault when it still leaves some out after several attempts
 */
export async function batchGet(client: DynamoDBClient, table: string, keys: readonly Item[]): Promise<Item[]> {
  const items: Item[] = [];
  let wanted: readonly Item[] = keys;
  for (let attempt = 0; wanted.length > 0; attempt++) {
    if (attempt === ATTEMPTS) throw new ServiceFault(`DynamoDB left ${wanted.length} keys of ${table} unread.`);
    if (attempt > 0) await backOff(attempt);
    const answer = await client.send(
      new BatchGetItemCommand({ RequestItems: { [table]: { Keys: [...wanted], ConsistentRead: true } } }),
    );
    items.push(...(answer.Responses?.[table] ?? []));
    wanted = (answer.UnprocessedKeys?.[table]?.Keys ?? []) as Item[];
  }
  return items;
}

/**
 * {@link batchGet} for any number of keys, a few calls at a time.
 *
 * @param onFault told of the keys that could not be read and why; without it the fault is thrown
 */
export async function batchGetAll(
  client: DynamoDBClient,
  table: string,
  keys: readonly Item[],
  onFault?: (keys: readonly Item[], error: unknown) => void,
): Promise<Item[]> {
  const items: Item[] = [];
  await inFlight(CALLS_IN_FLIGHT, chunksOf(keys, KEYS_PER_GET), async (chunk) => {
    try {
      items.push(...(await batchGet(client, table, chunk)));
    } catch (error) {
      if (!onFault) throw error;
      onFault(chunk, error);
    }
  });
  return items;
}

/** Writes that stand or fall together. */
export interface Unit<T> {
  readonly subject: T;
  readonly actions: readonly TransactWriteItem[];
  /** about what it weighs, so that a transaction stays under the service's limit */
  readonly bytes: number;
}

export interface UnitOutcome<T> {
  /** a condition of theirs did not hold: nothing of them was written */
  readonly refused: T[];
  /** the service failed: they may or may not have been written */
  readonly failed: Array<{ readonly subject: T; readonly error: unknown }>;
}

/**
 * Writes units in as few transactions as the limits allow. When a condition of one unit fails, the transaction is
 * sent again without it: the others do not depend on it.
 */
export async function writeUnits<T>(client: DynamoDBClient, units: readonly Unit<T>[]): Promise<UnitOutcome<T>> {
  const outcome: UnitOutcome<T> = { refused: [], failed: [] };
  await inFlight(CALLS_IN_FLIGHT, pack(units), async (group) => {
    let left = group;
    try {
      for (let attempt = 0; left.length > 0; attempt++) {
        const refused = await transact(client, left);
        if (refused === 'written') return;
        if (attempt >= ATTEMPTS + group.length)
          throw new ServiceFault('DynamoDB cancelled a transaction too many times.');
        if (refused.size === 0) await backOff(attempt);
        outcome.refused.push(...left.filter((_, index) => refused.has(index)).map((unit) => unit.subject));
        left = left.filter((_, index) => !refused.has(index));
      }
    } catch (error) {
      outcome.failed.push(...left.map(({ subject }) => ({ subject, error })));
    }
  });
  return outcome;
}

/** @returns 'written', or the indexes of the units whose condition failed (none: a conflict or throttling) */
async function transact(client: DynamoDBClient, units: readonly Unit<unknown>[]): Promise<'written' | Set<number>> {
  const owners = units.flatMap((unit, index) => unit.actions.map(() => index));
  try {
    await client.send(new TransactWriteItemsCommand({ TransactItems: units.flatMap((unit) => unit.actions) }));
    return 'written';
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const codes = (error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None');
    const fatal = codes.find((code) => code === 'ValidationError' || code === 'ItemCollectionSizeLimitExceeded');
    if (fatal || codes.length === 0) throw error;
    return new Set(owners.filter((_, action) => codes[action] === 'ConditionalCheckFailed'));
  }
}

function pack<T>(units: readonly Unit<T>[]): Unit<T>[][] {
  const groups: Unit<T>[][] = [];
  let group: Unit<T>[] = [];
  let actions = 0;
  let bytes = 0;
  for (const unit of units) {
    const full = actions + unit.actions.length > ACTIONS_PER_TRANSACTION || bytes + unit.bytes > BYTES_PER_TRANSACTION;
    if (full && group.length > 0) {
      groups.push(group);
      group = [];
      actions = 0;
      bytes = 0;
    }
    group.push(unit);
    actions += unit.actions.length;
    bytes += unit.bytes;
  }
  if (group.length > 0) groups.push(group);
  return groups;
}
