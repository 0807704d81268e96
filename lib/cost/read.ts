import { CostError } from './prices.ts';
import type { Properties, Resource } from './stage.ts';

/** Reads properties of a template, which may hold anything. A cost must not come of a guess, so each says what it wants. */
export interface Reader {
  number(path: string, otherwise?: number): number;
  text(path: string, otherwise?: string): string;
  list(path: string): readonly unknown[];
  has(path: string): boolean;
}

export function reader({ name, type, properties }: Resource): Reader {
  const wrong = (path: string, wanted: string): CostError =>
    new CostError(`${name} (${type}): ${path} must be ${wanted} to be priced`);
  return {
    number(path, otherwise) {
      const value = at(properties, path) ?? otherwise;
      const number = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value;
      if (typeof number !== 'number' || !Number.isFinite(number)) throw wrong(path, 'a number');
      return number;
    },
    text(path, otherwise) {
      const value = at(properties, path) ?? otherwise;
      if (typeof value !== 'string') throw wrong(path, 'text');
      return value;
    },
    list(path) {
      const value = at(properties, path) ?? [];
      if (!Array.isArray(value)) throw wrong(path, 'a list');
      return value as readonly unknown[];
    },
    has: (path) => at(properties, path) !== undefined,
  };
}

/** The property at `A.B.C`. */
export function at(properties: Properties, path: string): unknown {
  let value: unknown = properties;
  for (const key of path.split('.')) value = (value as Properties | undefined)?.[key];
  return value ?? undefined;
}
