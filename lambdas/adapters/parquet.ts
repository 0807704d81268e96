import { constants, zstdCompressSync } from 'node:zlib';
import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import type { LakeColumn, LakeType } from '../../core/contract/lake.ts';

/** Values of one column, a row each: texts, booleans, integers as number, all else as unscaled bigint; null for none. */
export type Values = (string | boolean | number | bigint | null)[];
/** … of each column, in the order of the table's list. */
export type Columns = readonly Values[];

/** Every engine the lake is meant for reads it; three times as dense as Snappy, and Node's own code writes it. */
const CODEC = 'ZSTD';
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** A Parquet file that comes into being row group by row group. The same rows, grouped alike, give the same bytes. */
export class ParquetFile {
  readonly #columns: readonly LakeColumn[];
  readonly #bytes = new ByteWriter();
  readonly #writer: ParquetWriter;

  constructor(columns: readonly LakeColumn[]) {
    this.#columns = columns;
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: [{ name: 'row', num_children: columns.length }, ...columns.map(element)],
      codec: CODEC,
      compressors: { [CODEC]: (bytes) => zstdCompressSync(bytes, FAST) },
    });
  }

  /** Adds one row group. @returns the bytes that the file grew by */
  add(columns: Columns): Uint8Array {
    this.#writer.write({
      columnData: this.#columns.map((column, index) => ({ name: column.name, data: columns[index]!, ...how(column) })),
      rowGroupSize: columns[0]!.length,
    });
    return this.#taken();
  }

  /** @returns the end of the file, without which nobody can read it */
  end(): Uint8Array {
    this.#writer.finish();
    return this.#taken();
  }

  #taken(): Uint8Array {
    const bytes = this.#bytes.getBytes().slice();
    // Positions in the file go on, the buffer begins anew.
    this.#bytes.index = 0;
    return bytes;
  }
}

/** Times and amounts rarely recur, so no dictionary is tried; their bounds tell a reader which groups to leave out. */
function how({ type, distinct }: LakeColumn): { encoding?: 'PLAIN'; statistics?: false } {
  if (distinct) return { encoding: 'PLAIN', statistics: false };
  return type === 'timestamp' || (typeof type === 'object' && type.precision > 9) ? { encoding: 'PLAIN' } : {};
}

/** As Parquet names a type: physical, and what it means. Old readers know the converted types alone. */
function element({ name, type, nullable }: LakeColumn): SchemaElement {
  return { name, repetition_type: nullable ? 'OPTIONAL' : 'REQUIRED', ...meaning(type) };
}

function meaning(type: LakeType): Omit<SchemaElement, 'name' | 'repetition_type'> {
  switch (type) {
    case 'text':
      return { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } };
    case 'boolean':
      return { type: 'BOOLEAN' };
    case 'integer':
      return { type: 'INT32' };
    case 'bigint':
      return { type: 'INT64' };
    case 'timestamp':
      return {
        type: 'INT64',
        converted_type: 'TIMESTAMP_MICROS',
        logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
      };
    default:
      return {
        type: 'INT64',
        converted_type: 'DECIMAL',
        logical_type: { type: 'DECIMAL', ...type },
        ...type,
      };
  }
}
