import {
  BatchExecuteStatementCommand,
  type BatchStatementRequest,
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { ServiceFault } from '../runtime/errors.ts';
import { backOff, inFlight } from '../runtime/in-flight.ts';
import { CALLS_IN_FLIGHT, type Item } from './dynamo-calls.ts';

/**
 * How guarded writes travel. Either way each stands or falls by itself; transactions are only the envelope.
 *
 * - `statements`: up to 25 PartiQL statements a call. A write costs what a put costs.
 * - `transactions`: up to 100 writes a call, at twice the units. For an endpoint that syncs a disk once a transaction,
 *   and once for each statement.
 */
export const WRITING = ['statements', 'transactions'] as const;
export type Writing = (typeof WRITING)[number];

/** An item to be written, with what must be there for it. */
export type Write<T> = {
  readonly subject: T;
  readonly key: Item;
  /** about what it weighs, so that a call stays under the service's limit */
  readonly bytes: number;
} & (
  | { readonly kind: 'insert'; readonly attributes: Item }
  /** of an item of this version; it has all attributes that the item had */
  | { readonly kind: 'replace'; readonly attributes: Item; readonly version: number }
  | { readonly kind: 'delete' }
);

export interface WriteOutcome<T> {
  /** what had to be there was not: not written */
  readonly refused: T[];
  /** the service failed: they may or may not have been written */
  readonly failed: Array<{ readonly subject: T; readonly error: unknown }>;
}

/** What became of the writes of one call, by index; of those that are not named: written. */
interface Answer {
  readonly refused: ReadonlySet<number>;
  /** were not tried, or throttled: to be sent again */
  readonly again: ReadonlySet<number>;
  readonly failed: ReadonlyMap<number, unknown>;
  /** whether to wait before */
  readonly throttled: boolean;
}

type Send = (client: DynamoDBClient, table: string, writes: readonly Write<unknown>[]) => Promise<Answer>;

const ATTEMPTS = 8;
/** Of a transaction, with room for the envelope (the service allows 4 MiB); nothing is said of statements. */
const BYTES_PER_CALL = 3_500_000;

/** Writes items of one table, each but once, in as few calls as the limits allow. */
export async function writeItems<T>(
  client: DynamoDBClient,
  table: string,
  writing: Writing,
  writes: readonly Write<T>[],
): Promise<WriteOutcome<T>> {
  const { send, most } = WAYS[writing];
  const outcome: WriteOutcome<T> = { refused: [], failed: [] };
  await inFlight(CALLS_IN_FLIGHT, pack(writes, most), async (group) => {
    let left = group;
    try {
      for (let attempt = 0; left.length > 0; ) {
        const { refused, again, failed, throttled } = await send(client, table, left);
        for (const index of refused) outcome.refused.push(left[index]!.subject);
        for (const [index, error] of failed) outcome.failed.push({ subject: left[index]!.subject, error });
        left = left.filter((_, index) => again.has(index));
        if (!throttled || left.length === 0) continue;
        if (++attempt === ATTEMPTS) throw new ServiceFault(`DynamoDB throttled writes of ${table} too many times.`);
        await backOff(attempt);
      }
    } catch (error) {
      outcome.failed.push(...left.map(({ subject }) => ({ subject, error })));
    }
  });
  return outcome;
}

/** Codes of a statement that was not executed, or of which the service does not know. */
const PASSING = new Set([
  'ProvisionedThroughputExceeded',
  'RequestLimitExceeded',
  'ThrottlingError',
  'TransactionConflict',
  'InternalServerError',
]);

/** The answer is 200 and has an error in the place of each statement that was not executed. */
async function execute(client: DynamoDBClient, table: string, writes: readonly Write<unknown>[]): Promise<Answer> {
  const Statements = writes.map((write) => statement(table, write));
  const { Responses = [] } = await client.send(new BatchExecuteStatementCommand({ Statements }));
  if (Responses.length !== writes.length) throw new ServiceFault('DynamoDB did not answer every statement.');
  const refused = new Set<number>();
  const again = new Set<number>();
  const failed = new Map<number, unknown>();
  for (const [index, { Error: error }] of Responses.entries()) {
    const code = error?.Code;
    if (error === undefined) continue;
    if (code === 'ConditionalCheckFailed' || code === 'DuplicateItem') refused.add(index);
    else if (code !== undefined && PASSING.has(code)) again.add(index);
    // Its message may quote the item.
    else failed.set(index, new ServiceFault(`DynamoDB refused a statement: ${code ?? 'without a code'}.`));
  }
  return { refused, again, failed, throttled: again.size > 0 };
}

function statement(table: string, write: Write<unknown>): BatchStatementRequest {
  const where = Object.keys(write.key).map((name) => `"${name}" = ?`);
  const keys = Object.values(write.key);
  if (write.kind === 'delete')
    return { Statement: `DELETE FROM "${table}" WHERE ${where.join(' AND ')}`, Parameters: keys };
  const names = Object.keys(write.attributes);
  const values = Object.values(write.attributes);
  if (write.kind === 'insert') {
    const all = [...Object.keys(write.key), ...names].map((name) => `'${name}': ?`);
    return { Statement: `INSERT INTO "${table}" VALUE {${all.join(', ')}}`, Parameters: [...keys, ...values] };
  }
  const set = names.map((name) => `"${name}" = ?`);
  return {
    Statement: `UPDATE "${table}" SET ${set.join(', ')} WHERE ${[...where, '"version" = ?'].join(' AND ')}`,
    Parameters: [...values, ...keys, { N: String(write.version) }],
  };
}

/** When the condition of one write fails, the transaction is cancelled: the others are sent again without it. */
async function transact(client: DynamoDBClient, table: string, writes: readonly Write<unknown>[]): Promise<Answer> {
  const nothing = { failed: new Map<number, unknown>() };
  try {
    await client.send(new TransactWriteItemsCommand({ TransactItems: writes.map((write) => action(table, write)) }));
    return { ...nothing, refused: new Set(), again: new Set(), throttled: false };
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const codes = (error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None');
    const fatal = codes.find((code) => code === 'ValidationError' || code === 'ItemCollectionSizeLimitExceeded');
    if (fatal || codes.length === 0) throw error;
    const [refused, again] = [new Set<number>(), new Set<number>()];
    for (const index of writes.keys()) (codes[index] === 'ConditionalCheckFailed' ? refused : again).add(index);
    return { ...nothing, refused, again, throttled: refused.size === 0 };
  }
}

function action(TableName: string, write: Write<unknown>): TransactWriteItem {
  if (write.kind === 'delete') return { Delete: { TableName, Key: write.key } };
  const Item = { ...write.key, ...write.attributes };
  const [name] = Object.keys(write.key);
  if (write.kind === 'insert')
    return { Put: { TableName, Item, ConditionExpression: `attribute_not_exists(${name})` } };
  return {
    Put: {
      TableName,
      Item,
      ConditionExpression: 'version = :v',
      ExpressionAttributeValues: { ':v': { N: String(write.version) } },
    },
  };
}

const WAYS: Readonly<Record<Writing, { readonly send: Send; readonly most: number }>> = {
  statements: { send: execute, most: 25 },
  transactions: { send: transact, most: 100 },
};

function pack<T>(writes: readonly Write<T>[], most: number): Write<T>[][] {
  const groups: Write<T>[][] = [];
  let bytes = 0;
  for (const write of writes) {
    const group = groups.at(-1);
    if (group === undefined || group.length === most || bytes + write.bytes > BYTES_PER_CALL) {
      groups.push([write]);
      bytes = write.bytes;
    } else {
      group.push(write);
      bytes += write.bytes;
    }
  }
  return groups;
}
