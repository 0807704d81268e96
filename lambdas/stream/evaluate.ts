import type { StreamName } from '../../core/contract/streams.ts';
import { inspect } from '../../core/events/inspect.ts';
import { protect } from '../../core/events/protect.ts';
import type { Inspection, LogRecord, StreamRecord } from '../../core/events/types.ts';
import { CustomerHistory } from '../../core/history/history.ts';
import type { Policy, PolicyBook } from '../../core/policy/policy.ts';
import { customerOf, decide } from '../../core/receipts/assess.ts';
import type { Assessment } from '../../core/receipts/types.ts';
import type { DynamoCustomers, HistoryUpdate, HistoryWish, LoadedHistory } from '../adapters/dynamo-customers.ts';

/** A record with everything that is known of it without its customer's history. */
export interface Inspected {
  readonly record: LogRecord;
  readonly policy: Policy;
  readonly inspection: Inspection;
  readonly customer: string | null;
}

export interface Evaluated {
  readonly record: LogRecord;
  readonly policy: Policy;
  readonly assessment: Assessment;
}

export function inspectAll(records: readonly StreamRecord[], book: PolicyBook): Inspected[] {
  return records.map((raw) => {
    const record = protect(raw);
    const policy = book.inForce(record.arrival);
    const inspection = inspect(record, policy.limits);
    return { record, policy, inspection, customer: customerOf(inspection) };
  });
}

/** What must be read of each customer of the batch. */
export function wishesOf(batch: readonly Inspected[]): HistoryWish[] {
  const wishes = new Map<string, { customer: string; first: string; keys: Set<string>; subjects: Set<string> }>();
  for (const { record, inspection, customer } of batch) {
    if (customer === null || inspection.kind === 'quarantined') continue;
    let wish = wishes.get(customer);
    if (!wish) {
      wish = { customer, first: record.position.seq, keys: new Set(), subjects: new Set() };
      wishes.set(customer, wish);
    }
    if (inspection.kind === 'application') {
      const { application_id, revision } = inspection.application;
      wish.keys.add(`${application_id}\u0000${revision}`);
      wish.subjects.add(application_id);
    } else wish.keys.add(`${inspection.activity.type}\u0000${inspection.identity}`);
  }
  return [...wishes.values()];
}

const NOBODY = CustomerHistory.empty();

/** Assesses the batch in order; what is decided joins its customer's history for the records after it. */
export function evaluate(batch: readonly Inspected[], histories: ReadonlyMap<string, LoadedHistory>): Evaluated[] {
  return batch.map(({ record, policy, inspection, customer }) => {
    const history = customer === null ? NOBODY : histories.get(customer)!.history;
    const assessment = decide(record, inspection, history, policy);
    if (assessment.entry !== null) history.add(assessment.entry);
    return { record, policy, assessment };
  });
}

const REREADS = 5;

/**
 * Writes the customers that the batch added to. Where somebody else wrote a customer meanwhile, he is read and
 * evaluated again.
 *
 * @returns the customers that could not be written, and why
 */
export async function saveHistories(
  customers: DynamoCustomers,
  stream: StreamName,
  batch: readonly Inspected[],
  histories: ReadonlyMap<string, LoadedHistory>,
  decided: ReadonlySet<string>,
): Promise<Map<string, unknown>> {
  const wishes = new Map(wishesOf(batch).map((wish) => [wish.customer, wish]));
  const failed = new Map<string, unknown>();
  let updates: HistoryUpdate[] = [...decided].map((customer) => ({
    customer,
    first: wishes.get(customer)!.first,
    loaded: histories.get(customer)!,
  }));
  for (let attempt = 0; updates.length > 0; attempt++) {
    const outcome = await customers.save(stream, updates);
    for (const [customer, error] of outcome.failed) failed.set(customer, error);
    if (outcome.stale.length === 0) break;
    if (attempt === REREADS) {
      for (const customer of outcome.stale)
        failed.set(customer, new Error('the customer was written each time he was read'));
      break;
    }
    const stale = new Set(outcome.stale);
    const again = await customers.load(
      stream,
      outcome.stale.map((customer) => wishes.get(customer)!),
    );
    for (const [customer, error] of again.failed) failed.set(customer, error);
    evaluate(
      batch.filter(({ customer }) => customer !== null && stale.has(customer) && again.loaded.has(customer)),
      again.loaded,
    );
    updates = [...again.loaded].map(([customer, loaded]) => ({ customer, first: wishes.get(customer)!.first, loaded }));
  }
  return failed;
}
