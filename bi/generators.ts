import type { Generator } from './generator.ts';

/** Every tool for which `npm run bi` makes files. */
export const GENERATORS: readonly Generator[] = [];
