/** The embedded stack in a directory of its own, empty at the start and removed at the end. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { OutputKey } from '../core/contract/outputs.ts';
import { ACTIVITY, APPLICATIONS } from '../core/contract/streams.ts';
import { S3Objects } from '../lambdas/adapters/s3-objects.ts';
import { openDataDirectory, type Stack, startStack } from '../local/index.ts';
import type { ProducerTask } from './producer.ts';

const POLICY = path.join(import.meta.dirname, '..', 'policies', 'default.json');

/** @param consume whether the streams are followed from the start */
export async function withStack<T>(consume: boolean, work: (stack: Stack) => Promise<T>): Promise<T> {
  const home = mkdtempSync(path.join(tmpdir(), 'crp-bench-'));
  try {
    const directory = await openDataDirectory(path.join(home, 'data'), { mode: 'new' });
    const stack = await startStack({ directory, policies: [readFileSync(POLICY, 'utf8')], consume });
    try {
      return await work(stack);
    } finally {
      await stack.stop();
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** @throws Error when the app has no such output */
export function output(stack: Stack, key: OutputKey): string {
  const value = stack.outputs[key];
  if (value === undefined) throw new Error(`the stack has no output ${key}`);
  return value;
}

export const logOf = (stack: Stack): S3Objects => new S3Objects(stack.clients.s3, output(stack, 'LogBucketName'));

/** Puts generated records on the streams from a process of its own, as a producer outside would. */
export class Producer {
  readonly #child: ChildProcess;
  readonly done: Promise<void>;

  constructor(
    stack: Stack,
    task: Pick<ProducerTask, 'applications' | 'seed' | 'rate'> & { readonly activity?: number },
  ) {
    const full: ProducerTask = {
      activity: 0,
      ...task,
      endpoint: stack.endpoints.kinesis,
      region: stack.endpoints.region,
      streamNames: {
        [APPLICATIONS]: output(stack, 'ApplicationsStreamName'),
        [ACTIVITY]: output(stack, 'ActivityStreamName'),
      },
    };
    this.#child = fork(path.join(import.meta.dirname, 'producer.ts'), [JSON.stringify(full)], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.done = this.#ended();
  }

  async #ended(): Promise<void> {
    const [code] = (await once(this.#child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`the producer ended with code ${code}`);
  }
}

/** Records that a function has been through, on all shards together. */
export const delivered = (stack: Stack, name: string): number =>
  stack
    .status()
    .filter(({ functionName }) => functionName === name)
    .reduce((sum, status) => sum + status.delivered, 0);
