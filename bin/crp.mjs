#!/usr/bin/env node
// The command line's entry: crp COMMAND [OPTION…]
import { run } from './bootstrap.mjs';

await run('cli/main.ts', process.argv.slice(2));
