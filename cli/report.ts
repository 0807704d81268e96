import { readReport as readFromWarehouse, type Report } from '../lambdas/adapters/report.ts';
import type { Stores } from './target.ts';

/**
 * The report of the latest batch, from the warehouse alone.
 * @param timings ms of the steps of this command; they stand before those of the batch's jobs
 */
export async function readReport(stores: Stores, timings: Readonly<Record<string, number>>): Promise<Report> {
  const warehouse = await stores.warehouse();
  try {
    const report = await readFromWarehouse(warehouse);
    return { ...report, timings: { ...timings, ...report.timings } };
  } finally {
    await warehouse.end();
  }
}
