import { BinaryCopy } from '../adapters/binary-copy.ts';
import type { StagingTable } from './staging-tables.ts';

/** Encoded rows of one table, in chunks that are ready to be sent. */
export interface EncodedRows {
  readonly table: StagingTable;
  readonly rows: number;
  readonly chunks: readonly Buffer[];
}

/** What an object turns into: first the table with a row for each of its positions, then those beside it. */
export interface EncodedObject {
  readonly main: EncodedRows;
  readonly beside: readonly EncodedRows[];
}

/** Gathers the rows of one table; its chunks stay small, so that rows beside the main ones cost little. */
export class RowWriter {
  readonly #table: StagingTable;
  readonly #chunks: Buffer[] = [];
  readonly copy: BinaryCopy;

  constructor(table: StagingTable, chunkBytes: number) {
    this.#table = table;
    this.copy = new BinaryCopy(chunkBytes);
  }

  /** Begins a row with its key. */
  row(): BinaryCopy {
    if (this.copy.full) this.#chunks.push(this.copy.take());
    this.copy.row(this.#table.columns.length);
    return this.copy;
  }

  finish(): EncodedRows {
    const { rows } = this.copy;
    this.#chunks.push(this.copy.end());
    return { table: this.#table, rows, chunks: this.#chunks };
  }
}

export const MAIN_CHUNK = 256 * 1024;
export const BESIDE_CHUNK = 16 * 1024;
