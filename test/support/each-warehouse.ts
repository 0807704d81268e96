import { afterAll, beforeAll, beforeEach } from 'vitest';
import { startPostgres, type TestServer } from './postgres.ts';
import { TestWarehouse } from './warehouse.ts';

/**
 * Gives each test of a suite an empty warehouse of its own, on a server that all of them share, and ends it afterwards.
 *
 * @param given hears of the warehouse, before each test, and prepares what else it needs
 */
export function eachWarehouse(given: (warehouse: TestWarehouse, server: TestServer) => void): void {
  let server: TestServer;
  beforeAll(async () => {
    server = await startPostgres(['fsync=off']);
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    const warehouse = await TestWarehouse.create(server);
    given(warehouse, server);
    return () => warehouse.end();
  });
}
