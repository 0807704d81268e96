import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Endpoints } from '../data/run-file.ts';
import { type PostgresServer, startPostgres } from '../servers/postgres.ts';
import { prepareWarehouse, type WarehouseNames } from '../stack/warehouse.ts';
import { warehouseEnvironment } from '../stack/warehouse-client.ts';
import { LOOPBACK } from '../process/ports.ts';
import { type MiniStack, startMiniStack } from './ministack.ts';
import { emulatorPython } from './python.ts';

/** As the local stage names them: lib/config/stages.ts, where they are settings. */
export const WAREHOUSE: WarehouseNames = { database: 'credit_risk', user: 'pipeline' };

export interface EmulatorOptions {
  /** a fixed port for the emulator @default chosen by the system */
  readonly port?: number;
  /** hears what is being done */
  readonly onProgress?: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface Emulator {
  readonly endpoint: string;
  readonly postgres: PostgresServer;
  readonly ministack: MiniStack;
  /** how a program of this machine reaches the warehouse */
  readonly warehouse: Endpoints['postgres'];
  readonly logs: { readonly ministack: string; readonly postgres: string };
  /** ends both servers and removes all that they kept */
  stop(): Promise<void>;
}

/**
 * An emulated AWS account and, because it has no database that answers, a PostgreSQL as the warehouse of the functions
 * that are deployed to it. All of it lies in a temporary directory and ends with `stop`.
 *
 * @throws LocalError when one of them cannot be had or does not start; nothing is left running then
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { onProgress, signal } = options;
  const python = await emulatorPython({
    onInstall: () => onProgress?.('installing the emulator (a minute; this happens once)'),
    signal,
  });
  const directory = mkdtempSync(path.join(tmpdir(), 'crp-emulator-'));
  // PostgreSQL as nobody passes through; others cannot list.
  chmodSync(directory, 0o711);
  const logs = { ministack: path.join(directory, 'ministack.log'), postgres: path.join(directory, 'postgres.log') };
  const started: { stop(): Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    for (const server of started.toReversed()) await server.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    onProgress?.('starting PostgreSQL');
    const postgres = await startPostgres({
      directory: path.join(directory, 'postgres'),
      logFile: logs.postgres,
      signal,
    });
    started.push(postgres);
    await prepareWarehouse(postgres, WAREHOUSE);
    const { port, passfile } = postgres;
    const warehouse = { host: LOOPBACK, port, passfile, ...WAREHOUSE };
    onProgress?.('starting the emulator');
    const { PGHOST, PGPORT, PGPASSFILE } = warehouseEnvironment(warehouse);
    const ministack = await startMiniStack({
      python,
      directory: path.join(directory, 'ministack'),
      logFile: logs.ministack,
      // Database and user are the templates' to name.
      functionEnvironment: { PGHOST, PGPORT, PGPASSFILE },
      signal,
      ...(options.port === undefined ? {} : { port: options.port }),
    });
    started.push(ministack);
    return { endpoint: ministack.endpoint, postgres, ministack, warehouse, logs, stop };
  } catch (error) {
    // The message holds the end of the log that goes with the directory.
    await stop();
    throw error;
  }
}
