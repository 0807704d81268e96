import { DeleteObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { LAKE_TABLES, lakeKey, type LakeTable } from '../../core/contract/lake.ts';
import type { EncodedColumn } from './lake-column.ts';
import { ObjectUpload } from './object-upload.ts';
import { ParquetFile } from './parquet.ts';

/** One day of a table while it is written. */
export interface LakeDay {
  readonly bytes: number;
  /** Adds a row group. The columns are read before this returns its promise. */
  add(columns: readonly EncodedColumn[]): Promise<void>;
  /** Puts the object in the place of the one that was there. */
  finish(): Promise<void>;
  giveUp(): Promise<void>;
}

/** The bucket of the lake. */
export class Lake {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  open(table: LakeTable, day: string): LakeDay {
    const upload = new ObjectUpload(this.#client, this.#bucket, lakeKey(table, day), 'application/vnd.apache.parquet');
    const file = new ParquetFile(LAKE_TABLES[table]);
    return {
      get bytes() {
        return upload.bytes;
      },
      add: async (columns) => upload.add(file.add(columns)),
      finish: async () => {
        await upload.add(file.end());
        await upload.finish();
      },
      giveUp: () => upload.giveUp(),
    };
  }

  /** Takes away a day that has no rows any more. That there is no such object is no error. */
  async remove(table: LakeTable, day: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: lakeKey(table, day) }));
  }
}
