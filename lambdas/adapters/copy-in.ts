import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** A COPY … FROM STDIN under way: write chunks, then end; after an error of the server both reject with it. */
export interface CopyIn {
  /** Resolves when the connection takes more. */
  write(chunk: Buffer): Promise<void>;
  /** @returns the number of rows that the server took */
  end(chunk?: Buffer): Promise<number>;
  /** Gives up: the server ends the COPY with an error, and so the transaction. */
  abort(): Promise<void>;
}

/**
 * @param target `schema.table (column, …)`: names of our own, never input
 */
export function copyBinary(client: Client, target: string): CopyIn {
  const stream = client.query(copyFrom(`copy ${target} from stdin (format binary)`));
  let failure: Error | undefined;
  const failed = new Promise<never>((_, reject) => {
    stream.on('error', (error) => {
      failure ??= error;
      reject(error);
    });
  });
  failed.catch(() => {});
  const finished = new Promise<void>((resolve) => stream.once('finish', resolve));
  return {
    async write(chunk) {
      if (failure) throw failure;
      if (stream.write(chunk)) return;
      await Promise.race([new Promise<void>((resolve) => stream.once('drain', resolve)), failed]);
    },
    async end(chunk) {
      if (failure) throw failure;
      stream.end(chunk);
      await Promise.race([finished, failed]);
      return stream.rowCount;
    },
    async abort() {
      if (failure) return;
      const closed = new Promise<void>((resolve) => stream.once('close', resolve));
      stream.destroy();
      await closed;
    },
  };
}
