import { createHmac } from 'node:crypto';
import type { Cell, Role } from './types.ts';

/** Columns that hold ids of people or of what is theirs, and the first letter of the tokens in their place. */
const MASKED: Readonly<Record<string, string>> = { user_id: 'u', device_id: 'd', subject: 's' };

export const isMasked = (name: string): boolean => Object.hasOwn(MASKED, name);

/** Only an administrator sees who somebody is; others tell people apart by tokens. */
const SEES_PEOPLE: readonly Role[] = ['admin'];

/** Puts tokens in the place of ids. A token is the same wherever the id stands, and tells nothing without the key. */
export class Masker {
  readonly masks: boolean;
  readonly #key: string;

  constructor(role: Role, key: string) {
    this.masks = !SEES_PEOPLE.includes(role);
    this.#key = key;
  }

  /** @param name of the column */
  of(name: string, value: string): string {
    // What is not known is not an id.
    if (!this.masks || value === 'Unknown') return value;
    const kind = MASKED[name] ?? 'x';
    return `${kind}_${createHmac('sha256', this.#key).update(`${kind}\0${value}`).digest('hex').slice(0, 20)}`;
  }

  user(id: string): string {
    return this.of('user_id', id);
  }

  /** Named values, such as an alert's evidence or a receipt's inputs. */
  values(values: Readonly<Record<string, unknown>>): Record<string, Cell> {
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        isMasked(name) && typeof value === 'string' ? this.of(name, value) : plain(value),
      ]),
    );
  }
}

const plain = (value: unknown): Cell => {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return JSON.stringify(value);
};
