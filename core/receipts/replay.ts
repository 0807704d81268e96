import type { Position } from '../contract/position.ts';
import { STREAM_NAMES, type StreamName } from '../contract/streams.ts';
import { inspect } from '../events/inspect.ts';
import type { LogRecord } from '../events/types.ts';
import { CustomerHistory } from '../history/history.ts';
import { PackedHistories } from '../history/packed.ts';
import type { HistoryEntry } from '../history/types.ts';
import type { PolicyBook } from '../policy/policy.ts';
import { customerOf, decide, giveUp } from './assess.ts';
import type { Assessment } from './types.ts';

/**
 * Recomputes receipts from the log and the policies alone, position by position. Holds the histories of all customers it
 * has met in about 100 bytes a decided record. Streams may be mixed: each has histories of its own.
 */
export class Replayer {
  readonly #book: PolicyBook;
  readonly #histories = new Map<StreamName, PackedHistories>(STREAM_NAMES.map((name) => [name, new PackedHistories()]));

  constructor(book: PolicyBook) {
    this.#book = book;
  }

  /**
   * @param record stands above every record of its customer and stream that was replayed before
   * @param isUndecided the log marks the position as given up by the stream
   * @throws NoPolicyInForce
   */
  replay(record: LogRecord, isUndecided = false): Assessment {
    const policy = this.#book.inForce(record.arrival);
    if (isUndecided) return giveUp(record, policy);
    const inspection = inspect(record, policy.limits);
    const customer = customerOf(inspection);
    if (customer === null) return decide(record, inspection, CustomerHistory.empty(), policy);
    const history = this.#of(record.position.stream, customer);
    const assessment = decide(record, inspection, history, policy);
    if (assessment.entry !== null) history.add(assessment.entry);
    return assessment;
  }

  /** What a record of the customer at a position saw: the decided records below it, oldest first. */
  seenBy(customer: string, { stream, seq }: Pick<Position, 'stream' | 'seq'>): readonly HistoryEntry[] {
    const { entries, from, to } = this.#of(stream, customer).below(seq);
    return entries.slice(from, to);
  }

  #of(stream: StreamName, customer: string): CustomerHistory {
    return (this.#histories.get(stream) as PackedHistories).of(customer);
  }
}

export interface Replayed {
  readonly record: LogRecord;
  readonly assessment: Assessment;
  /** the log holds the position twice, with different content; the first in the order given was taken */
  readonly disputed: boolean;
}

/**
 * Replays the records of log objects that may overlap, repeat each other and come in any order: each position once,
 * ascending.
 *
 * @param objects the records of each object
 */
export function* replay(objects: Iterable<readonly LogRecord[]>, book: PolicyBook): Generator<Replayed> {
  const replayer = new Replayer(book);
  const records = [...objects].flat().sort((a, b) => compare(a.position, b.position));
  for (let i = 0; i < records.length; ) {
    const record = records[i] as LogRecord;
    let disputed = false;
    for (i++; i < records.length; i++) {
      const again = records[i] as LogRecord;
      if (compare(again.position, record.position) !== 0) break;
      disputed ||=
        again.arrival !== record.arrival || again.masked !== record.masked || !again.data.equals(record.data);
    }
    yield { record, assessment: replayer.replay(record), disputed };
  }
}

const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const compare = (a: Position, b: Position): number =>
  text(a.seq, b.seq) || text(a.shard, b.shard) || text(a.stream, b.stream);
