import { startNodeServer } from './node-server.ts';
import type { Server, ServerOptions } from './server.ts';

/** An S3 and SNS endpoint whose objects are files; it keeps none of their bytes in memory. */
export const startS3 = (options: ServerOptions, region: string): Promise<Server> =>
  startNodeServer({ name: 's3', title: 'S3 and SNS', script: 's3-main.ts', args: [region] }, options);
