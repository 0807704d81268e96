import type { Activity, Application } from '../events/types.ts';
import { EXCEPTION_SUBJECTS, type ExceptionSubject, parseInstant, type PolicyDocument } from './document.ts';
import { PolicyError } from './errors.ts';

interface Exception {
  readonly field: ExceptionSubject;
  readonly value: string;
  readonly rule: string;
  /** ms since 1970, exclusive */
  readonly until: number;
  readonly reason: string;
}

type Subjects = Partial<Record<ExceptionSubject, string | null>>;

/** Who or what a rule does not hold for, until when. */
export class Exceptions {
  readonly #exceptions: readonly Exception[];

  private constructor(exceptions: readonly Exception[]) {
    this.#exceptions = exceptions;
  }

  /** @throws PolicyError for an exception of an unknown rule, or about several subjects or none */
  static of({ exceptions, rules }: PolicyDocument): Exceptions {
    const ids = rules.map((rule) => rule.id);
    return new Exceptions(
      exceptions.map(({ subject, rule, until, why }, i) => {
        const fields = EXCEPTION_SUBJECTS.filter((name) => subject[name] !== undefined);
        const [field] = fields;
        if (field === undefined || fields.length > 1)
          throw new PolicyError(
            `exceptions[${i}].subject`,
            `found ${fields.length} subjects; allowed is exactly one of ${EXCEPTION_SUBJECTS.join(', ')}`,
          );
        if (!ids.includes(rule))
          throw new PolicyError(
            `exceptions[${i}].rule`,
            `there is no rule "${rule}"; allowed are ${ids.join(', ') || 'none, as there are no rules'}`,
          );
        return {
          field,
          value: subject[field] as string,
          rule,
          until: parseInstant(until) as number,
          reason: `excepted until ${until}: ${why}`,
        };
      }),
    );
  }

  /**
   * @param arrival of the record: the only now there is
   * @returns for a rule id, why it does not hold for the record, or null; undefined when there are no exceptions at all
   */
  forRecord(record: Application | Activity, arrival: number): ((ruleId: string) => string | null) | undefined {
    if (this.#exceptions.length === 0) return undefined;
    return (ruleId) =>
      this.#exceptions.find(
        ({ rule, field, value, until }) => rule === ruleId && arrival < until && (record as Subjects)[field] === value,
      )?.reason ?? null;
  }
}
