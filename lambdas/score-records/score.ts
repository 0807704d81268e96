import type { Client } from 'pg';
import { ACTIVITY, type StreamName } from '../../core/contract/streams.ts';
import type { LogRecord } from '../../core/events/types.ts';
import type { PolicyBook } from '../../core/policy/policy.ts';
import { parseEnvelopes } from '../../core/receipts/envelope.ts';
import type { PublishedPolicies } from '../adapters/documents.ts';
import type { S3Objects } from '../adapters/s3-objects.ts';
import { UnreadableObjectError } from '../adapters/s3-objects.ts';
import type { Warehouse } from '../adapters/postgres.ts';
import { encodeLog, type LimitsAt } from '../batch/encode-log.ts';
import type { GroupEvent } from '../batch/events.ts';
import { type GroupResult, loadGroup } from '../batch/load-group.ts';
import type { ObjectName } from '../batch/object-key.ts';
import { policyLabel, readPolicies, recordPolicies } from '../batch/policies.ts';

/**
 * Checks and bands the records of a group of log objects into staging, each by the policy in force at its arrival.
 *
 * @param onPolicies told of the policies as they were found
 * @throws NoPolicyInForce when none is published that can be used
 */
export async function scoreRecords(
  objects: S3Objects,
  warehouse: Warehouse,
  event: GroupEvent,
  onPolicies: (published: PublishedPolicies) => void = () => {},
): Promise<GroupResult> {
  const published = await readPolicies(objects);
  onPolicies(published);
  const { book } = published;
  const current = book.inForce(Date.now());
  await recordPolicies(await warehouse.client(), book);
  const limitsAt = limitsOf(book);
  return loadGroup(objects, warehouse, event, {
    job: 'score-records',
    target: 'staging',
    policyVersion: policyLabel(current),
    known: knownConflicts,
    encode: (name, content, loadId, conflicts) =>
      encodeLog(name, checkedRecords(name, content), limitsAt, loadId, conflicts),
  });
}

/**
 * Records that conflict with an earlier one are kept whole. Only their receipts tell, most of which are loaded by now;
 * for those that come later load-warehouse reads the log again.
 */
async function knownConflicts(
  client: Client,
  { stream, shard, first, last }: ObjectName,
): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ seq: string }>(
    `select seq from ${stream === ACTIVITY ? 'staging.activity_receipts' : 'staging.application_receipts'}
     where disposition = 'conflict' and shard = $1 and seq between $2 and $3`,
    [shard, first, last],
  );
  return new Set(rows.map(({ seq }) => seq));
}

/** The latest policy is in force at nearly every arrival: look further only before it took effect. */
function limitsOf(book: PolicyBook): LimitsAt {
  const [latest] = book.policies;
  return (arrival) =>
    latest !== undefined && latest.effectiveFrom <= arrival ? latest.limits : book.inForce(arrival).limits;
}

/** @throws UnreadableObjectError when a record is not of the stream and shard that the object's name says */
function checkedRecords({ key, stream, shardId }: ObjectName, content: Buffer): readonly LogRecord[] {
  const records = parseEnvelopes(content);
  if (!records.every(({ position }) => belongs(position, stream, shardId)))
    throw new UnreadableObjectError(key, 'a record in it is of another stream or shard than its name says');
  return records;
}

const belongs = (position: LogRecord['position'], stream: StreamName, shardId: string): boolean =>
  position.stream === stream && position.shard === shardId;
