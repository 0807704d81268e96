import { ACTIVITY, MAX_RECORD_BYTES } from '../contract/streams.ts';
import type { CheckType, RiskLevel } from '../contract/values.ts';
import { Findings } from '../quality/findings.ts';
import { readActivity } from './activity.ts';
import { readApplication } from './application.ts';
import { type JsonObject, readObject } from './json.ts';
import { activityHash, applicationHash } from './normal-form.ts';
import type { InspectedActivity, InspectedApplication, Inspection, LogRecord, Quarantined } from './types.ts';

/** What the policy in force says of single records. */
export interface InspectionLimits {
  /** highest amount, integer cents */
  readonly amountCeiling: number;
  /** scores below are the High band */
  readonly highBelow: number;
  /** scores from here on are the Low band, those between Medium */
  readonly lowFrom: number;
}

export interface InspectionOptions {
  /**
   * Whether to compute the payload hash (default true). Without it `payloadHash` is empty, and so is the `identity` of
   * activity that has neither a transaction_id nor an event_id: enough for scoring alone, which decides nothing.
   */
  readonly hash?: boolean;
}

/**
 * Parses and checks a masked record in the order of DOMAIN §2, and brings it to its normal form: what the record says
 * of itself, without its customer's history. A pure function of its arguments that throws on no bytes.
 */
export function inspect(record: LogRecord, limits: InspectionLimits, options?: InspectionOptions): Inspection {
  if (record.data.length > MAX_RECORD_BYTES)
    return rejected('oversized_record', `larger than ${MAX_RECORD_BYTES} bytes`);
  const read = readObject(record.data);
  if (!read.ok) return rejected('malformed_json', read.reason);
  if (record.masked) return rejected('card_number_present', 'holds a card number; its middle digits were masked');
  const withHash = options?.hash ?? true;
  return record.position.stream === ACTIVITY
    ? inspectActivity(read.object, record.arrival, limits, withHash)
    : inspectApplication(read.object, record.arrival, limits, withHash);
}

/** High < highBelow ≤ Medium < lowFrom ≤ Low */
export function riskBand(score: number, limits: InspectionLimits): RiskLevel {
  return score < limits.highBelow ? 'High' : score < limits.lowFrom ? 'Medium' : 'Low';
}

function inspectApplication(
  object: JsonObject,
  arrival: number,
  limits: InspectionLimits,
  withHash: boolean,
): InspectedApplication | Quarantined {
  const findings = new Findings();
  const application = readApplication(object, arrival, limits.amountCeiling, findings);
  if (application === null) return { kind: 'quarantined', issues: findings.failures };
  return {
    kind: 'application',
    application,
    issues: findings.nulled,
    payloadHash: withHash ? applicationHash(application) : '',
    riskLevel: application.consent.scoring ? riskBand(application.credit_score, limits) : null,
  };
}

function inspectActivity(
  object: JsonObject,
  arrival: number,
  limits: InspectionLimits,
  withHash: boolean,
): InspectedActivity | Quarantined {
  const findings = new Findings();
  const activity = readActivity(object, arrival, limits.amountCeiling, findings);
  if (activity === null) return { kind: 'quarantined', issues: findings.failures };
  const payloadHash = withHash ? activityHash(activity) : '';
  return {
    kind: 'activity',
    activity,
    issues: findings.nulled,
    payloadHash,
    identity: activity.transaction_id ?? activity.event_id ?? payloadHash,
    riskLevel: activity.credit_score === null ? null : riskBand(activity.credit_score, limits),
  };
}

/** One check about the record as a whole. */
function rejected(check: CheckType, reason: string): Quarantined {
  return { kind: 'quarantined', issues: [{ check, field: null, reason }] };
}
