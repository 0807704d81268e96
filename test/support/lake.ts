import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { LAKE_PREFIX, type LakeTable } from '../../core/contract/lake.ts';

/** A bucket's lake as another engine reads it: a copy of its objects, and DuckDB upon them. */
export class LakeReader {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #copy = mkdtempSync(path.join(tmpdir(), 'crp-lake-'));
  #connection: DuckDBConnection | undefined;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  /** The objects that are there, by key. */
  async objects(): Promise<Map<string, Buffer>> {
    const objects = new Map<string, Buffer>();
    let token: string | undefined;
    do {
      const page = await this.#client.send(
        new ListObjectsV2Command({ Bucket: this.#bucket, ContinuationToken: token }),
      );
      for (const { Key } of page.Contents ?? []) {
        const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key }));
        objects.set(Key!, Buffer.from(await Body!.transformToByteArray()));
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return objects;
  }

  /** Looks at the bucket anew. */
  async refresh(): Promise<readonly string[]> {
    rmSync(path.join(this.#copy, LAKE_PREFIX), { recursive: true, force: true });
    const objects = await this.objects();
    for (const [key, bytes] of objects) {
      const file = path.join(this.#copy, key);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, bytes);
    }
    return [...objects.keys()];
  }

  /** What DuckDB reads a table from; `dt` is a column as well. */
  of(table: LakeTable): string {
    return `read_parquet('${this.files(table)}', hive_partitioning = true, hive_types = {'dt': varchar})`;
  }

  files(table: LakeTable): string {
    return path.join(this.#copy, LAKE_PREFIX, table, '*', '*.parquet');
  }

  async query(sql: string): Promise<Record<string, unknown>[]> {
    this.#connection ??= await (await DuckDBInstance.create()).connect();
    await this.#connection.run(`set timezone = 'UTC'`);
    return (await this.#connection.runAndReadAll(sql)).getRowObjectsJson() as Record<string, unknown>[];
  }

  end(): void {
    this.#connection?.closeSync();
    rmSync(this.#copy, { recursive: true, force: true });
  }
}
