import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { LocalError } from '../errors.ts';
import { launch, logTail } from '../process/managed.ts';
import { choosePort, LOOPBACK, onPort, waitUntilReady } from '../process/ports.ts';
import { trySignal } from '../process/warden.ts';
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries.ts';
import { SERVER_ENV, SERVER_GRACE_MS, type Server, type ServerOptions } from './server.ts';

export const SUPERUSER = 'postgres';
const PASSFILE = 'pgpass';
const CLUSTER = 'cluster';
const INITIAL_PASSWORD = 'initial-password';
/**
 * How the server is told where its data is. It runs in that directory, perhaps as a user who may not walk the path
 * to it (a clone in root's home, which is 0700); this link needs no walk. The server resolves it in its own process
 * only, and its working directory stays the data directory for as long as it lives.
 */
const HERE = '/proc/self/cwd';

/** Durability is on; a log line never shows the data of a row (terse leaves out DETAIL and CONTEXT). */
const SETTINGS = {
  listen_addresses: LOOPBACK,
  unix_socket_directories: '',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '512MB',
  wal_buffers: '64MB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  max_connections: '60',
  jit: 'off',
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
} as const;

export interface PostgresServer extends Server {
  readonly user: typeof SUPERUSER;
  readonly password: string;
  /** file of the password in libpq's format, mode 0600 */
  readonly passfile: string;
  /** a client with a connection to `database`; the caller ends it */
  connect(database?: string): Promise<Client>;
}

/**
 * PostgreSQL 18 over `directory`/cluster, made on first use. As root it runs as nobody, who then owns the cluster
 * and nothing else.
 *
 * @throws LocalError when the port is taken, or the server does not start (with the end of its log)
 */
export async function startPostgres(options: ServerOptions): Promise<PostgresServer> {
  // Before the seconds that a new cluster takes.
  if (options.port !== undefined) await choosePort('PostgreSQL', options.port);
  const binaries = postgresBinaries();
  const cluster = path.join(options.directory, CLUSTER);
  const passfile = path.join(options.directory, PASSFILE);
  if (!existsSync(path.join(cluster, 'PG_VERSION')) || !existsSync(passfile)) await createCluster(options, binaries);
  await clearStalePid(cluster);

  const password = parsePassword(readFileSync(passfile, 'utf8'));
  return onPort('PostgreSQL', options.port, (port) =>
    launchServer(options, binaries, { cluster, passfile, password, port }),
  );
}

interface Cluster extends Pick<PostgresServer, 'passfile' | 'password' | 'port'> {
  readonly cluster: string;
}

async function launchServer(
  { logFile, signal }: ServerOptions,
  { postgres, uid }: PostgresBinaries,
  { cluster, passfile, password, port }: Cluster,
): Promise<PostgresServer> {
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = await launch({
    command: postgres,
    args: ['-D', HERE, '-p', String(port), ...settings],
    env: SERVER_ENV,
    cwd: cluster,
    logFile,
    signal,
    stopSignal: 'SIGINT',
    // Its children lead sessions of their own and must be told.
    exitSignal: 'SIGQUIT',
    ...(uid === undefined ? {} : { uid }),
  });
  const connect = async (database = 'postgres') => {
    const client = new Client({ host: LOOPBACK, port, user: SUPERUSER, password, database });
    await client.connect();
    return client;
  };
  const healthy = async () => {
    try {
      const client = await connect();
      await client.end();
      return true;
    } catch {
      return false;
    }
  };
  await waitUntilReady('PostgreSQL', child, logFile, healthy);
  const stop = async (graceMs = SERVER_GRACE_MS) => {
    // A fast shutdown writes a checkpoint; when that takes too long, an immediate one leaves it to the next start.
    const impatient = setTimeout(() => child.signal('SIGQUIT'), graceMs * 0.8);
    await child.stop(graceMs);
    clearTimeout(impatient);
  };
  return { name: 'postgres', port, child, user: SUPERUSER, password, passfile, connect, healthy, stop };
}

async function createCluster(options: ServerOptions, { initdb, uid }: PostgresBinaries): Promise<void> {
  const cluster = path.join(options.directory, CLUSTER);
  rmSync(cluster, { recursive: true, force: true });
  // The user who runs initdb passes through, and cannot list.
  mkdirSync(options.directory, { recursive: true });
  chmodSync(options.directory, 0o711);
  mkdirSync(cluster, { mode: 0o700 });
  const password = randomBytes(24).toString('base64url');
  const draft = path.join(cluster, '..', INITIAL_PASSWORD);
  writeFileSync(draft, password, { mode: 0o600 });
  if (uid !== undefined) for (const file of [cluster, draft]) chownSync(file, uid, uid);
  const auth = ['-U', SUPERUSER, '--auth=scram-sha-256', `--pwfile=${HERE}/../${INITIAL_PASSWORD}`];
  const child = await launch({
    command: initdb,
    args: ['-D', HERE, ...auth, '-E', 'UTF8', '--locale=C.UTF-8', '--sync-method=syncfs'],
    env: SERVER_ENV,
    cwd: cluster,
    logFile: options.logFile,
    signal: options.signal,
    ...(uid === undefined ? {} : { uid }),
  });
  const { code } = await child.exited;
  rmSync(draft, { force: true });
  if (code !== 0)
    throw new LocalError(
      `initdb could not make a PostgreSQL cluster in ${cluster}`,
      `its log is ${options.logFile}; the last lines:\n    ${logTail(options.logFile)}`,
    );
  writeFileSync(path.join(options.directory, PASSFILE), `*:*:*:*:${password}\n`, { mode: 0o600 });
}

/** The fifth part of `host:port:database:user:password`; ours has no colon within. */
export const parsePassword = (passfile: string): string => passfile.trim().split(':')[4] as string;

/**
 * After a crash postmaster.pid is still there. Its pid may by now be another program's (PostgreSQL would then refuse
 * to start), or still the server of a run that was killed: the data directory's lock is ours, so that one must go.
 */
async function clearStalePid(cluster: string): Promise<void> {
  const file = path.join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  const isOurs = () => runsIn(pid, cluster);
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!isOurs()) break;
    trySignal(pid, signal);
    for (let waited = 0; waited < 1_000 && isOurs(); waited += 20) await sleep(20);
  }
  // The children of a server that was killed end as soon as they notice. Until then they hold its shared memory, and a
  // new server would refuse to start.
  for (let waited = 0; waited < 3_000 && processesIn(cluster).length > 0; waited += 20) await sleep(20);
  for (const child of processesIn(cluster)) trySignal(child, 'SIGKILL');
  rmSync(file, { force: true });
}

/** Pids of the processes that run in a directory; those of others cannot be seen. */
const processesIn = (directory: string): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && runsIn(pid, directory));

function runsIn(pid: number, directory: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === directory;
  } catch {
    return false;
  }
}
