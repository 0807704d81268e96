import { migrate } from '../../lambdas/adapters/migrations.ts';
import { Warehouse, type WarehouseEnv, warehouseEnv } from '../../lambdas/adapters/postgres.ts';
import { readSqlFiles } from '../../lambdas/adapters/sql-files.ts';
import { applyViews } from '../../lambdas/adapters/views.ts';
import { encodeReceipts } from '../../lambdas/batch/encode-receipts.ts';
import { type GroupResult, loadGroup } from '../../lambdas/batch/load-group.ts';
import { checkQuality } from '../../lambdas/check-quality/quality.ts';
import { extractAlerts } from '../../lambdas/extract-alerts/extract.ts';
import { stageConflictingRecords } from '../../lambdas/load-warehouse/conflicting-records.ts';
import { loadWarehouse, type WarehouseLoad } from '../../lambdas/load-warehouse/load.ts';
import { markUndecided, type Marked } from '../../lambdas/mark-undecided/mark.ts';
import { type Plan, planBatch } from '../../lambdas/plan-batch/plan.ts';
import { reconcile, type Reconciliation } from '../../lambdas/reconcile/reconcile.ts';
import { scoreRecords } from '../../lambdas/score-records/score.ts';
import type { TestServer } from './postgres.ts';
import { FIRST_ARRIVAL, type World } from './world.ts';

/** Long enough after the first record that nothing of a test is in the future, and within the stream's reach. */
const NOW = FIRST_ARRIVAL + 3_600_000;
export const REACH = { maxAgeHours: 12, marginMinutes: 60 };

/** A migrated, empty warehouse in a database of its own, and the steps of the batch upon it. */
export class TestWarehouse {
  readonly warehouse: Warehouse;
  readonly env: WarehouseEnv;
  #runs = 0;

  private constructor(env: WarehouseEnv) {
    this.env = env;
    this.warehouse = new Warehouse(env, 'test');
  }

  static async create(server: TestServer): Promise<TestWarehouse> {
    const env = warehouseEnv.parse(await server.database());
    const warehouse = new Warehouse(env, 'test');
    const client = await warehouse.client();
    const migrations = readSqlFiles('migrations');
    await migrate(client, migrations);
    await applyViews(client, { views: readSqlFiles('views'), migrations, reader: null });
    // Migrations set the search path of the database: it holds for connections made from now on.
    await warehouse.end();
    return new TestWarehouse(env);
  }

  nextRun(): string {
    this.#runs += 1;
    return `run-${this.#runs}`;
  }

  async query<R extends Record<string, unknown> = Record<string, any>>(
    text: string,
    values: unknown[] = [],
  ): Promise<R[]> {
    return this.warehouse.query<R>(text, values);
  }

  /** Loads given objects as one group each. */
  async loadLog(world: World, keys: readonly string[], runId = this.nextRun()): Promise<GroupResult> {
    const objects = world.bucket.objects();
    await objects.putJson('plans/log.json', { objects: keys });
    return scoreRecords(objects, this.warehouse, { runId, manifest: 'plans/log.json' });
  }

  async loadReceipts(world: World, keys: readonly string[], runId = this.nextRun()): Promise<GroupResult> {
    const objects = world.bucket.objects();
    await objects.putJson('plans/receipts.json', { objects: keys });
    return loadGroup(
      objects,
      this.warehouse,
      { runId, manifest: 'plans/receipts.json' },
      {
        job: 'load-receipts',
        target: 'staging',
        encode: encodeReceipts,
      },
    );
  }

  /** Copies the alerts of the world as its store would give them. */
  async extract(world: World, status: (alertId: string) => string = () => 'open', at = NOW, runId = this.nextRun()) {
    const stamp = new Date(at).toISOString();
    const stored = world.alerts.map((alert) => ({
      ...alert,
      status: status(alert.alert_id) as 'open',
      history: [{ status: status(alert.alert_id) as 'open', by: 'test', at: stamp, reason: null }],
      created_at: stamp,
      updated_at: stamp,
    }));
    async function* updatedSince(since: string) {
      const due = stored.filter(({ updated_at }) => updated_at >= since);
      for (let i = 0; i < due.length; i += 100) yield due.slice(i, i + 100);
    }
    return extractAlerts(await this.warehouse.client(), { updatedSince } as never, { runId });
  }

  async load(world: World, runId = this.nextRun()): Promise<WarehouseLoad> {
    const client = await this.warehouse.client();
    await stageConflictingRecords(world.bucket.objects(), client);
    return loadWarehouse(client, { runId }, readSqlFiles('loads'));
  }

  async check(runId = this.nextRun()): Promise<number> {
    return checkQuality(await this.warehouse.client(), { runId }, readSqlFiles('tests'));
  }

  async reconcile(
    world: World,
    { runId = this.nextRun(), now = NOW, logLagSeconds = 0 } = {},
  ): Promise<Reconciliation> {
    return reconcile(await this.warehouse.client(), world.sources(), { runId }, readSqlFiles('reconcile'), {
      now,
      logLagSeconds,
      reach: REACH,
    });
  }

  /** Plans a run as if it were `now`. */
  async plan(world: World, now = NOW, runId = this.nextRun(), full = false): Promise<Plan> {
    const plan = await planBatch(world.bucket.objects(), this.warehouse, { runId }, { reach: REACH, full });
    await this.query(`update dw.metadata_table set started = $2 where run_id = $1 and job = 'batch'`, [
      runId,
      new Date(now),
    ]);
    return plan;
  }

  /** Marks what the stream had given up when the run was planned. */
  async markUndecided(world: World, runId: string, onMarked?: (positions: number) => void): Promise<Marked> {
    const settings = { reach: REACH, codeVersion: 'test' };
    return markUndecided(world.bucket.objects(), this.warehouse, { runId }, settings, onMarked);
  }

  /** The whole batch, as the workflow runs it. */
  async batch(world: World, now = NOW): Promise<{ plan: Plan; found: Reconciliation; unreadable: string[] }> {
    const plan = await this.plan(world, now);
    const { runId } = plan;
    const objects = world.bucket.objects();
    const unreadable: string[] = [];
    for (const group of plan.receiptGroups) {
      const loader = { job: 'load-receipts', target: 'staging', encode: encodeReceipts };
      unreadable.push(...(await loadGroup(objects, this.warehouse, group, loader)).unreadable.keys());
    }
    for (const group of plan.logGroups)
      unreadable.push(...(await scoreRecords(objects, this.warehouse, group)).unreadable.keys());
    await this.markUndecided(world, runId);
    await this.extract(world, undefined, undefined, runId);
    await this.load(world, runId);
    await this.check(runId);
    return { plan, found: await this.reconcile(world, { runId }), unreadable };
  }

  /** A hash of the ordered rows of every table of the star schema, but for the lineage, which tells of each run. */
  async hashes(): Promise<Record<string, string>> {
    const tables = await this.query<{ name: string }>(
      `select table_schema || '.' || table_name as name from information_schema.tables
       where table_schema = 'dw' and table_name <> 'metadata_table' or table_schema = 'restricted' and table_name = 'applicants'
       order by 1`,
    );
    const hashes: Record<string, string> = {};
    for (const { name } of tables) {
      const [row] = await this.query<{ n: number; hash: string }>(
        `select count(*)::integer as n, md5(coalesce(string_agg(t::text, E'\\n' order by t::text collate "C"), '')) as hash
         from ${name} as t`,
      );
      hashes[name] = `${row!.n} rows ${row!.hash}`;
    }
    return hashes;
  }

  /** Runs `work` on a connection of its own to the same database, as another function would. */
  async alongside<T>(work: (other: TestWarehouse) => Promise<T>): Promise<T> {
    const other = new TestWarehouse(this.env);
    try {
      return await work(other);
    } finally {
      await other.end();
    }
  }

  async end(): Promise<void> {
    await this.warehouse.end();
  }
}
