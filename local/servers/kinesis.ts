import path from 'node:path';
import { startNodeServer } from './node-server.ts';
import type { Server, ServerOptions } from './server.ts';

/** Account of everything local, the one that every emulator answers for. */
export const LOCAL_ACCOUNT = '000000000000';

/**
 * A Kinesis endpoint over LevelDB: a write is in the operating system's hands before it is acknowledged, so it survives
 * the death of any process, not a power cut.
 */
export const startKinesis = (options: ServerOptions, region: string): Promise<Server> =>
  startNodeServer(
    {
      name: 'kinesis',
      title: 'Kinesis',
      script: 'kinesis-main.ts',
      env: { AWS_REGION: region, AWS_ACCOUNT_ID: LOCAL_ACCOUNT },
    },
    { ...options, directory: path.resolve(options.directory) },
  );
