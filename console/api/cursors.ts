import { Buffer } from 'node:buffer';
import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { ConsoleError } from './errors.ts';

/** The place of a row in an order: the texts of the columns that make the order. */
export type Cursor = readonly string[];

const schema = z.object({ s: z.string(), c: z.array(z.string()).min(1).max(8) });
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** What a cursor goes on with. One of other filters would silently leave rows out. */
export const scopeOf = (id: string, filters: unknown): string =>
  hash('sha256', JSON.stringify([id, filters]), 'hex').slice(0, 16);

/** Cursors are sealed: the place of a row is told by ids, and ids of people are not for everyone. */
export class Cursors {
  readonly #key: Buffer;

  constructor(secret: string) {
    this.#key = hash('sha256', `cursors\0${secret}`, 'buffer');
  }

  write(places: Cursor, scope: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, iv);
    const sealed = Buffer.concat([cipher.update(JSON.stringify({ s: scope, c: places }), 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** @throws ConsoleError when it is none of ours, or of another question */
  read(text: string, scope: string): Cursor {
    const found = this.#open(text);
    if (found?.s === scope) return found.c;
    throw new ConsoleError(
      'invalid_cursor',
      found === undefined
        ? 'cursor is not one that was given out here.'
        : 'cursor was given out with other filters than these.',
      'Leave it out to begin with the first rows.',
      { parameter: 'cursor', value: text.slice(0, 200) },
    );
  }

  #open(text: string): z.output<typeof schema> | undefined {
    try {
      const bytes = Buffer.from(text, 'base64url');
      const decipher = createDecipheriv(CIPHER, this.#key, bytes.subarray(0, IV_BYTES));
      decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      const opened = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
      return schema.safeParse(JSON.parse(opened.toString('utf8'))).data;
    } catch {
      return undefined;
    }
  }
}
