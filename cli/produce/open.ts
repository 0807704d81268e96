import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { ACTIVITY, APPLICATIONS, STREAM_NAMES, type StreamName } from '../../core/contract/streams.ts';
import { UserError, errorCode, messageOf } from '../errors.ts';
import { plainApplications } from '../generate/plain.ts';
import { ACTIVITY_PER_APPLICATION, realistic } from '../generate/realistic.ts';
import { csvBatches } from './csv.ts';
import { loadMapping, shippedMappings } from './mapping.ts';
import { ndjsonBatches } from './ndjson.ts';
import type { Source } from './source.ts';

export const PROFILES = ['realistic', 'plain'] as const;
export type Profile = (typeof PROFILES)[number];

/** Flags that say what is produced; undefined where not given. */
export interface SourceFlags {
  readonly input?: string | undefined;
  readonly mapping?: string | undefined;
  readonly stream?: StreamName | undefined;
  readonly profile?: Profile | undefined;
  readonly count?: number | undefined;
  readonly seed?: number | undefined;
  /** ms since 1970 */
  readonly asOf?: number | undefined;
}

const DEFAULT_COUNT = 10_000;
const DAY = 86_400_000;

/**
 * @param now ms since 1970: generated records lie in the 30 days before the day's beginning, unless asOf says otherwise
 * @throws UserError when flags contradict each other or the input cannot be read
 */
export function openSource(flags: SourceFlags, now: number): Source {
  if (flags.input === undefined) return generated(flags, now);
  for (const [flag, value] of [
    ['--profile', flags.profile],
    ['--count', flags.count],
    ['--seed', flags.seed],
    ['--as-of', flags.asOf],
  ] as const)
    if (value !== undefined)
      throw new UserError(
        `${flag} is about generated records, but --input ${flags.input} says that a file is sent`,
        'Leave out one of them.',
      );
  return fromFile(flags.input, flags);
}

function fromFile(file: string, flags: SourceFlags): Source {
  checkReadable(file);
  const title = basename(file);
  switch (extname(file).toLowerCase()) {
    case '.ndjson':
    case '.jsonl': {
      if (flags.mapping !== undefined)
        throw new UserError(
          `--mapping is for .csv files, but --input is ${file}`,
          'Lines of NDJSON are sent byte for byte; leave out --mapping.',
        );
      const stream = flags.stream ?? APPLICATIONS;
      const batches: Source['batches'] = (onProblem) => ndjsonBatches(file, stream, onProblem);
      return { title, file, streams: [stream], total: null, batches };
    }
    case '.csv': {
      if (flags.mapping === undefined)
        throw new UserError(
          `--input ${file} is a .csv: which column feeds which field?`,
          `Add --mapping NAME|FILE. Shipped mappings: ${shippedMappings().join(', ')}.`,
        );
      const mapping = loadMapping(flags.mapping);
      if (flags.stream !== undefined && flags.stream !== mapping.stream)
        throw new UserError(
          `--stream ${flags.stream} contradicts the mapping ${flags.mapping}, which is for ${mapping.stream}`,
          'Leave out --stream.',
        );
      return {
        title,
        file,
        streams: [mapping.stream],
        total: null,
        batches: (onProblem) => csvBatches(file, mapping, onProblem),
      };
    }
    default:
      throw new UserError(
        `--input ${file}: cannot tell its format from the name`,
        'It must end in .ndjson (each line is a record) or in .csv (with --mapping).',
      );
  }
}

function checkReadable(file: string): void {
  try {
    if (statSync(file).isDirectory()) throw new UserError(`--input ${file} is a directory`, 'Give the path of a file.');
    const descriptor = openSync(file, 'r');
    readSync(descriptor, Buffer.alloc(1));
    closeSync(descriptor);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason =
      errorCode(error) === 'ENOENT'
        ? 'no such file'
        : errorCode(error) === 'EACCES'
          ? 'may not be read'
          : messageOf(error);
    throw new UserError(`--input ${file}: ${reason}`, `Paths are relative to ${process.cwd()}.`);
  }
}

function generated(flags: SourceFlags, now: number): Source {
  if (flags.mapping !== undefined)
    throw new UserError('--mapping is for .csv files, but there is no --input', 'Add --input FILE.csv.');
  const profile = flags.profile ?? 'realistic';
  const records = flags.count ?? DEFAULT_COUNT;
  const seed = flags.seed ?? 1;
  const asOf = flags.asOf ?? Math.floor(now / DAY) * DAY;
  if (profile === 'plain') {
    if (flags.stream === ACTIVITY)
      throw new UserError(
        `--profile plain makes ${APPLICATIONS} only`,
        'Leave out --stream, or take --profile realistic.',
      );
    return {
      title: `plain profile: ${records.toLocaleString('en-US')} applications (seed ${seed})`,
      streams: [APPLICATIONS],
      total: records,
      batches: () => plainApplications({ count: records, seed, asOf }),
    };
  }
  const applications = flags.stream === ACTIVITY ? 0 : records;
  const activity =
    flags.stream === APPLICATIONS ? 0 : flags.stream === ACTIVITY ? records : records * ACTIVITY_PER_APPLICATION;
  const parts = [
    ...(applications > 0 ? [`${applications.toLocaleString('en-US')} applications`] : []),
    ...(activity > 0 ? [`${activity.toLocaleString('en-US')} account-activity records`] : []),
  ];
  return {
    title: `realistic profile: ${parts.join(' and ')} (seed ${seed})`,
    streams: STREAM_NAMES.filter((name) => flags.stream === undefined || flags.stream === name),
    total: applications + activity,
    batches: () => realistic({ applications, activity, seed, asOf }),
  };
}
