import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // A guard against what never ends, not a measure: whole runs share a machine with others.
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
