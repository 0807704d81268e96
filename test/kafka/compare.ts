import { positionId, type Position } from '../../core/contract/position.ts';
import type { LogRecord } from '../../core/events/types.ts';

/** What one kind of stream left behind. */
export interface Outcome {
  /** the log */
  readonly records: readonly LogRecord[];
  /** texts of the receipts, by position */
  readonly receipts: ReadonlyMap<string, string>;
  readonly alerts: ReadonlySet<string>;
}

export interface Comparison {
  readonly receipts: number;
  /** receipts by disposition, of the first */
  readonly dispositions: Readonly<Record<string, number>>;
  readonly alerts: number;
  /** what is not the same, told without a value of a record; empty when all is */
  readonly differences: readonly string[];
}

type Receipt = Readonly<Record<string, unknown>> & { readonly disposition: string; readonly position: Position };

/**
 * Pairs what two streams made of the same records. Positions have nothing in common, but each customer's records come
 * in the same order on both: so the n-th of a key on one is the n-th on the other. The receipts of a pair must be the
 * same but for position, arrival, and the position of an earlier record that one names. Quarantined records have no
 * order: those whose customer cannot be read are keyed by what they hold.
 */
export function compare(one: Outcome, other: Outcome): Comparison {
  const [a, b] = [byKey(one), byKey(other)];
  const differences = [...a.problems, ...b.problems];
  for (const key of new Set([...a.keys.keys(), ...b.keys.keys()])) {
    const [left, right] = [a.keys.get(key) ?? [], b.keys.get(key) ?? []];
    if (left.length !== right.length)
      differences.push(`a key has ${left.length} records here and ${right.length} there`);
    else
      left.forEach((text, n) => {
        if (text !== right[n])
          differences.push(`record ${n + 1} of ${left.length} of a key: ${where(text, right[n]!)}`);
      });
  }
  for (const id of one.alerts) if (!other.alerts.has(id)) differences.push(`alert ${id} is missing there`);
  for (const id of other.alerts) if (!one.alerts.has(id)) differences.push(`alert ${id} is missing here`);
  return { receipts: one.receipts.size, dispositions: a.dispositions, alerts: one.alerts.size, differences };
}

function byKey({ records, receipts }: Outcome) {
  const keys = new Map<string, LogRecord[]>();
  for (const record of records) {
    const key = `${record.position.stream}/${record.key}`;
    const list = keys.get(key);
    if (list) list.push(record);
    else keys.set(key, [record]);
  }
  const problems: string[] = [];
  const dispositions: Record<string, number> = {};
  const positions = new Set(records.map(({ position }) => positionId(position)));
  if (positions.size !== records.length)
    problems.push(`${records.length - positions.size} positions are twice in the log`);
  for (const id of receipts.keys())
    if (!positions.has(id)) problems.push(`the receipt of ${id} has no record in the log`);
  const normal = new Map<string, string[]>();
  for (const [key, list] of keys) {
    const sorted = list.toSorted((x, y) => (x.position.seq < y.position.seq ? -1 : 1));
    const found = sorted.flatMap(({ position, data, masked }) => {
      const text = receipts.get(positionId(position));
      if (text === undefined) problems.push(`${positionId(position)} has no receipt`);
      return text === undefined
        ? []
        : [{ receipt: JSON.parse(text) as Receipt, logged: `${masked} ${data.toString('hex')}` }];
    });
    const ordered = found.filter(({ receipt }) => receipt.disposition !== 'quarantined');
    const ordinals = new Map(ordered.map(({ receipt }, n) => [receipt.position.seq, n]));
    const texts = found.map(({ receipt, logged }) => `${withoutPosition(receipt, ordinals)}\n${logged}`);
    const quarantined = texts.filter((_, n) => found[n]!.receipt.disposition === 'quarantined');
    const others = texts.filter((_, n) => found[n]!.receipt.disposition !== 'quarantined');
    normal.set(key, [...others, ...quarantined.sort()]);
    for (const { receipt } of found) dispositions[receipt.disposition] = (dispositions[receipt.disposition] ?? 0) + 1;
  }
  return { keys: normal, problems, dispositions };
}

/** The receipt's text without what only its place in the stream says; who came first is told by the order instead. */
function withoutPosition(receipt: Receipt, ordinals: ReadonlyMap<string, number>): string {
  const { position: _position, arrival: _arrival, ...rest } = receipt;
  return JSON.stringify(
    'first' in rest ? { ...rest, first: ordinals.get(rest['first'] as string) ?? 'unknown' } : rest,
  );
}

/** Which members differ; the values stay untold, for they may be personal. */
function where(left: string, right: string): string {
  const [[a, loggedA], [b, loggedB]] = [left.split('\n'), right.split('\n')];
  const [x, y] = [JSON.parse(a!) as object, JSON.parse(b!) as object];
  const members = [...new Set([...Object.keys(x), ...Object.keys(y)])].filter(
    (name) => JSON.stringify(x[name as never]) !== JSON.stringify(y[name as never]),
  );
  if (loggedA !== loggedB) members.push('the logged bytes');
  return members.join(', ');
}
