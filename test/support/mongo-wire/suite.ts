import { describe, it } from 'vitest';
import { whyNoWireServer } from './server.ts';

/** Tests against the wire server. Where it cannot be built they are skipped, and say so; in CI that is a failure. */
export function describeOnWireServer(name: string, tests: () => void): void {
  const why = whyNoWireServer();
  if (why === null) {
    describe(name, tests);
    return;
  }
  const text = `${name[0]!.toUpperCase()}${name.slice(1)} is not tested: ${why}.`;
  if (process.env['CI'] === 'true')
    it(name, () => {
      throw new Error(text);
    });
  else {
    console.warn(text);
    it.skip(text, () => {});
  }
}
