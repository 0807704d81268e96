/** Steps and checks of a long run: a line for each when it is through, and the counts of the last line. */
export class Checks {
  readonly totals = { passed: 0, failed: 0, skipped: 0 };

  /** Something that must hold. A failure is told and counted, and the run goes on. */
  async check(title: string, work: () => Promise<string | void> | string | void): Promise<void> {
    const started = Date.now();
    try {
      const detail = await work();
      this.totals.passed += 1;
      console.log(`✓ ${title}${detail === undefined ? '' : `: ${detail}`} (${since(started)})`);
    } catch (error) {
      this.totals.failed += 1;
      console.log(`✗ ${title} (${since(started)})\n    ${messageOf(error).replaceAll('\n', '\n    ')}`);
    }
  }

  /** Something without which the rest cannot be: a failure ends the run. */
  async step<T>(title: string, work: () => Promise<T>): Promise<T> {
    const started = Date.now();
    console.log(`▸ ${title}`);
    const result = await work();
    console.log(`  ${since(started)}`);
    return result;
  }

  /** An error that ended the run. */
  broken(error: unknown): void {
    this.totals.failed += 1;
    console.log(`✗ ${messageOf(error)}`);
  }
}

export const progress = (line: string): void => console.log(`  ${line}`);

const since = (started: number): string => `${((Date.now() - started) / 1000).toFixed(1)} s`;
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
