import type { Batch, Entry } from '../produce/source.ts';
import { APPLICATIONS } from '../../core/contract/streams.ts';
import { random } from './random.ts';

const DAYS_30 = 30 * 86_400_000;
const BATCH = 500;

export interface PlainOptions {
  readonly count: number;
  readonly seed: number;
  /** ms since 1970: the records lie in the 30 days before it */
  readonly asOf: number;
}

/**
 * The plain profile of DOMAIN §4: the five required fields, credit_score uniform 300–850, loan_amount uniform
 * 1,000.00–20,000.00, unique application ids, count/3 users.
 */
export function* plainApplications({ count, seed, asOf }: PlainOptions): Generator<Batch> {
  const rng = random(`plain/${seed}`);
  const users = Math.max(1, Math.floor(count / 3));
  const step = DAYS_30 / Math.max(1, count);
  let batch: Entry[] = [];
  for (let i = 1; i <= count; i += 1) {
    const cents = rng.int(100_000, 2_000_000);
    const data = Buffer.from(
      `{"application_id":"p${seed}_${i}","user_id":"u${rng.int(1, users)}","credit_score":${rng.int(300, 850)},` +
        `"loan_amount":${cents / 100},"timestamp":${Math.floor(asOf - DAYS_30 + i * step)}}`,
    );
    batch.push({ stream: APPLICATIONS, data, line: i });
    if (batch.length === BATCH) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
