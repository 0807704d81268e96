export type Json = Readonly<Record<string, unknown>>;

/** A call that the service does only in part. */
export interface PartedCall {
  /** what of it is done, as a call of its own; null: nothing */
  readonly done: Json | null;
  /** the answer to all of it, given the answer to what is done */
  merged(answer: Json): Json;
}

/**
 * @param fails of each record, key or statement in turn: whether it is left undone
 * @throws Error for an operation that is done as a whole or not at all
 */
export function parted(operation: string, body: Json, fails: () => boolean): PartedCall {
  if (operation === 'PutRecords') return putRecords(body, fails);
  if (operation === 'BatchGetItem') return batchGetItem(body, fails);
  if (operation === 'BatchExecuteStatement') return batchExecuteStatement(body, fails);
  throw new Error(`${operation} is never done in part`);
}

const THROTTLED = {
  ErrorCode: 'ProvisionedThroughputExceededException',
  ErrorMessage: 'Rate exceeded for shard shardId-000000000000 in a stream under account 000000000000.',
} as const;

/** Kinesis throttles by shard: the answer is 200 and has an error in the place of each record that was not taken. */
function putRecords(body: Json, fails: () => boolean): PartedCall {
  const records = body['Records'] as readonly unknown[];
  const failed = records.map(() => fails());
  const taken = records.filter((_, index) => failed[index] !== true);
  return {
    done: taken.length === 0 ? null : { ...body, Records: taken },
    merged(answer) {
      const results = [...((answer['Records'] as readonly Json[] | undefined) ?? [])];
      const Records = failed.map((missing) => (missing ? THROTTLED : (results.shift() as Json)));
      return { ...answer, Records, FailedRecordCount: Records.filter((one) => 'ErrorCode' in one).length };
    },
  };
}

interface Wanted {
  readonly Keys: readonly unknown[];
}

/** DynamoDB gives back the keys that it did not get to, and always gets to one. */
function batchGetItem(body: Json, fails: () => boolean): PartedCall {
  const tables = Object.entries(body['RequestItems'] as Record<string, Wanted>);
  const done: Record<string, Wanted> = {};
  const left: Record<string, Wanted> = {};
  for (const [table, wanted] of tables) {
    const failed = wanted.Keys.map((_, index) => index > 0 && fails());
    done[table] = { ...wanted, Keys: wanted.Keys.filter((_, index) => failed[index] !== true) };
    if (failed.includes(true)) left[table] = { ...wanted, Keys: wanted.Keys.filter((_, index) => failed[index]) };
  }
  return { done: { ...body, RequestItems: done }, merged: (answer) => ({ ...answer, UnprocessedKeys: left }) };
}

const EXCEEDED = {
  Error: {
    Code: 'ProvisionedThroughputExceeded',
    Message: 'The level of configured provisioned throughput is exceeded.',
  },
} as const;

/** The answer is 200 and has an error in the place of each statement that was not executed. */
function batchExecuteStatement(body: Json, fails: () => boolean): PartedCall {
  const statements = body['Statements'] as readonly unknown[];
  const failed = statements.map(() => fails());
  const executed = statements.filter((_, index) => failed[index] !== true);
  return {
    done: executed.length === 0 ? null : { ...body, Statements: executed },
    merged(answer) {
      const results = [...((answer['Responses'] as readonly Json[] | undefined) ?? [])];
      return { ...answer, Responses: failed.map((missing) => (missing ? EXCEEDED : (results.shift() as Json))) };
    },
  };
}
