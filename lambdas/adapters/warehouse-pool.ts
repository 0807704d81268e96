import type { Pool } from 'pg';
import { readBlocks, readSnapshot, type Statement, type Table, type WarehouseReader } from './warehouse-reader.ts';

/** Small enough to be in memory many times, large enough that the way there does not count. */
const ROWS_OF_A_BLOCK = 5_000;

/** Reads for many at once, each in a snapshot of its own: a connection serves one of them at a time. */
export class PooledReader implements WarehouseReader {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
    // Without a listener a connection that breaks while idle would end the process; the pool opens another.
    pool.on('error', () => {});
  }

  async read(statements: readonly Statement[]): Promise<Table[]> {
    const client = await this.#pool.connect();
    try {
      const tables = await readSnapshot(client, statements);
      client.release();
      return tables;
    } catch (error) {
      // Whatever state it is in, nobody is to find it so.
      client.release(true);
      throw error;
    }
  }

  /** The rows of one statement in blocks of one snapshot. */
  async *blocks(statement: Statement): AsyncGenerator<Table> {
    const client = await this.#pool.connect();
    let isDone = false;
    try {
      yield* readBlocks(client, statement, ROWS_OF_A_BLOCK);
      isDone = true;
    } finally {
      client.release(!isDone);
    }
  }

  async end(): Promise<void> {
    await this.#pool.end();
  }
}
