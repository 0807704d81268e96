import { hash } from 'node:crypto';
import { inspect } from '../events/inspect.ts';
import type { InspectedActivity, InspectedApplication, Inspection, LogRecord } from '../events/types.ts';
import { features } from '../features/features.ts';
import type { CustomerHistory } from '../history/history.ts';
import type { ActivityEntry, ApplicationEntry, IdentityClaim } from '../history/types.ts';
import { decideOutcome } from '../policy/decision.ts';
import type { Policy } from '../policy/policy.ts';
import type { EvaluatedRule } from '../rules/program.ts';
import { alertsOf, transactionEvidence } from './alerts.ts';
import {
  activityIdentity,
  applicationIdentity,
  decidedActivityReceipt,
  decidedApplicationReceipt,
  quarantinedReceipt,
  repeatedReceipt,
  undecidedReceipt,
} from './receipt.ts';
import type { Assessment } from './types.ts';

/**
 * The receipt of one position: a pure function of the record, its customer's history below it and the policy in force
 * at its arrival. Stream, replay and explain call it; nothing else decides.
 *
 * @param history of the record's customer on this stream; entries at or above the position are not looked at
 */
export function assess(record: LogRecord, history: CustomerHistory, policy: Policy): Assessment {
  return decide(record, inspect(record, policy.limits), history, policy);
}

/** @returns the user_id whose history `decide` needs, or null where the record was quarantined and needs none */
export function customerOf(inspection: Inspection): string | null {
  if (inspection.kind === 'application') return inspection.application.user_id;
  if (inspection.kind === 'activity') return inspection.activity.user_id;
  return null;
}

/**
 * `assess` for a record that was inspected already.
 *
 * @param inspection what `inspect` made of the record under the limits of this policy, hash included
 */
export function decide(
  record: LogRecord,
  inspection: Inspection,
  history: CustomerHistory,
  policy: Policy,
): Assessment {
  if (inspection.kind === 'application') return decideApplication(record, inspection, history, policy);
  if (inspection.kind === 'activity') return decideActivity(record, inspection, history, policy);
  const receipt = quarantinedReceipt(record, inspection.issues, policy.digest);
  return { ...NOTHING, disposition: 'quarantined', receipt, digest: hash('sha256', receipt), userId: null, inspection };
}

/** The receipt of a position that the stream gave up: it claims no identity and enters no history. */
export function giveUp(record: LogRecord, policy: Policy): Assessment {
  const receipt = undecidedReceipt(record, policy.digest);
  const inspection = inspect(record, policy.limits);
  const userId = customerOf(inspection);
  return { ...NOTHING, disposition: 'undecided', receipt, digest: hash('sha256', receipt), userId, inspection };
}

const NO_RULES: readonly EvaluatedRule[] = [];
const NOTHING = { entry: null, alerts: [], outcome: null, riskLevel: null, rules: [] } as const;

function decideApplication(
  record: LogRecord,
  inspection: InspectedApplication,
  history: CustomerHistory,
  policy: Policy,
): Assessment {
  const { application, issues, payloadHash, riskLevel } = inspection;
  const { application_id, user_id, revision, event_time } = application;
  const { seq } = record.position;
  const first = history.claimOfApplication(application_id, revision, seq);
  if (first !== null)
    return repeated(record, inspection, first, payloadHash, user_id, applicationIdentity(application), policy);
  const rules = policy.applicationRules.evaluate(
    application,
    history.below(seq),
    policy.exceptions.forRecord(application, record.arrival),
  );
  const { outcome, reasons } = decideOutcome(application, rules, policy.thresholds);
  const receipt = decidedApplicationReceipt(
    { record, issues, payloadHash, policyDigest: policy.digest, riskLevel, rules },
    application,
    features(application),
    history.decidedBefore(application_id, seq),
    outcome,
    reasons,
  );
  const entry: ApplicationEntry = {
    kind: 'application',
    seq,
    event_time,
    application_id,
    revision,
    payload_hash: payloadHash,
    outcome,
  };
  return {
    disposition: 'decided',
    receipt,
    digest: hash('sha256', receipt),
    userId: user_id,
    entry,
    alerts: alertsOf(
      record,
      rules,
      () => ({ kind: 'application', user_id, application_id, revision }),
      event_time,
      policy,
      () => ({}),
    ),
    inspection,
    outcome,
    riskLevel,
    rules,
  };
}

function decideActivity(
  record: LogRecord,
  inspection: InspectedActivity,
  history: CustomerHistory,
  policy: Policy,
): Assessment {
  const { activity, issues, payloadHash, identity, riskLevel } = inspection;
  const { user_id, type, event_time } = activity;
  const { seq } = record.position;
  const first = history.claimOfActivity(type, identity, seq);
  if (first !== null)
    return repeated(record, inspection, first, payloadHash, user_id, activityIdentity(activity, identity), policy);
  const rules =
    type === 'transaction'
      ? policy.transactionRules.evaluate(
          activity,
          history.below(seq),
          policy.exceptions.forRecord(activity, record.arrival),
        )
      : NO_RULES;
  const receipt = decidedActivityReceipt(
    { record, issues, payloadHash, policyDigest: policy.digest, riskLevel, rules },
    activity,
  );
  const { amount, location, latitude, longitude, device_id } = activity;
  const entry: ActivityEntry = {
    kind: 'activity',
    seq,
    event_time,
    type,
    identity,
    payload_hash: payloadHash,
    amount,
    location,
    latitude,
    longitude,
    device_id,
  };
  return {
    disposition: 'decided',
    receipt,
    digest: hash('sha256', receipt),
    userId: user_id,
    entry,
    alerts: alertsOf(
      record,
      rules,
      () => ({ kind: 'transaction', user_id, transaction_id: identity }),
      event_time,
      policy,
      () => transactionEvidence(activity),
    ),
    inspection,
    outcome: null,
    riskLevel,
    rules,
  };
}

/** The identity was claimed before: the same content again is dropped, other content is logged, nothing is replaced. */
function repeated(
  record: LogRecord,
  inspection: Inspection,
  first: IdentityClaim,
  payloadHash: string,
  userId: string,
  identity: string,
  policy: Policy,
): Assessment {
  const disposition = first.payload_hash === payloadHash ? 'duplicate' : 'conflict';
  const receipt = repeatedReceipt(record, disposition, first.seq, identity, payloadHash, policy.digest);
  return { ...NOTHING, disposition, receipt, digest: hash('sha256', receipt), userId, inspection };
}
