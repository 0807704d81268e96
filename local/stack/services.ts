import type pg from 'pg';
import { openDataDirectory, runningStack } from '../data/directory.ts';
import type { Endpoints } from '../data/run-file.ts';
import { LocalError } from '../errors.ts';
import type { ServiceName } from '../servers/server.ts';
import { type Clients, clientEnvironment, createClients, destroyClients } from './clients.ts';
import { startServers } from './servers.ts';
import { connectWarehouse, warehouseEnvironment } from './warehouse-client.ts';

/** How long a command waits for another that uses the same directory for a moment. */
const PATIENCE_MS = 10_000;

/** Services of a run, of the stack that is up on its directory or started for the occasion. */
export interface Services {
  /** pid of the stack that serves them; null when they were started for this call */
  readonly stackPid: number | null;
  /** since when that stack is up, ISO text */
  readonly since: string | null;
  readonly endpoints: Partial<Endpoints> & { readonly region: string };
  readonly outputs: Readonly<Record<string, string>>;
  readonly clients: Clients;
  /** environment in which another process finds the same services */
  readonly environment: Readonly<Record<string, string>>;
  /** a connection to the warehouse in the functions' role; the caller ends it */
  pg(): Promise<pg.Client>;
  stop(): Promise<void>;
}

/**
 * @param names what to start when no stack is up on the directory
 * @throws LocalError when there is no run, it never came up, or somebody else keeps it busy
 */
export async function services(directory: string, names: readonly ServiceName[]): Promise<Services> {
  const running = runningStack(directory);
  if (running?.endpoints !== undefined) {
    const { up, endpoints, outputs = {} } = running;
    return describe({ stackPid: up.pid, since: up.since, endpoints, outputs });
  }
  const data = await openDataDirectory(directory, { mode: 'existing', patienceMs: PATIENCE_MS });
  try {
    const { outputs, endpoints: last } = data.run;
    if (outputs === undefined || last === undefined)
      throw new LocalError(`the run in ${data.path} never came up`, 'start it again with --fresh');
    const servers = await startServers(data, names, last.region);
    const postgres =
      servers.postgres === undefined
        ? {}
        : { postgres: { ...last.postgres, port: servers.postgres.port, passfile: servers.postgres.passfile } };
    const found = describe({ stackPid: null, since: null, endpoints: { ...servers.endpoints, ...postgres }, outputs });
    const stop = async (): Promise<void> => {
      await found.stop();
      await servers.stop();
      data.close();
    };
    return { ...found, stop };
  } catch (error) {
    data.close();
    throw error;
  }
}

function describe(found: Pick<Services, 'stackPid' | 'since' | 'endpoints' | 'outputs'>): Services {
  const { postgres } = found.endpoints;
  const clients = createClients(found.endpoints);
  return {
    ...found,
    clients,
    environment: {
      ...clientEnvironment(found.endpoints),
      ...(postgres === undefined ? {} : warehouseEnvironment(postgres)),
    },
    pg: () => {
      if (postgres === undefined) throw new Error('PostgreSQL was not asked for');
      return connectWarehouse(postgres);
    },
    stop: async () => destroyClients(clients),
  };
}
