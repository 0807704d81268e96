import { METRICS } from '../../core/contract/metrics.ts';
import { readSqlFiles } from '../adapters/sql-files.ts';
import { runEvent } from '../batch/events.ts';
import { lambdaHandler } from '../runtime/handler.ts';
import { plannedAt } from '../batch/lineage.ts';
import { dependencies } from './dependencies.ts';
import { type Reconciliation, reconcile } from './reconcile.ts';

const { warehouse, sources, settings, logger, meter } = dependencies;
const files = readSqlFiles('reconcile');

/** `{runId}` → the positions that stream, log, receipts and warehouse do not agree on. */
export const handler = lambdaHandler(dependencies, async (event: unknown): Promise<Reconciliation> => {
  const run = runEvent.parse(event);
  const client = await warehouse.client();
  const found = await reconcile(client, await sources(), run, files, {
    ...settings,
    now: Date.now(),
  });
  const { pending, missing, unexpected, parityDifferences } = found;
  const clean = pending + missing + unexpected + parityDifferences === 0;
  logger[clean ? 'info' : 'warn']('Reconciled', { run_id: run.runId, ...found });
  meter.count(METRICS.pendingPositions, pending);
  meter.count(METRICS.missingPositions, missing);
  meter.count(METRICS.unexpectedPositions, unexpected);
  meter.count(METRICS.parityDifferences, parityDifferences);
  const planned = await plannedAt(client, run.runId);
  if (planned !== null) meter.seconds(METRICS.batchDuration, Math.max(0, Date.now() - planned) / 1000);
  return found;
});
