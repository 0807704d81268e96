import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Position, positionId } from '../../core/contract/position.ts';
import type { ReplayResult } from '../../cli/replay/run.ts';
import { crp } from './crp.ts';
import { type KeptRun, type Written, type WrittenObject, put, withStores, writeKeptRun } from './kept-run.ts';

const scratch = mkdtempSync(join(tmpdir(), 'crp-kept-'));
const data = join(scratch, 'data');
let kept: KeptRun;
beforeAll(async () => {
  kept = await writeKeptRun(data);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function replayed(): Promise<{ code: number | null; result: ReplayResult; stderr: string }> {
  const { code, stdout, stderr } = await crp('replay', '--json', '--data', data);
  return { code, result: JSON.parse(stdout) as ReplayResult, stderr };
}

/** Puts something else in an object's place while the work runs. */
async function changed<T>(object: WrittenObject, content: string | Buffer | null, work: () => Promise<T>): Promise<T> {
  await withStores(data, async ({ clients: { s3 }, outputs }) => {
    if (content === null) await s3.send(new DeleteObjectCommand({ Bucket: outputs['LogBucketName'], Key: object.key }));
    else await put(s3, object.key, content);
  });
  try {
    return await work();
  } finally {
    await withStores(data, ({ clients: { s3 } }) => put(s3, object.key, object.content));
  }
}
const names = (object: WrittenObject): string[] => object.positions.map(positionId).sort();

describe('crp replay', () => {
  it('finds every receipt equal', async () => {
    const { code, stdout } = await crp('replay', '--data', data);
    expect(stdout).toContain('1,200 of 1,200 receipts equal');
    expect(code).toBe(0);
  });

  it('names the positions of a deleted receipt object', async () => {
    const object = kept.receipts[1] as WrittenObject;
    const { code, result } = await changed(object, null, replayed);
    expect(code).toBe(1);
    expect(result).toMatchObject({
      equal: 1_200 - object.positions.length,
      missing: names(object),
      different: [],
      unlogged: [],
      unreadable: [],
    });
  });

  it('names the position of a record that was taken out of a log object', async () => {
    const object = kept.log[2] as WrittenObject;
    const lines = object.content.split('\n');
    // A quarantined record has no bearing on any other, so exactly its own position is affected.
    const at = kept.written.filter(({ record }) => names(object).includes(positionId(record.position)));
    const gone = at.findIndex(({ assessment }) => assessment.disposition === 'quarantined');
    const { code, result } = await changed(object, lines.toSpliced(gone, 1).join('\n'), replayed);
    expect(code).toBe(1);
    expect(result).toMatchObject({
      equal: 1_199,
      unlogged: [positionId(at[gone]!.record.position)],
      different: [],
      missing: [],
    });
  });

  it('names a record that was altered', async () => {
    const object = kept.log[0] as WrittenObject;
    const [first = '', ...rest] = object.content.split('\n');
    const envelope = JSON.parse(first) as { data: string };
    const bytes = Buffer.from(envelope.data, 'base64').toString().replace('"credit_score":', '"credit_score": ');
    const altered = first.replace(envelope.data, Buffer.from(bytes).toString('base64'));
    const { code, result } = await changed(object, [altered, ...rest].join('\n'), replayed);
    expect(code).toBe(1);
    expect(result.different).toEqual([positionId(object.positions[0]!)]);
    expect(result.equal).toBe(1_199);
  });

  it('names a log object that does not decompress', async () => {
    const object = kept.log[3] as WrittenObject;
    const result = await withStores(data, async ({ clients: { s3 }, outputs }) => {
      const { PutObjectCommand } = await import('@aws-sdk/client-s3');
      await s3.send(
        new PutObjectCommand({ Bucket: outputs['LogBucketName'], Key: object.key, Body: Buffer.from('no gzip') }),
      );
    }).then(replayed);
    await withStores(data, ({ clients: { s3 } }) => put(s3, object.key, object.content));
    expect(result.code).toBe(1);
    expect(result.result.unreadable).toEqual([{ key: object.key, reason: expect.stringContaining('gzip') as string }]);
    expect(result.result.unlogged).toEqual(names(object));
  });

  it('takes positions that were written twice for one', async () => {
    const object = kept.log[0] as WrittenObject;
    const again = object.content.split('\n').slice(10, 20).join('\n');
    const copy = {
      ...object,
      key: object.key.replace(/[0-9a-f]{16}\.ndjson/, '0123456789abcdef.ndjson'),
      content: `${again}\n`,
    };
    await withStores(data, ({ clients: { s3 } }) => put(s3, copy.key, copy.content));
    const { code, result } = await replayed();
    await withStores(data, async ({ clients: { s3 }, outputs }) => {
      await s3.send(new DeleteObjectCommand({ Bucket: outputs['LogBucketName'], Key: copy.key }));
    });
    expect(result.equal).toBe(1_200);
    expect(code).toBe(0);
  });
});

describe('crp explain', () => {
  it('shows inputs, history, rules, decision, receipt and position of every record of an application', async () => {
    const amended = kept.written.find(({ assessment }) => assessment.receipt.includes('"amendment":true'))!;
    const { application_id: id } = (JSON.parse(amended.assessment.receipt) as { inputs: { application_id: string } })
      .inputs;
    const { code, stdout } = await crp('explain', id, '--receipt', '--data', data);
    expect(code).toBe(0);
    expect(stdout).toContain(positionId(amended.record.position));
    expect(stdout).toContain(amended.assessment.receipt);
    expect(stdout).toContain('the stored one is equal');
    expect(stdout).toMatch(
      /R001 v1 +(clear|fired), .*\n +fires when credit_score < 450 and loan_amount > 15000\.00\n +here credit_score \d{3}, loan_amount [\d.]+/,
    );
    expect(stdout).toMatch(/step +[1-5] of 5: /);
    expect(stdout).toMatch(/event_time +20\d\d-\d\d-\d\dT/);
    expect(stdout).toMatch(/loan_amount +\d+\.\d\d\n/);
    expect(stdout).toMatch(/History seen \(\d+\)/);
    expect(stdout).toMatch(/decision +(Approved|Rejected|Under Review)/);
  });

  it('explains transactions, and prints JSON', async () => {
    const fired = kept.written.find(({ assessment }) => assessment.alerts.some((alert) => alert.rule_id === 'T001'))!;
    const { transaction_id: id } = (JSON.parse(fired.assessment.receipt) as { inputs: { transaction_id: string } })
      .inputs;
    expect((await crp('explain', id, '--data', data)).stdout).not.toContain('"raw_hash"');
    const { code, stdout } = await crp('explain', id, '--json', '--data', data);
    expect(code).toBe(0);
    const [explained] = JSON.parse(stdout) as {
      rules: { id: string; result: string }[];
      digest: string;
      stored_digest: string;
      history: unknown[];
    }[];
    expect(explained?.rules).toContainEqual(expect.objectContaining({ id: 'T001', result: 'fired' }));
    expect(explained?.stored_digest).toBe(fired.assessment.digest);
    expect(explained?.history.length).toBeGreaterThanOrEqual(4);
  });

  it('says so when there is no such application', async () => {
    const { code, stderr } = await crp('explain', 'nobody', '--data', data);
    expect(code).toBe(1);
    expect(stderr).toContain('No record of application or transaction "nobody"');
  });
});

const quarantined = (): Written[] => kept.written.filter(({ assessment }) => assessment.disposition === 'quarantined');
const key = (position: { stream: string; seq: string }): string => `${position.stream} ${position.seq}`;

describe('crp quarantine', () => {
  it('lists every quarantined position with its checks', async () => {
    const { code, stdout } = await crp('quarantine', 'list', '--json', '--data', data);
    expect(code).toBe(0);
    const listed = JSON.parse(stdout) as { position: { stream: string; seq: string }; issues: { check: string }[] }[];
    expect(listed.map((each) => key(each.position)).sort()).toEqual(
      quarantined()
        .map(({ record }) => key(record.position))
        .sort(),
    );
    expect(listed.every((each) => each.issues.length > 0)).toBe(true);
  });

  it('names the records, and marks those that came again and were decided', async () => {
    const { stdout } = await crp('quarantine', 'list', '--json', '--data', data);
    type Listed = { position: Position; id: string | null; user_id: string | null; decided_later: Position | null };
    const listed = (JSON.parse(stdout) as Listed[]).filter(({ position }) => position.stream === 'credit_applications');
    const decided = kept.written.flatMap(({ record: { position }, assessment: { inspection, disposition } }) =>
      disposition === 'decided' && inspection.kind === 'application'
        ? [{ position, id: inspection.application.application_id, user: inspection.application.user_id }]
        : [],
    );
    const again = listed.filter(({ position, id, user_id }) =>
      decided.some((each) => each.id === id && each.user === user_id && each.position.seq > position.seq),
    );
    expect(again.length).toBeGreaterThan(0);
    expect(listed.filter((each) => each.decided_later !== null)).toEqual(again);
    const shown = await crp(
      'quarantine',
      'list',
      '--limit',
      '10000',
      '--stream',
      'credit_applications',
      '--data',
      data,
    );
    for (const { id } of again) expect(shown.stdout).toMatch(new RegExp(`applications +${id} +decided +\\w`));
    expect(shown.stdout).not.toContain('shardId');
    expect(shown.stderr).toContain(`quarantine export --stream NAME --out FILE.ndjson --data ${data}`);
  });

  it('lists the newest first, and those since a moment', async () => {
    type Listed = { position: Position; arrival: number };
    const list = async (...flags: string[]): Promise<Listed[]> =>
      JSON.parse((await crp('quarantine', 'list', '--json', ...flags, '--data', data)).stdout) as Listed[];
    const all = await list();
    const arrivals = all.map(({ arrival }) => arrival);
    expect(arrivals).toEqual(arrivals.toSorted((x, y) => y - x));
    const middle = arrivals[arrivals.length >> 1]!;
    const since = await list('--since', new Date(middle).toISOString());
    expect(since).toEqual(all.filter(({ arrival }) => arrival >= middle));
    expect(since.length).toBeLessThan(all.length);
  });

  it('leaves out of an export what came again and was decided, and says where the next one begins', async () => {
    const flags = ['--stream', 'credit_applications', '--data', data];
    const { stdout: json } = await crp('quarantine', 'list', '--json', ...flags);
    const listed = JSON.parse(json) as { decided_later: Position | null }[];
    const mended = listed.filter((each) => each.decided_later !== null);
    const out = join(scratch, 'open.ndjson');
    const { stderr } = await crp('quarantine', 'export', '--out', out, ...flags);
    const left = readFileSync(out, 'utf8').trimEnd().split('\n').length;
    expect(mended.length).toBeGreaterThan(0);
    expect(left).toBe(listed.length - mended.length);
    expect(stderr).toMatch(new RegExp(`^${mended.length} records? left out`, 'm'));
    expect(stderr).toContain(`produce --input ${out} --stream credit_applications --data ${data}`);
    const [, since = ''] = /quarantine export --stream credit_applications --since (\S+)/.exec(stderr) ?? [];
    const next = await crp('quarantine', 'export', ...flags, '--since', since);
    expect([next.code, next.stdout]).toEqual([0, '']);
  });

  it('shows positions with --long', async () => {
    const { stdout } = await crp('quarantine', 'list', '--long', '--limit', '1', '--data', data);
    const newest = quarantined()
      .toSorted((x, y) => y.record.arrival - x.record.arrival)
      .at(0);
    expect(stdout).toContain(positionId(newest!.record.position));
  });

  it('shows those of one check', async () => {
    const { stdout, stderr } = await crp('quarantine', 'list', '--check', 'future_timestamp', '--data', data);
    expect(stdout).toContain('future_timestamp');
    expect(stdout).not.toContain('malformed_json');
    expect(stderr).toMatch(/records? in quarantine/);
  });

  it('names the form that a timestamp must have, and so does explain', async () => {
    const form = 'text YYYY-MM-DDTHH:MM[:SS[.f…]][Z or ±HH:MM]';
    const { stdout, stderr } = await crp('quarantine', 'list', '--check', 'invalid_timestamp', '--data', data);
    expect(stdout).toContain(form);
    expect(stderr).toContain('docs/records.md shows how to map other dates to it');
    const { stdout: json } = await crp('quarantine', 'list', '--check', 'invalid_timestamp', '--json', '--data', data);
    const named = (JSON.parse(json) as { id: string | null }[]).find(({ id }) => id !== null);
    expect((await crp('explain', named!.id!, '--data', data)).stdout).toContain(form);
  });

  it('exports the original bytes, masked, so that they can be produced again', async () => {
    const out = join(scratch, 'export.ndjson');
    const { code } = await crp(
      'quarantine',
      'export',
      '--mended',
      '--stream',
      'credit_applications',
      '--out',
      out,
      '--data',
      data,
    );
    expect(code).toBe(0);
    const mine = quarantined().filter(({ record }) => record.position.stream === 'credit_applications');
    const expected = mine.toSorted((x, y) => (x.record.position.seq < y.record.position.seq ? -1 : 1));
    expect(
      readFileSync(out).equals(Buffer.concat(expected.flatMap(({ record }) => [record.data, Buffer.from('\n')]))),
    ).toBe(true);
    expect(readFileSync(out, 'latin1')).not.toMatch(/4111 ?1111/);
    const dir = join(scratch, 'export');
    expect((await crp('quarantine', 'export', '--mended', '--dir', dir, '--data', data)).code).toBe(0);
    expect(readdirSync(dir)).toHaveLength(quarantined().length);
  });

  it('refuses to mix the streams in one file', async () => {
    const { code, stderr } = await crp('quarantine', 'export', '--data', data);
    expect(code).toBe(2);
    expect(stderr).toContain('--stream');
  });
});

describe('crp policy list', () => {
  it('says which policy is in force and which takes effect later', async () => {
    const later = join(scratch, 'later.json');
    const document = JSON.parse(readFileSync('policies/default.json', 'utf8')) as object;
    const effective_from = new Date(Date.now() + 3_600_000).toISOString();
    writeFileSync(later, JSON.stringify({ ...document, version: '9.0.0', effective_from }));
    expect((await crp('policy', 'publish', later, '--data', data)).code).toBe(0);
    const { code, stdout } = await crp('policy', 'list', '--data', data);
    expect(code).toBe(0);
    expect(stdout).toMatch(/pending +default +9\.0\.0 .*\n +in force +default +\d/);
    const { stdout: json } = await crp('policy', 'list', '--json', '--data', data);
    expect(JSON.parse(json)).toMatchObject([
      {
        standing: 'pending',
        version: '9.0.0',
        effective_from,
        digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      },
      { standing: 'in force' },
    ]);
  });
});

describe('a data directory', () => {
  it('without a run is named', async () => {
    const { code, stderr } = await crp('replay', '--data', join(scratch, 'none'));
    expect(code).toBe(2);
    expect(stderr).toContain('there is no run in');
  });
  it('that is not empty and not ours is left alone', async () => {
    const { code, stderr } = await crp('demo', '--count', '10', '--data', join(import.meta.dirname), '--fresh');
    expect(code).toBe(2);
    expect(stderr).toContain('nothing in it was touched');
  });
  it('that holds a run is refused without --fresh', async () => {
    const { code, stderr } = await crp('demo', '--count', '10', '--data', data);
    expect(code).toBe(2);
    expect(stderr).toContain('--fresh');
  });
});
