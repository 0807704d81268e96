import type { Activity, Application } from '../events/types.ts';
import { jsonText } from '../policy/canonical.ts';
import { amountText, numberText } from '../policy/decimal.ts';
import type { Leaf, RuleTarget } from './facts.ts';

/**
 * cents: an amount in integer cents. decimal: an amount of the currency as a JavaScript number, compared by its decimal
 * digits. number: any other number. text, boolean: compared for equality only.
 */
export type FieldType = 'cents' | 'decimal' | 'number' | 'text' | 'boolean';

interface Field<R> {
  readonly type: FieldType;
  readonly read: (record: R) => string | number | boolean | null;
}

const field = <R>(type: FieldType, read: Field<R>['read']): Field<R> => ({ type, read });

/**
 * What a rule may read. Name, age, gender and region are for reporting only, and an address of the network is personal
 * data that a receipt would show: none of them is here, so a policy that asks for one does not load.
 */
const APPLICATION_FIELDS: Readonly<Record<string, Field<Application>>> = {
  credit_score: field('number', (a) => a.credit_score),
  loan_amount: field('cents', (a) => a.loan_amount),
  annual_income: field('decimal', (a) => a.annual_income),
  monthly_debt_payment: field('decimal', (a) => a.monthly_debt_payment),
  total_debt: field('decimal', (a) => a.total_debt),
  collateral_value: field('decimal', (a) => a.collateral_value),
  credit_limit: field('decimal', (a) => a.credit_limit),
  credit_used: field('decimal', (a) => a.credit_used),
  employment_months: field('number', (a) => a.employment_months),
  late_payments_12m: field('number', (a) => a.late_payments_12m),
  months_since_last_late: field('number', (a) => a.months_since_last_late),
  previous_default: field('boolean', (a) => a.previous_default),
  loan_purpose: field('text', (a) => a.loan_purpose),
  term_months: field('number', (a) => a.term_months),
  interest_rate: field('number', (a) => a.interest_rate),
  home_ownership: field('text', (a) => a.home_ownership),
  currency: field('text', (a) => a.currency),
  channel: field('text', (a) => a.channel),
  device_id: field('text', (a) => a.device_id),
  revision: field('number', (a) => a.revision),
};

const TRANSACTION_FIELDS: Readonly<Record<string, Field<Activity>>> = {
  amount: field('cents', (a) => a.amount),
  credit_score: field('number', (a) => a.credit_score),
  location: field('text', (a) => a.location),
  merchant: field('text', (a) => a.merchant),
  card_type: field('text', (a) => a.card_type),
  device_id: field('text', (a) => a.device_id),
  latitude: field('number', (a) => a.latitude),
  longitude: field('number', (a) => a.longitude),
};

const fieldsOf = (target: RuleTarget): Readonly<Record<string, Field<never>>> =>
  target === 'application' ? APPLICATION_FIELDS : TRANSACTION_FIELDS;

export const fieldNames = (target: RuleTarget): string[] => Object.keys(fieldsOf(target));

export const fieldType = (target: RuleTarget, name: string): FieldType | undefined =>
  Object.hasOwn(fieldsOf(target), name) ? fieldsOf(target)[name]?.type : undefined;

/** Booleans are held as numbers, 1 and 0. */
export function fieldLeaf(target: RuleTarget, name: string, slot: number): Leaf {
  const { type, read } = fieldsOf(target)[name] as Field<unknown>;
  const missing = `${name} is missing`;
  if (type === 'text')
    return {
      load: (facts) => ((facts.texts[slot] = read(facts.record) as string | null) === null ? missing : null),
      values: [{ name, show: ({ texts }) => jsonOrNull(texts[slot] as string | null) }],
    };
  const show =
    type === 'cents'
      ? (value: number) => `"${amountText(value)}"`
      : type === 'decimal'
        ? (value: number) => `"${numberText(value)}"`
        : type === 'boolean'
          ? (value: number) => (value === 1 ? 'true' : 'false')
          : numberText;
  return {
    load: (facts) => {
      const value = read(facts.record);
      facts.numbers[slot] = value === null ? NaN : Number(value);
      return value === null ? missing : null;
    },
    values: [
      {
        name,
        show: ({ numbers }) => {
          const value = numbers[slot] as number;
          return Number.isNaN(value) ? 'null' : show(value);
        },
      },
    ],
  };
}

export const jsonOrNull = (text: string | null): string => (text === null ? 'null' : jsonText(text));
