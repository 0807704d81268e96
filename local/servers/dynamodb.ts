import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { LocalError } from '../errors.ts';
import { launch } from '../process/managed.ts';
import { answers, LOOPBACK, onPort, waitUntilReady } from '../process/ports.ts';
import { SERVER_ENV, SERVER_GRACE_MS, type Server, type ServerOptions } from './server.ts';

const PACKAGE = '@dynoxide/linux-x64';

/**
 * A DynamoDB endpoint over SQLite with a write-ahead log. It has no switch for durability and needs none: each write
 * is synced to the disk before it is acknowledged (one fsync a write, seen with strace).
 * A transaction is one write; each statement of a batch is one too. Hence `historyWrites=transactions` of the local
 * stage: statements took 25 customers twice to five times as long.
 *
 * @throws LocalError when the package is missing, the port is taken, or it does not start
 */
export async function startDynamoDb(options: ServerOptions): Promise<Server> {
  const command = binary();
  mkdirSync(options.directory, { recursive: true });
  const database = path.join(options.directory, 'tables.db');
  return onPort('DynamoDB', options.port, async (port) => {
    const child = await launch({
      command,
      args: ['serve', '--host', LOOPBACK, '--port', String(port), '--db-path', database],
      env: SERVER_ENV,
      logFile: options.logFile,
      signal: options.signal,
    });
    const healthy = () => answers(port);
    await waitUntilReady('DynamoDB', child, options.logFile, healthy);
    return { name: 'dynamodb', port, child, healthy, stop: (graceMs = SERVER_GRACE_MS) => child.stop(graceMs) };
  });
}

function binary(): string {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`);
    const file = path.join(path.dirname(manifest), 'dynoxide');
    if (!(statSync(file).mode & 0o100)) chmodSync(file, 0o755);
    return file;
  } catch (cause) {
    throw new LocalError(
      `the package ${PACKAGE} is not installed`,
      'run "npm ci"; the embedded DynamoDB exists for Linux on x64 only',
      { cause },
    );
  }
}
