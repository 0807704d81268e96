import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { describe, expect, it } from 'vitest';
import { NoPolicyInForce } from '../../../../core/policy/errors.ts';
import { PolicyBook, parsePolicy } from '../../../../core/policy/policy.ts';
import { changed, shipped } from './documents.ts';

describe('a shipped policy', () => {
  it.each([
    ['founding', ['R001']],
    ['default', ['R001', 'R002', 'R003', 'T001', 'T002', 'T003', 'T004']],
  ])('%s has its rules, its limits and is effective from 2000', (name, rules) => {
    const policy = parsePolicy(shipped(name));
    expect(policy.id).toBe(name);
    expect(policy.document.rules.map((rule) => rule.id)).toEqual(rules);
    expect(policy.effectiveFrom).toBe(Date.UTC(2000, 0, 1));
    expect(policy.limits).toEqual({ amountCeiling: 1_000_000_000, highBelow: 500, lowFrom: 700 });
    expect(policy.thresholds).toEqual({ rejectBelow: 500, approvalFloor: 600, instantAmount: 1_500_000 });
  });

  it('has the digest of its canonical JSON, whatever its white space and order of keys', () => {
    const text = shipped('default');
    const document = JSON.parse(text);
    const turned = Object.fromEntries(Object.entries(document).toReversed());
    expect(parsePolicy(text).digest).toBe(hash('sha256', canonicalize(document) as string));
    expect(parsePolicy(JSON.stringify(turned, null, 7)).digest).toBe(parsePolicy(text).digest);
    expect(parsePolicy(changed((d) => (d.version = '1.0.1'))).digest).not.toBe(parsePolicy(text).digest);
  });
});

const at = (effective_from: string, version: string) =>
  parsePolicy(changed((d) => Object.assign(d, { effective_from, version })));

describe('the policy in force', () => {
  const first = at('2026-01-01T00:00:00Z', 'first');
  const second = at('2026-06-01T02:00:00+02:00', 'second');
  const third = at('2026-06-01T00:00:00Z', 'third');

  it('is the one with the latest effective_from at or before the arrival', () => {
    const book = PolicyBook.from([third, first]);
    expect(book.inForce(Date.UTC(2026, 5, 1) - 1).version).toBe('first');
    expect(book.inForce(Date.UTC(2026, 5, 1)).version).toBe('third');
    expect(book.inForce(Date.UTC(2030, 0, 1)).version).toBe('third');
  });

  it('is of equals the one with the greater digest, in whatever order they were published', () => {
    const greater = second.digest > third.digest ? second : third;
    expect(PolicyBook.from([second, third]).inForce(Date.UTC(2027, 0, 1))).toBe(greater);
    expect(PolicyBook.from([third, second]).inForce(Date.UTC(2027, 0, 1))).toBe(greater);
  });

  it('is missing before the first one takes effect', () => {
    expect(() => PolicyBook.from([first]).inForce(Date.UTC(2026, 0, 1) - 1)).toThrow(NoPolicyInForce);
    expect(() => PolicyBook.from([first]).inForce(0)).toThrow(/1970-01-01.*default first, takes effect at 2026-01-01/);
    expect(() => PolicyBook.from([]).inForce(0)).toThrow(/none is published/);
  });
});
