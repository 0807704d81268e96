// The process of the S3 and SNS endpoint: node s3-main.ts DIRECTORY PORT REGION
import path from 'node:path';
import { startFauxqs } from 'fauxqs';
import { listenOnLoopbackOnly, reportFailure, reportPort } from './report.ts';

const [directory = '.', port, region = 'us-east-1'] = process.argv.slice(2);
listenOnLoopbackOnly();
try {
  const server = await startFauxqs({
    port: Number(port),
    logger: false,
    host: 'localhost',
    defaultRegion: region,
    // Topics and bucket names in a small database, each object a file that can be looked at.
    dataDir: path.join(directory, 'state'),
    s3StorageDir: path.join(directory, 'objects'),
  });
  process.on('SIGTERM', () => void server.stop().finally(() => process.exit(0)));
  reportPort(server.port);
} catch (error) {
  reportFailure(error as NodeJS.ErrnoException);
  process.exit(1);
}
