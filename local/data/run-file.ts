import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LocalError } from '../errors.ts';

export const RUN_FILE = 'run.json';
const PRODUCT = 'credit-risk-pipeline';
/** Grows when a directory written by older code can no longer be read. */
export const FORMAT = 1;

/** Where the embedded servers listen, all on 127.0.0.1. */
export interface Endpoints {
  readonly region: string;
  readonly kinesis: string;
  readonly dynamodb: string;
  readonly s3: string;
  readonly sns: string;
  readonly postgres: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly database: string;
    /** libpq's password file, mode 0600 */
    readonly passfile: string;
  };
}

/** run.json: what the directory holds, and while a stack is up how to reach it. */
export interface RunFile {
  readonly product: typeof PRODUCT;
  readonly format: number;
  /** version of the code that last ran the stack on it */
  readonly codeVersion: string;
  readonly created: string;
  /** the policy document that was published, for people */
  readonly policy?: { readonly id: string; readonly digest: string };
  readonly outputs?: Readonly<Record<string, string>>;
  /** where the servers listened last; database and role of the warehouse stay true while nothing is up */
  readonly endpoints?: Endpoints;
  /** only while it is up; ignore it unless `pid` holds the lock */
  readonly up?: { readonly pid: number; readonly since: string };
}

export const newRun = (codeVersion: string): RunFile => ({
  product: PRODUCT,
  format: FORMAT,
  codeVersion,
  created: new Date().toISOString(),
});

/** @returns undefined when there is none, or the file is not one of ours */
export function readAnyRun(directory: string): RunFile | undefined {
  try {
    const run = JSON.parse(readFileSync(path.join(directory, RUN_FILE), 'utf8')) as RunFile;
    return run.product === PRODUCT ? run : undefined;
  } catch {
    return undefined;
  }
}

/** @throws LocalError when the directory was written in another format */
export function readRun(directory: string): RunFile | undefined {
  const run = readAnyRun(directory);
  if (run !== undefined && run.format !== FORMAT)
    throw new LocalError(
      `the data directory ${directory} was written by another version (${run.codeVersion}, format ${run.format}; this is format ${FORMAT})`,
      'start with --fresh to replace it, name another directory with --data, or use the version that wrote it',
    );
  return run;
}

export function writeRun(directory: string, run: RunFile): void {
  const file = path.join(directory, RUN_FILE);
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(run, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}
