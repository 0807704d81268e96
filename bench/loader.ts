/** One of the two loaders of the batch bench: a process that does what score-records and load-receipts do. */
import { S3Objects } from '../lambdas/adapters/s3-objects.ts';
import { Warehouse, warehouseEnv } from '../lambdas/adapters/postgres.ts';
import { encodeReceipts } from '../lambdas/batch/encode-receipts.ts';
import { loadGroup } from '../lambdas/batch/load-group.ts';
import { scoreRecords } from '../lambdas/score-records/score.ts';
import { ownCpuSeconds, residentMiB } from './cpu.ts';
import { BUCKET, s3Client } from './kept-log.ts';

export interface LoaderTask {
  readonly kind: 'log' | 'receipts';
  readonly runId: string;
  readonly manifest: string;
}

export interface LoaderAnswer {
  readonly rows: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

const warehouse = new Warehouse(warehouseEnv.parse(process.env), 'bench-loader');
const objects = new S3Objects(s3Client(process.env['AWS_ENDPOINT_URL_S3']!), BUCKET);

process.on('message', async (task: LoaderTask | null) => {
  if (task === null) {
    await warehouse.end();
    process.exit(0);
  }
  const { rows } =
    task.kind === 'log'
      ? await scoreRecords(objects, warehouse, task)
      : await loadGroup(objects, warehouse, task, { job: 'load-receipts', target: 'staging', encode: encodeReceipts });
  const answer: LoaderAnswer = { rows, cpuSeconds: ownCpuSeconds(), peakMiB: residentMiB('self').peak };
  process.send!(answer);
});
