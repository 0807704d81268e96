import * as z from 'zod';
import { SEVERITIES } from '../contract/values.ts';
import type { RuleDocument } from '../rules/program.ts';
import { parseAmount } from './decimal.ts';
import { kindOf, PolicyError } from './errors.ts';
import { didYouMean } from './nearest.ts';

/** What an exception is about; a record must have exactly this value. */
export const EXCEPTION_SUBJECTS = ['user_id', 'application_id', 'device_id', 'merchant'] as const;
export type ExceptionSubject = (typeof EXCEPTION_SUBJECTS)[number];

export interface ExceptionDocument {
  readonly subject: Readonly<Partial<Record<ExceptionSubject, string>>>;
  readonly rule: string;
  readonly until: string;
  readonly why: string;
  readonly approved_by: string;
}

/** A policy document (policies/*.json). Amounts are decimal text, times ISO 8601 with an offset. */
export interface PolicyDocument {
  readonly id: string;
  readonly version: string;
  readonly effective_from: string;
  readonly description: string;
  readonly thresholds: {
    readonly amount_ceiling: string;
    readonly bands: { readonly high_below: number; readonly low_from: number };
    readonly reject_below: number;
    readonly approval_floor: number;
    readonly instant_amount: string;
  };
  readonly rules: readonly RuleDocument[];
  readonly exceptions: readonly ExceptionDocument[];
}

const LOWEST_SCORE = 300;
const HIGHEST_SCORE = 850;
const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** @returns ms since 1970 of `YYYY-MM-DDTHH:MM:SS[.fff]Z` (or ±HH:MM), or null: also for a date that does not exist */
export function parseInstant(text: string): number | null {
  const match =
    /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,3})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/.exec(
      text,
    );
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 && !leap ? 28 : (DAYS_IN_MONTH[month - 1] ?? 0);
  return day >= 1 && day <= days ? Date.parse(text) : null;
}

const text = (max: number, what = `a text of 1–${max} characters without blanks around it`) =>
  z.string(what).refine((value) => value.length > 0 && value.length <= max && value.trim() === value, what);
const id = text(64).regex(/^[A-Za-z0-9][\w.-]*$/, 'letters, digits, "_", "-" and "."');
const amount = z
  .string('an amount as decimal text such as "15000.00"')
  .refine((value) => parseAmount(value) !== null, 'an amount as decimal text such as "15000.00"');
const instant = z
  .string('a time such as "2027-01-31T00:00:00Z"')
  .refine((value) => parseInstant(value) !== null, 'a time such as "2027-01-31T00:00:00Z" that exists');
const scoreText = `a whole number from ${LOWEST_SCORE} to ${HIGHEST_SCORE + 1}`;
const score = z
  .int(scoreText)
  .min(LOWEST_SCORE, scoreText)
  .max(HIGHEST_SCORE + 1, scoreText);
const positive = z.int('a whole number from 1').min(1, 'a whole number from 1');

function object<S extends z.ZodRawShape>(shape: S) {
  const keys = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? keys : `an object with ${keys}`),
  });
}

const schema = object({
  id,
  version: text(64),
  effective_from: instant,
  description: text(2000),
  thresholds: object({
    amount_ceiling: amount,
    bands: object({ high_below: score, low_from: score }),
    reject_below: score,
    approval_floor: score,
    instant_amount: amount,
  }),
  rules: z.array(
    object({
      id,
      version: positive,
      on: z.enum(['application', 'transaction'], 'application, transaction'),
      severity: z.enum(SEVERITIES, SEVERITIES.join(', ')),
      reason: text(256),
      when: z.unknown(),
    }),
    'a list of rules',
  ),
  exceptions: z.array(
    object({
      subject: z.partialRecord(z.enum(EXCEPTION_SUBJECTS), text(256), {
        error: () => `an object with one of ${EXCEPTION_SUBJECTS.join(', ')}`,
      }),
      rule: id,
      until: instant,
      why: text(1000),
      approved_by: text(128),
    }),
    'a list of exceptions',
  ),
});

const pathText = (path: readonly PropertyKey[]): string =>
  path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${String(part)}`)).join('');

function at(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], document);
}

/** The shape of the document, by itself; what the parts mean together is checked by parsePolicy. */
export function parseDocument(json: unknown): PolicyDocument {
  const result = schema.safeParse(json);
  if (result.success) {
    (json as PolicyDocument).rules.forEach((rule, i) => {
      if (rule.when === undefined) throw new PolicyError(`rules[${i}].when`, 'missing; allowed is a test');
    });
    return json as PolicyDocument;
  }
  const { issues } = result.error;
  // A misspelt key is missing too; what was written says more than what was not.
  const issue = (issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]) as z.core.$ZodIssue;
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const present = Object.keys(at(json, issue.path) as object);
    const absent = issue.message.split(', ').filter((name) => !present.includes(name));
    throw new PolicyError(
      pathText([...issue.path, key]),
      `unknown key; allowed are ${issue.message}${didYouMean(key, absent)}`,
    );
  }
  if (issue.code === 'invalid_key')
    throw new PolicyError(pathText(issue.path), `unknown key; allowed are ${EXCEPTION_SUBJECTS.join(', ')}`);
  const found = at(json, issue.path);
  const problem = found === undefined ? 'missing' : `found ${kindOf(found)} that does not fit`;
  throw new PolicyError(pathText(issue.path), `${problem}; allowed is ${issue.message}`);
}
