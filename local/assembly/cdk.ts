import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { LocalError } from '../errors.ts';
import { nodeBinary } from '../process/node-binary.ts';
import { release, trySignal, watch } from '../process/warden.ts';

const LINES_OF_FAILURE = 15;

export interface CdkOptions {
  /** of the repository: cdk.json lies there */
  readonly root: string;
  /** the whole environment but for the Node that the path begins with */
  readonly env: Readonly<Record<string, string>>;
  /** hears every line that it says */
  readonly onLine?: (line: string) => void;
  /** kills it, and what it started */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a command of the CDK's own command line to its end.
 * @throws LocalError with the last lines of what it said, when it fails
 */
export async function runCdk(args: readonly string[], options: CdkOptions): Promise<void> {
  const node = nodeBinary();
  const child = spawn(node, [path.join(options.root, 'node_modules', 'aws-cdk', 'bin', 'cdk'), ...args], {
    cwd: options.root,
    // cdk.json says "node …": it must be the Node that reads TypeScript.
    env: { ...options.env, PATH: `${path.dirname(node)}:${options.env['PATH'] ?? '/usr/bin:/bin'}` },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const group = child.pid;
  if (group !== undefined) watch(group, 'SIGKILL');
  const abort = (): void => void (group !== undefined && trySignal(-group, 'SIGKILL'));
  options.signal?.addEventListener('abort', abort, { once: true });
  const said: string[] = [];
  for (const input of [child.stdout, child.stderr])
    createInterface({ input }).on('line', (line) => {
      options.onLine?.(line);
      if (line.trim() === '') return;
      said.push(line);
      if (said.length > LINES_OF_FAILURE) said.shift();
    });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => {
    if (group !== undefined) release(group);
    options.signal?.removeEventListener('abort', abort);
  });
  options.signal?.throwIfAborted();
  if (code !== 0)
    throw new LocalError(`cdk ${args[0]} failed (exit code ${code})`, `it said:\n    ${said.join('\n    ')}`);
}
