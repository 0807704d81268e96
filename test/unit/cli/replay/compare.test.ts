import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compare, type Finding, type StoredReceipt } from '../../../../cli/replay/compare.ts';
import { realistic } from '../../../../cli/generate/realistic.ts';
import { canonicalSeq } from '../../../../core/contract/position.ts';
import { protect } from '../../../../core/events/protect.ts';
import type { LogRecord } from '../../../../core/events/types.ts';
import { giveUp } from '../../../../core/receipts/assess.ts';
import { Replayer } from '../../../../core/receipts/replay.ts';
import { PolicyBook, parsePolicy } from '../../../../core/policy/policy.ts';
import { collect } from '../scratch.ts';

const ASOF = Date.UTC(2026, 2, 31);
const book = PolicyBook.from([parsePolicy(readFileSync('policies/default.json', 'utf8'))]);

/** A log of one shard, and the receipts that a stream would have stored for it. */
async function run(): Promise<{ log: LogRecord[]; receipts: StoredReceipt[] }> {
  const entries = await collect(realistic({ applications: 0, activity: 600, seed: 4, asOf: ASOF }));
  const log = entries.map(({ stream, data }, index) =>
    protect({
      position: { stream, shard: 'shardId-000000000000', seq: canonicalSeq(String(10 * (index + 1))) },
      arrival: ASOF,
      key: 'k',
      data,
    }),
  );
  const replayer = new Replayer(book);
  const receipts = log.map((record) => {
    const { digest } = replayer.replay(record);
    return { seq: record.position.seq, shard: record.position.shard, digest, intact: true, undecided: false };
  });
  return { log, receipts };
}

/** The batch's receipt of a position that the stream gave up. */
function marked(record: LogRecord): StoredReceipt {
  const { seq, shard } = record.position;
  return { seq, shard, digest: giveUp(record, book.inForce(record.arrival)).digest, intact: true, undecided: true };
}

/** Cut into runs, as objects are. */
async function* inRuns<T>(items: readonly T[], size: number): AsyncGenerator<readonly T[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}

/** Every third item delivered again. */
const twice = <T>(items: readonly T[]): T[] =>
  items.flatMap((item, index) => (index % 3 === 0 ? [item, item] : [item]));

async function compared(log: readonly LogRecord[], receipts: readonly StoredReceipt[]) {
  const findings: [Finding, number][] = [];
  const comparison = {
    equal: 0,
    found: (kind: Finding, _shard: string, seq: string) => void findings.push([kind, Number(seq)]),
  };
  await compare(inRuns(log, 7), inRuns(receipts, 11), new Replayer(book), comparison, () => {});
  return { equal: comparison.equal, findings };
}

describe('compare', () => {
  it('finds a log and its receipts equal, delivered once or again', async () => {
    const { log, receipts } = await run();
    expect(await compared(log, receipts)).toEqual({ equal: 600, findings: [] });
    expect(await compared(twice(log), twice(receipts))).toEqual({ equal: 600, findings: [] });
  });

  it('names a receipt that is not what the log gives, one that was tampered with, and one that disagrees with its copy', async () => {
    const { log, receipts } = await run();
    const wrong = { ...(receipts[5] as StoredReceipt), digest: '0'.repeat(64) };
    const tampered = { ...(receipts[8] as StoredReceipt), intact: false };
    const stored = receipts
      .toSpliced(5, 1, wrong)
      .toSpliced(8, 1, tampered)
      .toSpliced(21, 0, { ...(receipts[20] as StoredReceipt), digest: 'f'.repeat(64) });
    const { equal, findings } = await compared(log, stored);
    expect(findings).toEqual([
      ['different', 60],
      ['different', 90],
      ['different', 210],
    ]);
    expect(equal).toBe(597);
  });

  it('names positions without a receipt and receipts without a record, at the ends too', async () => {
    const { log, receipts } = await run();
    const { findings } = await compared(log.toSpliced(100, 1).slice(1, -1), receipts.toSpliced(300, 1));
    const missing = findings.filter(([kind]) => kind === 'missing');
    const unlogged = findings.filter(([kind]) => kind === 'unlogged').map(([, seq]) => seq);
    expect(missing).toEqual([['missing', 3010]]);
    expect(unlogged).toEqual([10, 1010, 6000]);
  });

  it('names exactly the positions that an altered record affects', async () => {
    const { log, receipts } = await run();
    // The first of a burst of transactions: without it the rule no longer counts enough of them.
    const at = log.findIndex((record) => record.data.includes('"amount":49.99'));
    const record = log[at] as LogRecord;
    const body = JSON.parse(record.data.toString()) as { user_id: string | number; transaction_id: string };
    const altered = { ...record, data: Buffer.from(JSON.stringify({ ...body, user_id: 'somebody-else' })) };
    const { equal, findings } = await compared(log.toSpliced(at, 1, altered), receipts);
    expect(findings[0]).toEqual(['different', 10 * (at + 1)]);
    expect(findings.length).toBeGreaterThan(1);
    expect(equal + findings.length).toBe(600);
    for (const [kind, seq] of findings.slice(1)) {
      expect(kind).toBe('different');
      const later = JSON.parse((log[seq / 10 - 1] as LogRecord).data.toString()) as { user_id: unknown };
      expect(later.user_id).toEqual(body.user_id);
    }
  });

  it('takes the marks for what they are: what was given up is not seen by what comes after it', async () => {
    const { log, receipts } = await run();
    // The first of a burst of transactions, of which the later ones are fewer without it.
    const at = log.findIndex((record) => record.data.includes('"amount":49.99'));
    const given = marked(log[at]!);
    const replayer = new Replayer(book);
    const without = log.map((record, index) => ({
      ...receipts[index]!,
      digest: replayer.replay(record, index === at).digest,
    }));
    expect(without.filter(({ digest }, index) => digest !== receipts[index]!.digest).length).toBeGreaterThan(1);
    expect(await compared(log, without.with(at, given))).toEqual({ equal: 600, findings: [] });
    // A mark that names another record is not its mark.
    const other = { ...given, digest: marked(log[at + 1]!).digest };
    expect((await compared(log, without.with(at, other))).findings).toEqual([['different', 10 * (at + 1)]]);
  });

  it('names a position that was both decided and given up, and goes on with what the stream saw', async () => {
    const { log, receipts } = await run();
    const at = log.findIndex((record) => record.data.includes('"amount":49.99'));
    for (const both of [
      [marked(log[at]!), receipts[at]!],
      [receipts[at]!, marked(log[at]!)],
    ])
      expect(await compared(log, receipts.toSpliced(at, 1, ...both))).toEqual({
        equal: 599,
        findings: [['different', 10 * (at + 1)]],
      });
  });

  it('names a position for which the log holds two versions', async () => {
    const { log, receipts } = await run();
    const other = { ...(log[3] as LogRecord), data: Buffer.from('{}') };
    expect((await compared(log.toSpliced(4, 0, other), receipts)).findings).toEqual([['different', 40]]);
  });
});
