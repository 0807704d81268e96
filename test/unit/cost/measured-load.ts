import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { realistic } from '../../../cli/generate/realistic.ts';
import { partitionKey } from '../../../core/contract/partition-key.ts';
import { APPLICATIONS, type StreamName } from '../../../core/contract/streams.ts';
import { inspect } from '../../../core/events/inspect.ts';
import { protect } from '../../../core/events/protect.ts';
import { CustomerHistory } from '../../../core/history/history.ts';
import { parsePolicy } from '../../../core/policy/policy.ts';
import { customerOf, decide } from '../../../core/receipts/assess.ts';
import { envelopeLine } from '../../../core/receipts/envelope.ts';
import { receiptLine } from '../../../core/receipts/receipt-line.ts';
import { newlyStored } from '../../../lambdas/adapters/alert-store.ts';
import { headKey, storeHistory } from '../../../lambdas/adapters/customer-items.ts';

export interface MeasuredStream {
  /** bytes of a record and its partition key, as the stream counts them */
  recordBytes: number;
  /** kilobytes that a write of the customer's item counts, each begun one as a whole */
  itemKilobytes: number;
  /** bytes of the customer's item after the last record, for each customer */
  itemBytes: number;
  /** for each record */
  customers: number;
  /** of a record in the log, compressed */
  logBytes: number;
  /** of a receipt, compressed */
  receiptBytes: number;
  /** alerts for each record, and those that are told */
  alerts: number;
  notifications: number;
  alertBytes: number;
}

const OBJECT = 500;
const AS_OF = Date.UTC(2026, 10, 1);
const CODE = '0.1.0-3f9a2c81d04e';

/** What the records of a demo weigh in each store, made by the code that writes them. */
export function measureLoad(applications: number): Readonly<Record<StreamName, MeasuredStream>> {
  const policy = parsePolicy(readFileSync('policies/default.json', 'utf8'));
  const histories = new Map<string, CustomerHistory>();
  const make = () => ({
    records: 0,
    written: 0,
    recordBytes: 0,
    kilobytes: 0,
    logBytes: 0,
    receiptBytes: 0,
    alerts: 0,
    notifications: 0,
    alertBytes: 0,
    items: new Map<string, number>(),
    log: [] as string[],
    receipts: [] as string[],
  });
  const sums = new Map<StreamName, ReturnType<typeof make>>();
  let position = 0;
  for (const batch of realistic({ applications, activity: 2 * applications, seed: 1, asOf: AS_OF }))
    for (const { stream, data } of batch) {
      position += 1;
      const sum = sums.get(stream) ?? make();
      sums.set(stream, sum);
      const seq = (4961n * 10n ** 52n + BigInt(position) * 10n ** 20n).toString().padStart(56, '0');
      const key = partitionKey(data);
      const arrival = AS_OF + position;
      const record = protect({ position: { stream, shard: 'shardId-000000000000', seq }, arrival, key, data });
      const inspection = inspect(record, policy.limits);
      const customer = customerOf(inspection);
      const name = `${stream}/${customer}`;
      const history = customer === null ? CustomerHistory.empty() : (histories.get(name) ?? CustomerHistory.empty());
      const assessment = decide(record, inspection, history, policy);
      // One planted record is larger than all others together.
      if (data.length > 100_000) continue;
      sum.records += 1;
      sum.recordBytes += data.length + key.length;
      if (assessment.entry !== null && customer !== null) {
        history.add(assessment.entry);
        histories.set(name, history);
        const state = { version: history.entries().length, spilledTo: null, entries: history.entries() };
        const { head, parts } = storeHistory(state);
        const bytes = JSON.stringify([{ ...headKey(stream, customer), ...head }, ...parts.values()]).length;
        sum.written += 1;
        sum.kilobytes += Math.ceil(bytes / 1024);
        sum.items.set(customer, bytes);
      }
      for (const alert of assessment.alerts) {
        sum.alerts += 1;
        if (alert.severity !== 'notice') sum.notifications += 1;
        sum.alertBytes += JSON.stringify(newlyStored(alert, new Date(arrival))).length;
      }
      sum.log.push(envelopeLine(record));
      sum.receipts.push(receiptLine(assessment, CODE));
      if (sum.log.length === OBJECT) pack(sum);
    }
  for (const sum of sums.values()) pack(sum);
  return Object.fromEntries(
    [...sums].map(([stream, sum]) => [
      stream,
      {
        recordBytes: sum.recordBytes / sum.records,
        itemKilobytes: sum.kilobytes / sum.written,
        itemBytes: [...sum.items.values()].reduce((total, bytes) => total + bytes, 0) / sum.items.size,
        customers: sum.items.size / sum.records,
        logBytes: sum.logBytes / sum.records,
        receiptBytes: sum.receiptBytes / sum.records,
        alerts: sum.alerts / sum.records,
        notifications: sum.notifications / sum.records,
        alertBytes: sum.alerts === 0 ? 0 : sum.alertBytes / sum.alerts,
      },
    ]),
  ) as unknown as Readonly<Record<StreamName, MeasuredStream>>;
}

function pack(sum: { log: string[]; receipts: string[]; logBytes: number; receiptBytes: number }): void {
  sum.logBytes += gzipSync(sum.log.join(''), { level: 1 }).length;
  sum.receiptBytes += gzipSync(sum.receipts.join(''), { level: 1 }).length;
  sum.log.length = 0;
  sum.receipts.length = 0;
}

export const applicationsOf = <T>(measured: Readonly<Record<StreamName, T>>): T => measured[APPLICATIONS];
