import { constants, zstdCompressSync } from 'node:zlib';
import type { ColumnChunk } from 'hyparquet';
import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import type { LakeColumn, LakeType } from '../../core/contract/lake.ts';
import type { EncodedColumn } from './lake-column.ts';

/** Every engine the lake is meant for reads it; three times as dense as Snappy, and Node's own code writes it. */
const CODEC = 'ZSTD';
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

const compressed = (bytes: Uint8Array): Uint8Array => zstdCompressSync(bytes, FAST);

/**
 * A Parquet file that comes into being row group by row group. The same rows, grouped alike, give the same bytes.
 *
 * The pages come encoded, one a column and group: the library, which encodes value by value, writes what is around them.
 */
export class ParquetFile {
  readonly #elements: readonly (SchemaElement & Physical)[];
  readonly #bytes = new ByteWriter();
  readonly #writer: ParquetWriter;

  constructor(columns: readonly LakeColumn[]) {
    this.#elements = columns.map(element);
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: [{ name: 'row', num_children: columns.length }, ...this.#elements],
      codec: CODEC,
      compressors: { [CODEC]: compressed },
    });
  }

  /** Adds one row group. @returns the bytes that the file grew by */
  add(columns: readonly EncodedColumn[]): Uint8Array {
    const from = this.#bytes.offset;
    const chunks = this.#elements.map((of, index) => this.#chunk(of, columns[index]!));
    const rows = BigInt(columns[0]!.rows);
    this.#writer.row_groups.push({
      columns: chunks,
      num_rows: rows,
      total_byte_size: chunks.reduce((sum, { meta_data }) => sum + meta_data!.total_uncompressed_size, 0n),
      total_compressed_size: BigInt(this.#bytes.offset - from),
    });
    this.#writer.num_rows += rows;
    return this.#taken();
  }

  /** @returns the end of the file, without which nobody can read it */
  end(): Uint8Array {
    this.#writer.finish();
    return this.#taken();
  }

  #chunk({ name, type, repetition_type }: SchemaElement & Physical, column: EncodedColumn): ColumnChunk {
    const from = this.#bytes.offset;
    const { dictionary, bounds } = column;
    if (column.nulls > 0 && repetition_type === 'REQUIRED') throw new Error(`${name} was to have a value in every row`);
    let uncompressed = dictionary === undefined ? 0 : this.#dictionaryPage(dictionary);
    const dataFrom = this.#bytes.offset;
    uncompressed += this.#dataPage(column, repetition_type === 'OPTIONAL' ? column.levels : NO_LEVELS);
    return {
      file_offset: BigInt(from),
      meta_data: {
        type,
        encodings: dictionary === undefined ? ['PLAIN', 'RLE'] : ['PLAIN', 'RLE', 'RLE_DICTIONARY'],
        path_in_schema: [name],
        codec: CODEC,
        num_values: BigInt(column.rows),
        total_uncompressed_size: BigInt(uncompressed),
        total_compressed_size: BigInt(this.#bytes.offset - from),
        data_page_offset: BigInt(dataFrom),
        ...(dictionary !== undefined && { dictionary_page_offset: BigInt(from) }),
        statistics: {
          null_count: BigInt(column.nulls),
          ...(bounds !== undefined && { min_value: bounds[0], max_value: bounds[1] }),
        },
      },
    };
  }

  /** @returns its size before it was compressed */
  #dictionaryPage({ page, values }: NonNullable<EncodedColumn['dictionary']>): number {
    const body = compressed(page);
    const from = this.#bytes.offset;
    writePageHeader(this.#bytes, {
      type: 'DICTIONARY_PAGE',
      uncompressed_page_size: page.length,
      compressed_page_size: body.length,
      dictionary_page_header: { num_values: values, encoding: 'PLAIN' },
    });
    const header = this.#bytes.offset - from;
    this.#bytes.appendBytes(body);
    return header + page.length;
  }

  /** @returns its size before it was compressed, which the levels are not */
  #dataPage({ page, rows, nulls, dictionary }: EncodedColumn, levels: Uint8Array): number {
    const body = compressed(page);
    const from = this.#bytes.offset;
    writePageHeader(this.#bytes, {
      type: 'DATA_PAGE_V2',
      uncompressed_page_size: levels.length + page.length,
      compressed_page_size: levels.length + body.length,
      data_page_header_v2: {
        num_values: rows,
        num_nulls: nulls,
        num_rows: rows,
        encoding: dictionary === undefined ? 'PLAIN' : 'RLE_DICTIONARY',
        definition_levels_byte_length: levels.length,
        repetition_levels_byte_length: 0,
        is_compressed: true,
      },
    });
    const header = this.#bytes.offset - from;
    this.#bytes.appendBytes(levels);
    this.#bytes.appendBytes(body);
    return header + levels.length + page.length;
  }

  #taken(): Uint8Array {
    const bytes = this.#bytes.getBytes().slice();
    // Positions in the file go on, the buffer begins anew.
    this.#bytes.index = 0;
    return bytes;
  }
}

/** Of a column that always has a value. */
const NO_LEVELS = new Uint8Array(0);

interface Physical {
  readonly type: 'BYTE_ARRAY' | 'BOOLEAN' | 'INT32' | 'INT64';
}

/** As Parquet names a type: physical, and what it means. Old readers know the converted types alone. */
function element({ name, type, nullable }: LakeColumn): SchemaElement & Physical {
  return { name, repetition_type: nullable ? 'OPTIONAL' : 'REQUIRED', ...meaning(type) };
}

function meaning(type: LakeType): Omit<SchemaElement, 'name' | 'repetition_type' | 'type'> & Physical {
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
