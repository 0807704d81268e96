import type { DataDirectory } from '../data/directory.ts';
import type { Endpoints } from '../data/run-file.ts';
import { LocalError } from '../errors.ts';
import { LOOPBACK } from '../process/ports.ts';
import { startDynamoDb } from '../servers/dynamodb.ts';
import { startKinesis } from '../servers/kinesis.ts';
import { type PostgresServer, startPostgres } from '../servers/postgres.ts';
import { startS3 } from '../servers/s3.ts';
import type { Server, ServerOptions, ServiceName } from '../servers/server.ts';

export type Ports = Partial<Record<ServiceName, number>>;

export interface Servers {
  readonly all: readonly Server[];
  readonly postgres: PostgresServer | undefined;
  /** of those that were started, without the warehouse's database, which the templates name */
  readonly endpoints: Partial<Omit<Endpoints, 'postgres'>> & { readonly region: string };
  /** is aborted, with the reason, when a server ends without having been told to */
  readonly broken: AbortSignal;
  /**
   * Kills a server as a power cut would and starts it again on its data and its port, for tests of who rides that out.
   * @throws LocalError when it does not come up again
   */
  restart(name: ServiceName): Promise<void>;
  stop(graceMs?: number): Promise<void>;
}

/**
 * Starts servers side by side. When one fails, or the signal is aborted, those that did start are stopped again.
 * @throws LocalError of the first that failed
 */
export async function startServers(
  directory: DataDirectory,
  names: readonly ServiceName[],
  region: string,
  ports: Ports = {},
  signal?: AbortSignal,
): Promise<Servers> {
  const options = (name: ServiceName, port = ports[name]): ServerOptions => ({
    directory: directory.folder(name),
    logFile: directory.logFile(name),
    signal,
    ...(port === undefined ? {} : { port }),
  });
  const starters: Record<ServiceName, (port?: number) => Promise<Server>> = {
    postgres: (port) => startPostgres(options('postgres', port)),
    kinesis: (port) => startKinesis(options('kinesis', port), region),
    dynamodb: (port) => startDynamoDb(options('dynamodb', port)),
    s3: (port) => startS3(options('s3', port), region),
  };
  const results = await Promise.allSettled(names.map((name) => starters[name]()));
  const all = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const broken = new AbortController();
  let stopping = false;
  const stop = async (graceMs?: number): Promise<void> => {
    stopping = true;
    await Promise.all(all.map((server) => server.stop(graceMs)));
  };
  const watchOver = async (server: Server): Promise<void> => {
    const { name, child } = server;
    const { code, signal: killedBy } = await child.exited;
    if (!all.includes(server)) return;
    const how = killedBy === null ? `exit code ${code}` : `killed by ${killedBy}`;
    if (!stopping)
      broken.abort(new LocalError(`the ${name} server ended (${how})`, `its log is ${directory.logFile(name)}`));
  };
  for (const server of all) void watchOver(server);
  const restart = async (name: ServiceName): Promise<void> => {
    const index = all.findIndex((server) => server.name === name);
    const [killed] = all.splice(index, 1);
    if (killed === undefined) throw new Error(`no ${name} server was started`);
    killed.child.signal('SIGKILL');
    await killed.child.exited;
    const again = await starters[name](killed.port);
    all.splice(index, 0, again);
    void watchOver(again);
    if (stopping) await again.stop();
  };
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) {
    await stop();
    throw failure.reason;
  }
  const url = (name: ServiceName): string | undefined => {
    const server = all.find((one) => one.name === name);
    return server === undefined ? undefined : `http://${LOOPBACK}:${server.port}`;
  };
  const [kinesis, dynamodb, s3] = [url('kinesis'), url('dynamodb'), url('s3')];
  return {
    all,
    get postgres() {
      return all.find((server) => server.name === 'postgres') as PostgresServer | undefined;
    },
    endpoints: {
      region,
      ...(kinesis === undefined ? {} : { kinesis }),
      ...(dynamodb === undefined ? {} : { dynamodb }),
      ...(s3 === undefined ? {} : { s3, sns: s3 }),
    },
    broken: broken.signal,
    restart,
    stop,
  };
}
