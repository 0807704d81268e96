import { cloudwatch } from './cloudwatch/generator.ts';
import type { Generator } from './generator.ts';
import { grafana } from './grafana/generator.ts';
import { powerbi } from './powerbi/generator.ts';
import { quicksight } from './quicksight/generator.ts';

/** Every tool for which `npm run bi` makes files. */
export const GENERATORS: readonly Generator[] = [cloudwatch, grafana, powerbi, quicksight];
