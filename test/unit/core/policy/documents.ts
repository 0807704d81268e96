import { readFileSync } from 'node:fs';
import { PolicyError } from '../../../../core/policy/errors.ts';
import { parsePolicy } from '../../../../core/policy/policy.ts';

const POLICIES = new URL('../../../../policies/', import.meta.url);

export const shipped = (name: string): string => readFileSync(new URL(`${name}.json`, POLICIES), 'utf8');

// biome-ignore lint/suspicious/noExplicitAny: tests break the document on purpose
export type Broken = any;

/** The default policy, changed. */
export function changed(change: (document: Broken) => void, name = 'default'): string {
  const document = JSON.parse(shipped(name));
  change(document);
  return JSON.stringify(document);
}

/** A policy whose only rule has this test. */
export const withTest = (when: unknown, on: 'application' | 'transaction' = 'application'): string =>
  changed((document) => {
    document.rules = [{ id: 'X', version: 1, on, severity: 'review', reason: 'because', when }];
  });

/** What a document that does not load is refused for. */
export function problemOf(text: string): PolicyError {
  try {
    parsePolicy(text);
  } catch (error) {
    if (error instanceof PolicyError) return error;
    throw error;
  }
  throw new Error('the policy was accepted');
}
