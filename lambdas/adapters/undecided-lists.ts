import { hash } from 'node:crypto';
import * as z from 'zod';
import { listKey, REDRIVEN_PREFIX, UNDECIDED_PREFIX } from '../../core/contract/storage.ts';
import { STREAM_NAMES } from '../../core/contract/streams.ts';
import { UnreadableObjectError, type S3Objects } from './s3-objects.ts';

const positions = z.object({
  v: z.literal(1),
  stream: z.enum(STREAM_NAMES),
  shard: z.string().min(1),
  /** canonical, ascending, at least one */
  seqs: z.array(z.string().regex(/^\d{56}$/)).min(1),
});
/** Positions of one shard. */
export type Positions = z.output<typeof positions>;

const undecidedList = positions.extend({
  /** key of the object of the log that holds their records */
  log: z.string(),
  /** key of the object with their receipts; until it is there, the positions are not marked */
  receipts: z.string(),
});
/** Positions that the batch marked as undecided. */
export type UndecidedList = z.output<typeof undecidedList>;

/** Names positions that are about to be marked. The same list gives the same object. */
export const putUndecided = (objects: S3Objects, list: UndecidedList): Promise<string> =>
  put(objects, UNDECIDED_PREFIX, list);

/** Remembers positions whose records the stream has taken again. */
export const putRedriven = (objects: S3Objects, list: Positions): Promise<string> =>
  put(objects, REDRIVEN_PREFIX, list);

export const undecidedLists = (objects: S3Objects): AsyncGenerator<UndecidedList> =>
  lists(objects, UNDECIDED_PREFIX, undecidedList);

export const redrivenLists = (objects: S3Objects): AsyncGenerator<Positions> =>
  lists(objects, REDRIVEN_PREFIX, positions);

async function put(
  objects: S3Objects,
  prefix: typeof UNDECIDED_PREFIX | typeof REDRIVEN_PREFIX,
  list: Positions,
): Promise<string> {
  const { stream, shard, seqs } = list;
  const digest = hash('sha256', JSON.stringify(list));
  const key = listKey({ prefix, stream, shard, first: seqs[0]!, last: seqs.at(-1)!, digest });
  await objects.putJson(key, list);
  return key;
}

/** @throws UnreadableObjectError when an object under the prefix is not such a list */
async function* lists<S extends z.ZodType>(objects: S3Objects, prefix: string, schema: S): AsyncGenerator<z.output<S>> {
  for await (const key of objects.listKeys(`${prefix}/`)) {
    const list = schema.safeParse(await objects.getJson(key));
    if (!list.success) throw new UnreadableObjectError(key, 'it is not a list of positions');
    yield list.data;
  }
}
