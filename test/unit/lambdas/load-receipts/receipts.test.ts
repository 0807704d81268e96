import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { RECEIPTS_PREFIX } from '../../../../core/contract/storage.ts';
import { receiptLine } from '../../../../core/receipts/receipt-line.ts';
import { eachWarehouse } from '../../../support/each-warehouse.ts';
import { application, transaction } from '../../../support/records.ts';
import type { TestWarehouse } from '../../../support/warehouse.ts';
import { type Produced, World } from '../../../support/world.ts';

let warehouse: TestWarehouse;
let world: World;

eachWarehouse((opened) => {
  warehouse = opened;
  world = new World({ shards: 1 });
});

const staged = (table: string) =>
  warehouse.query(
    `select t.*, encode(digest, 'hex') as digest, encode(payload_hash, 'hex') as payload_hash
     from staging.${table} as t order by seq`,
  );
const hashOf = ({ assessment: { inspection } }: Produced): string | null =>
  inspection.kind === 'quarantined' ? null : inspection.payloadHash;

describe('receipts in staging', () => {
  it('of applications say what became of each position, and by which policy', async () => {
    world.applications(
      application('u1', 'a1'),
      application('u1', 'a1'),
      application('u1', 'a1', { loan_amount: 1 }),
      application('u1', 'a1', { revision: 2, credit_score: 420 }),
      application('u2', 'a2', { consent: { scoring: false } }),
      '[]',
    );
    await warehouse.loadReceipts(world, world.archive().receipts);
    const rows = await staged('application_receipts');
    expect(rows.map((row) => [row['disposition'], row['amendment'], row['risk_level'], row['outcome']])).toEqual([
      ['decided', false, 'Medium', 'Approved'],
      ['duplicate', false, null, null],
      ['conflict', false, null, null],
      ['decided', true, 'High', 'Rejected'],
      ['decided', false, null, 'Under Review'],
      ['quarantined', false, null, null],
    ]);
    for (const [index, row] of rows.entries()) {
      const produced = world.produced[index]!;
      expect(row).toMatchObject({
        shard: 0,
        seq: produced.record.position.seq,
        arrival: new Date(produced.record.arrival),
        digest: produced.assessment.digest,
        payload_hash: hashOf(produced),
        policy_key: BigInt.asIntN(64, BigInt(`0x${world.book.policies[0]!.digest.slice(0, 16)}`)).toString(),
      });
    }
  });

  it('of account activity are the same, without outcomes', async () => {
    world.activity(
      transaction('u1', 't1', { credit_score: 700 }),
      transaction('u1', 't1', { credit_score: 700 }),
      transaction('u1', 't1'),
      { user_id: 'u1', type: 'payment_missed', timestamp: '2026-11-20T10:00Z' },
      '{}',
    );
    await warehouse.loadReceipts(world, world.archive().receipts);
    const rows = await staged('activity_receipts');
    expect(rows.map((row) => [row['disposition'], row['risk_level']])).toEqual([
      ['decided', 'Low'],
      ['duplicate', null],
      ['conflict', null],
      ['decided', null],
      ['quarantined', null],
    ]);
    expect(rows.map((row) => row['payload_hash'])).toEqual(world.produced.map(hashOf));
  });
});

describe('objects of receipts that overlap', () => {
  it('bring each position once', async () => {
    world.applications(...Array.from({ length: 6 }, (_, i) => application('u1', `a${i}`)));
    const part = (from: number, to: number) => world.putObject(RECEIPTS_PREFIX, world.produced.slice(from, to));
    const result = await warehouse.loadReceipts(world, [part(0, 4), part(2, 6), part(0, 6)]);
    expect(result).toMatchObject({ objects: 3, rows: 14, rowsNew: 6 });
    expect(await warehouse.query('select rows, rows_new from ops.ledger order by load_id')).toEqual([
      { rows: 4, rows_new: 4 },
      { rows: 4, rows_new: 2 },
      { rows: 6, rows_new: 0 },
    ]);
    expect(await warehouse.query('select * from ops.position_conflicts')).toEqual([]);
  });

  it('may hold a position twice in one of them', async () => {
    world.applications(application('u1', 'a1'), application('u1', 'a2'));
    const [one, two] = world.produced as [Produced, Produced];
    const result = await warehouse.loadReceipts(world, [world.putObject(RECEIPTS_PREFIX, [one, two, one])]);
    expect(result).toMatchObject({ rows: 3, rowsNew: 2 });
    expect((await staged('application_receipts')).map(({ digest }) => digest)).toEqual([
      one.assessment.digest,
      two.assessment.digest,
    ]);
  });

  it.each(['decided by default first', 'decided by default last'])(
    'that tell a position differently are noted; the first one stays (%s)',
    async (order) => {
      const [first] = world.applications(application('u1', 'a1')) as [Produced];
      const other = new World({ shards: 1, policies: ['founding'] });
      const [again] = other.applications(application('u1', 'a1')) as [Produced];
      const [told, retold] = order === 'decided by default first' ? [first, again] : [again, first];
      const put = ({ assessment }: Produced) =>
        world.putObject(RECEIPTS_PREFIX, [first], () => receiptLine(assessment, 'test'));
      await warehouse.loadReceipts(world, [put(told)]);
      const contradicting = put(retold);
      expect(await warehouse.loadReceipts(world, [contradicting])).toMatchObject({ rows: 1, rowsNew: 0 });
      expect((await staged('application_receipts')).map(({ digest }) => digest)).toEqual([told.assessment.digest]);
      expect(await warehouse.query('select kind, seq, object_key from ops.position_conflicts')).toEqual([
        { kind: 'receipts', seq: first.record.position.seq, object_key: contradicting },
      ]);
      // the same told again is no news
      await warehouse.loadReceipts(world, [contradicting]);
      expect(await warehouse.query('select count(*)::integer as n from ops.position_conflicts')).toEqual([{ n: 1 }]);
    },
  );
});

describe('a receipt that the warehouse cannot take', () => {
  it.each<[string, (line: string) => string]>([
    ['a sequence number of another form', (line) => line.replace(/"seq":"\d/, '"seq":"x')],
    ['a policy that is no hash', (line) => line.replace(/"policy":"[0-9a-f]{8}/, '"policy":"zzzzzzzz')],
    ['an unknown stream', (line) => line.replace('"stream":"credit_applications"', '"stream":"debit_applications"')],
  ])('keeps its whole object out: %s', async (_what, change) => {
    world.applications(application('u1', 'a1'), application('u2', 'a2'));
    world.activity(transaction('u1', 't1'));
    const [broken, fine] = world.archive().receipts as [string, string];
    const lines = gunzipSync(world.bucket.content.get(broken)!).toString().split('\n');
    const changed = change(lines[1]!);
    expect(changed).not.toBe(lines[1]);
    world.bucket.content.set(broken, gzipSync([lines[0], changed, ''].join('\n')));
    const { unreadable, rowsNew } = await warehouse.loadReceipts(world, [broken, fine]);
    expect([...unreadable.keys()]).toEqual([broken]);
    expect(rowsNew).toBe(1);
    expect(await staged('application_receipts')).toEqual([]);
    expect(await staged('activity_receipts')).toHaveLength(1);
    expect(await warehouse.query('select object_key from ops.ledger')).toEqual([{ object_key: fine }]);
  });
});
