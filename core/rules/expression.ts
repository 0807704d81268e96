import { compareRatios } from '../policy/decimal.ts';
import { kindOf, PolicyError } from '../policy/errors.ts';
import { didYouMean } from '../policy/nearest.ts';
import { HISTORY_TEXTS, unseenLeaf } from './aggregates.ts';
import type { Facts, PlacedLeaf } from './facts.ts';
import {
  compileOperand,
  fieldAggregate,
  isNumeric,
  isObject,
  members,
  type NumericOperand,
  type Operand,
  oneOf,
  type RuleScope,
  use,
} from './operands.ts';
import { travelLeaf } from './travel.ts';
import { parseDuration } from './window.ts';

/** What became of a test. Unknown: something that it needs is missing. */
export const NO = 0;
export const YES = 1;
export const UNKNOWN = 2;
export type Answer = typeof NO | typeof YES | typeof UNKNOWN;
export type Test = (facts: Facts) => Answer;

type Node = Record<string, unknown>;
type Compile = (node: Node, path: string, rule: RuleScope, depth: number) => Test;

const MAX_DEPTH = 16;
const answer = (yes: boolean): Answer => (yes ? YES : NO);

/** Doubles this far apart, relative to the greater, differ for certain: each is a few roundings of 2^-53 off at most. */
const CLOSE = 1e-12;

/** @returns below 0, 0, above 0, or NaN where a side is missing; exact, however close the two are */
function comparison(left: NumericOperand, right: NumericOperand): (facts: Facts) => number {
  if (left.isExact && right.isExact) return (facts) => left.read(facts) - right.read(facts);
  return (facts) => {
    const a = left.read(facts);
    const b = right.read(facts);
    const difference = a - b;
    if (Math.abs(difference) > CLOSE * Math.max(Math.abs(a), Math.abs(b)) || Number.isNaN(difference))
      return difference;
    return compareRatios(left.exact(facts), right.exact(facts));
  };
}

const COMPARISONS: Readonly<Record<string, (sign: number) => boolean>> = {
  gt: (sign) => sign > 0,
  gte: (sign) => sign >= 0,
  lt: (sign) => sign < 0,
  lte: (sign) => sign <= 0,
  eq: (sign) => sign === 0,
  ne: (sign) => sign !== 0,
};

function typesFit(left: Operand, right: Operand, operator: string, path: string): void {
  if (left.type !== right.type)
    throw new PolicyError(
      path,
      `compares ${left.type} with ${right.type}; allowed are two of one type, an amount being written as decimal text such as "15000.00"`,
    );
  if (left.constant && right.constant)
    throw new PolicyError(path, 'compares two constants; allowed is at least one field or aggregate');
  if (!isNumeric(left) && operator !== 'eq' && operator !== 'ne')
    throw new PolicyError(path, `found ${left.type}s, which have no order; allowed for them are eq and ne`);
}

const compare =
  (operator: string): Compile =>
  (node, path, rule) => {
    members(node, path, [operator]);
    const sides = node[operator];
    if (!Array.isArray(sides) || sides.length !== 2)
      throw new PolicyError(`${path}.${operator}`, `found ${kindOf(sides)}; allowed is a list of two values`);
    const left = compileOperand(sides[0], `${path}.${operator}[0]`, rule);
    const right = compileOperand(sides[1], `${path}.${operator}[1]`, rule);
    typesFit(left, right, operator, `${path}.${operator}`);
    const holds = COMPARISONS[operator] as (sign: number) => boolean;
    if (isNumeric(left) && isNumeric(right)) {
      const sign = comparison(left, right);
      return (facts) => {
        const result = sign(facts);
        return Number.isNaN(result) ? UNKNOWN : answer(holds(result));
      };
    }
    return (facts) => {
      const a = left.read(facts);
      const b = right.read(facts);
      return a === null || b === null ? UNKNOWN : answer(holds(a === b ? 0 : 1));
    };
  };

const combine =
  (operator: 'all' | 'any'): Compile =>
  (node, path, rule, depth) => {
    members(node, path, [operator]);
    const list = node[operator];
    if (!Array.isArray(list) || list.length === 0)
      throw new PolicyError(`${path}.${operator}`, `found ${kindOf(list)}; allowed is a list of tests, not empty`);
    const tests = list.map((item, i) => compileTest(item, `${path}.${operator}[${i}]`, rule, depth + 1));
    if (operator === 'any')
      return (facts) => {
        let result: Answer = NO;
        for (const test of tests) {
          const one = test(facts);
          if (one === YES) return YES;
          if (one === UNKNOWN) result = UNKNOWN;
        }
        return result;
      };
    // whatever is missing makes the whole unknown, even where another test already says no
    return (facts) => {
      let result: Answer = YES;
      for (const test of tests) {
        const one = test(facts);
        if (one === UNKNOWN) return UNKNOWN;
        if (one === NO) result = NO;
      }
      return result;
    };
  };

const not: Compile = (node, path, rule, depth) => {
  members(node, path, ['not']);
  const test = compileTest(node['not'], `${path}.not`, rule, depth + 1);
  return (facts) => {
    const one = test(facts);
    return one === UNKNOWN ? UNKNOWN : answer(one === NO);
  };
};

const slotTest =
  ({ slot }: PlacedLeaf): Test =>
  ({ numbers }) =>
    Number.isNaN(numbers[slot]) ? UNKNOWN : answer(numbers[slot] === 1);

function forTransactions(rule: RuleScope, path: string, operator: string): void {
  if (rule.scope.target !== 'transaction')
    throw new PolicyError(`${path}.${operator}`, `"${operator}" is for rules on transactions`);
}

const unseen: Compile = (node, path, rule) => {
  forTransactions(rule, path, 'unseen');
  members(node, path, ['unseen', 'of', 'window']);
  const name = oneOf(node['unseen'], HISTORY_TEXTS[rule.scope.target], `${path}.unseen`);
  const options = fieldAggregate(node, path, rule);
  return slotTest(use(rule, node, (slot) => unseenLeaf(name, options, slot)));
};

const travelled: Compile = (node, path, rule) => {
  forTransactions(rule, path, 'travelled');
  members(node, path, ['travelled']);
  const options = node['travelled'];
  const at = `${path}.travelled`;
  if (!isObject(options)) throw new PolicyError(at, `found ${kindOf(options)}; allowed is an object`);
  members(options, at, ['faster_than_kmh', 'or_elsewhere_within']);
  const fasterThanKmh = options['faster_than_kmh'];
  if (typeof fasterThanKmh !== 'number' || !(fasterThanKmh > 0))
    throw new PolicyError(`${at}.faster_than_kmh`, `found ${kindOf(fasterThanKmh)}; allowed is a number above 0`);
  const elsewhereWithin = parseDuration(options['or_elsewhere_within'], `${at}.or_elsewhere_within`);
  return slotTest(use(rule, node, (slot) => travelLeaf({ fasterThanKmh, elsewhereWithin }, slot)));
};

const OPERATORS: Readonly<Record<string, Compile>> = {
  all: combine('all'),
  any: combine('any'),
  not,
  ...Object.fromEntries(Object.keys(COMPARISONS).map((operator) => [operator, compare(operator)])),
  unseen,
  travelled,
};

/**
 * Compiles a test of the rule language; policies/default.json shows it.
 *
 * @param path where the node stands in the policy document
 * @throws PolicyError naming the place, what was found and what is allowed
 */
export function compileTest(node: unknown, path: string, rule: RuleScope, depth = 0): Test {
  if (depth > MAX_DEPTH) throw new PolicyError(path, `nested deeper than ${MAX_DEPTH} tests`);
  const known = Object.keys(OPERATORS).join(', ');
  if (!isObject(node)) throw new PolicyError(path, `found ${kindOf(node)}; allowed is an object with one of ${known}`);
  const keys = Object.keys(node);
  const operator = keys.find((key) => Object.hasOwn(OPERATORS, key));
  if (operator !== undefined) return (OPERATORS[operator] as Compile)(node, path, rule, depth);
  if (keys[0] === undefined) throw new PolicyError(path, `found an empty object; allowed is one of ${known}`);
  throw new PolicyError(
    `${path}.${keys[0]}`,
    `unknown operator "${keys[0]}"; allowed for a test are ${known}${didYouMean(keys[0], Object.keys(OPERATORS))}`,
  );
}
