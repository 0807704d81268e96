// The process of the Kinesis endpoint: node kinesis-main.ts DIRECTORY PORT
import { createRequire } from 'node:module';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { reportFailure, reportPort } from './report.ts';

const [directory, port] = process.argv.slice(2);
const kinesalite = createRequire(import.meta.url)('kinesalite') as (options: object) => Server;

/** Streams exist at once; the limit is an account's quota, which nobody here has asked for. */
const server = kinesalite({
  path: directory,
  createStreamMs: 1,
  deleteStreamMs: 1,
  updateStreamMs: 1,
  shardLimit: 500,
});
server.on('error', (error) => {
  reportFailure(error);
  process.exit(1);
});
server.listen(Number(port), '127.0.0.1', () => reportPort((server.address() as AddressInfo).port));
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
