import type { Findings } from '../quality/findings.ts';
import { isAbsent } from './fields.ts';
import { isObject } from './json.ts';
import type { Consent } from './types.ts';

const GRANTED: Consent = { scoring: true, analytics: true };
const REFUSED: Consent = { scoring: false, analytics: false };

/** Absent is granted, the whole or a member; what cannot be read counts as refused, and is an issue. */
export function readConsent(value: unknown, findings: Findings): Consent {
  if (isAbsent(value)) return GRANTED;
  if (!isObject(value)) {
    findings.drop('consent', 'an object {scoring, analytics}; taken as refused');
    return REFUSED;
  }
  return {
    scoring: readMember(value.scoring, 'consent.scoring', findings),
    analytics: readMember(value.analytics, 'consent.analytics', findings),
  };
}

function readMember(value: unknown, field: string, findings: Findings): boolean {
  if (isAbsent(value)) return true;
  if (typeof value === 'boolean') return value;
  findings.drop(field, 'true or false; taken as refused');
  return false;
}
