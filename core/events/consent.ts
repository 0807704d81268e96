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
  const scoring = readMember(value['scoring']);
  const analytics = readMember(value['analytics']);
  // consent is one field, so it is one issue even where both members cannot be read
  if (scoring === null || analytics === null) {
    const field = scoring !== null ? 'consent.analytics' : analytics !== null ? 'consent.scoring' : 'consent';
    findings.drop(field, 'true or false; taken as refused');
  }
  return { scoring: scoring ?? false, analytics: analytics ?? false };
}

/** @returns null where the member cannot be read */
function readMember(value: unknown): boolean | null {
  if (isAbsent(value)) return true;
  return typeof value === 'boolean' ? value : null;
}
