import { type WriteStream, createWriteStream } from 'node:fs';
import { UserError, messageOf } from './errors.ts';

const NEWLINE = Buffer.from('\n');

/** A file of records, one a line; or standard output. */
export class LineFile {
  readonly #name: string;
  readonly #stream: WriteStream | NodeJS.WriteStream;
  readonly #own: boolean;
  #error: UserError | null = null;
  #wake: (() => void) | null = null;
  lines = 0;

  /** @param path null: standard output @param flag how the person named the file, for messages */
  constructor(path: string | null, flag: string) {
    this.#name = `${flag} ${path ?? 'standard output'}`;
    this.#own = path !== null;
    this.#stream = path === null ? process.stdout : createWriteStream(path);
    this.#stream.on('error', (error) => {
      this.#error ??= new UserError(
        `${this.#name}: ${messageOf(error)}`,
        'Give the path of a file that can be written.',
      );
      this.#wake?.();
    });
    this.#stream.on('drain', () => this.#wake?.());
  }

  /** @throws UserError when the file cannot be written; RangeError when the record holds a newline */
  async write(record: Buffer): Promise<void> {
    if (record.includes(NEWLINE)) throw new RangeError('a line cannot hold a newline');
    if (this.#error !== null) throw this.#error;
    this.lines += 1;
    if (!this.#stream.write(Buffer.concat([record, NEWLINE])))
      await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  async close(): Promise<void> {
    if (this.#own && this.#error === null)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#stream.end(resolve);
      });
    if (this.#error !== null) throw this.#error;
  }
}
