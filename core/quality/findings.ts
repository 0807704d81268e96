import type { CheckType } from '../contract/values.ts';
import type { Issue } from '../events/types.ts';

/** What the fields of one record failed. `failures` (stage 4) quarantine it, `nulled` (stage 5) does not. */
export class Findings {
  readonly failures: Issue[] = [];
  readonly nulled: Issue[] = [];

  /** @param reason what is expected; never the value, which may be personal */
  fail(check: CheckType, field: string, reason: string): void {
    this.failures.push({ check, field, reason });
  }

  missing(field: string): void {
    this.failures.push({ check: 'missing_field', field, reason: `${field} is required` });
  }

  /** An optional field that cannot be read becomes null, with one issue. */
  drop(field: string, expected: string): void {
    this.nulled.push({ check: 'invalid_optional_field', field, reason: `expected ${expected}` });
  }
}
