import type { AlertStatus } from '../contract/values.ts';

/**
 * What a person may make of an alert. What is settled can only be opened again, so that nobody turns a confirmed fraud
 * into something else without saying first why the case is looked at anew.
 */
const TRANSITIONS: Readonly<Record<AlertStatus, readonly AlertStatus[]>> = {
  open: ['in_review', 'confirmed_fraud', 'false_positive', 'closed'],
  in_review: ['open', 'confirmed_fraud', 'false_positive', 'closed'],
  confirmed_fraud: ['open'],
  false_positive: ['open'],
  closed: ['open'],
};

/** The statuses that an alert may be given next. */
export const nextStatuses = (status: AlertStatus): readonly AlertStatus[] => TRANSITIONS[status];
