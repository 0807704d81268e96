/** Runs one bench file in a process of its own, so that no bench warms up or fills the heap of another. */
import { join } from 'node:path';
import type { Bench, BenchOptions } from './measure.ts';

const [file, options] = process.argv.slice(2) as [string, string];
const { run } = (await import(join(import.meta.dirname, file))) as { run: Bench };
const measurements = await run(JSON.parse(options) as BenchOptions);
process.send?.(measurements, () => process.exit(0));
