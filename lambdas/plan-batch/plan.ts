import type { Reach } from '../../core/contract/reach.ts';
import { LOG_PREFIX, PLANS_PREFIX, RECEIPTS_PREFIX } from '../../core/contract/storage.ts';
import type { ObjectInfo, S3Objects } from '../adapters/s3-objects.ts';
import type { Warehouse } from '../adapters/postgres.ts';
import type { Manifest, RunEvent } from '../batch/events.ts';
import { finishJob, type Job, lastCompletePlan, runJob, startJob } from '../batch/lineage.ts';
import type { ObjectKind } from '../batch/object-key.ts';
import { listedFrom, newObjects } from './new-objects.ts';

/** What one invocation of a loader works on. */
export interface Group {
  readonly runId: string;
  /** key of the manifest */
  readonly manifest: string;
}

export interface Plan {
  readonly runId: string;
  /** arrival from which on the log and the receipts were listed, ISO 8601; null: all of both */
  readonly listedFrom: string | null;
  readonly logGroups: readonly Group[];
  readonly receiptGroups: readonly Group[];
  readonly logObjects: number;
  readonly receiptObjects: number;
}

export interface GroupLimits {
  /** compressed bytes of a group */
  readonly bytes: number;
  readonly objects: number;
  /** groups to make of what would fit into fewer, so that loaders can share the work … */
  readonly parts: number;
  /** … unless they would become smaller than this */
  readonly leastBytes: number;
}

export const GROUP_LIMITS: GroupLimits = {
  bytes: 64 * 1024 * 1024,
  objects: 2_000,
  parts: 4,
  leastBytes: 512 * 1024,
};

export interface PlanSettings {
  /** how far the stream reaches back: nothing older than that is written */
  readonly reach: Reach;
  /** list everything, however much of it must have been loaded long ago @default false */
  readonly full?: boolean;
}

/**
 * Finds the objects of the log and of the receipts that are not in the ledger, among them those that could not be read
 * before, and writes groups of them as manifests.
 */
export async function planBatch(
  objects: S3Objects,
  warehouse: Warehouse,
  { runId }: RunEvent,
  { reach, full = false }: PlanSettings,
  limits = GROUP_LIMITS,
): Promise<Plan> {
  const client = await warehouse.client();
  const job: Job = { runId, job: 'plan-batch', source: 'log', target: PLANS_PREFIX };
  await startJob(client, runJob(runId));
  await startJob(client, job);
  const from = full ? null : listedFrom(await lastCompletePlan(client), reach);
  const log = await newObjects(objects, warehouse, LOG_PREFIX, from);
  const receipts = await newObjects(objects, warehouse, RECEIPTS_PREFIX, from);
  const plan: Plan = {
    runId,
    listedFrom: from === null ? null : new Date(from).toISOString(),
    logGroups: await writeManifests(objects, runId, 'log', groups(log.found, limits)),
    receiptGroups: await writeManifests(objects, runId, 'receipts', groups(receipts.found, limits)),
    logObjects: log.found.length,
    receiptObjects: receipts.found.length,
  };
  await finishJob(client, job, {
    rowsIn: log.listed + receipts.listed,
    rowsOut: plan.logObjects + plan.receiptObjects,
  });
  return plan;
}

/** Groups of neighbours: objects of one shard follow each other, so a group's positions lie close together. */
export function groups(objects: readonly ObjectInfo[], limits: GroupLimits): string[][] {
  const total = objects.reduce((sum, { size }) => sum + size, 0);
  const bytes = Math.min(limits.bytes, Math.max(limits.leastBytes, Math.ceil(total / limits.parts)));
  const result: string[][] = [];
  let group: string[] = [];
  let size = 0;
  for (const object of objects) {
    if (group.length > 0 && (size + object.size > bytes || group.length === limits.objects)) {
      result.push(group);
      group = [];
      size = 0;
    }
    group.push(object.key);
    size += object.size;
  }
  if (group.length > 0) result.push(group);
  return result;
}

async function writeManifests(
  objects: S3Objects,
  runId: string,
  kind: ObjectKind,
  lists: readonly string[][],
): Promise<Group[]> {
  const written: Group[] = [];
  for (const [index, keys] of lists.entries()) {
    const key = `${PLANS_PREFIX}/${runId}/${kind}-${index}.json`;
    await objects.putJson(key, { objects: keys } satisfies Manifest);
    written.push({ runId, manifest: key });
  }
  return written;
}
