import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { LOG_PREFIX } from '../../core/contract/storage.ts';
import { readAnyRun } from './run-file.ts';

const NEWLINE = 0x0a;

/** A run that a data directory holds, for a person who is about to lose it. */
export interface HeldRun {
  /** ISO text */
  readonly created: string;
  /** lines of its log; what the streams took and nothing has archived yet is not among them */
  readonly records: number;
}

/** @returns undefined where there is no run */
export function heldRun(directory: string): HeldRun | undefined {
  const root = path.resolve(directory);
  const run = readAnyRun(root);
  if (run === undefined) return undefined;
  const records = logObjects(root).reduce((sum, file) => sum + linesOf(file), 0);
  return { created: run.created, records };
}

/**
 * Whether nothing has ever arrived on the streams of a run: no consumer has come any further than the beginning, and
 * nothing was archived. Such a run is worth nothing, and a command that failed early may have left it.
 */
export const isUnused = (root: string): boolean => !hasCheckpoints(root) && logObjects(root).length === 0;

function hasCheckpoints(root: string): boolean {
  const folder = path.join(root, 'checkpoints');
  return namesIn(folder).some((name) => readFileSync(path.join(folder, name), 'utf8').includes('"'));
}

/** The S3 endpoint keeps each object as a file under its bucket's name and the object's key. */
function logObjects(root: string): string[] {
  const buckets = path.join(root, 's3', 'objects', 'buckets');
  return namesIn(buckets).flatMap((bucket) => {
    const log = path.join(buckets, bucket, 'objects', LOG_PREFIX);
    return namesIn(log, true)
      .filter((name) => name.endsWith('.gz.data'))
      .map((name) => path.join(log, name));
  });
}

function namesIn(folder: string, recursive = false): string[] {
  try {
    return readdirSync(folder, { recursive, encoding: 'utf8' });
  } catch {
    return [];
  }
}

/** 0 for a damaged object: it is only counted for a message. */
function linesOf(file: string): number {
  try {
    let lines = 0;
    const content = gunzipSync(readFileSync(file));
    for (let at = content.indexOf(NEWLINE); at !== -1; at = content.indexOf(NEWLINE, at + 1)) lines += 1;
    return lines;
  } catch {
    return 0;
  }
}
