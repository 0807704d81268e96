import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kinesisSenders } from '../../cli/produce/kinesis.ts';
import { openSource } from '../../cli/produce/open.ts';
import { produce } from '../../cli/produce/produce.ts';
import type { Source } from '../../cli/produce/source.ts';
import { replay } from '../../cli/replay/run.ts';
import { canonicalSeq, positionId } from '../../core/contract/position.ts';
import { ACTIVITY, APPLICATIONS } from '../../core/contract/streams.ts';
import { readReport } from '../../lambdas/adapters/report.ts';
import { readSnapshot } from '../../lambdas/adapters/warehouse-reader.ts';
import { S3Objects } from '../../lambdas/adapters/s3-objects.ts';
import { synthesise } from '../../local/assembly/synth.ts';
import { openDataDirectory, type Stack, startStack } from '../../local/index.ts';
import { clientEnvironment } from '../../local/stack/clients.ts';
import { crp } from './crp.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'crp-expired-'));
const data = path.join(scratch, 'data');
const day = Date.UTC(2026, 10, 21);
const CLEAN = { pending: 0, missing: 0, unexpected: 0, parityDifferences: 0 };
const CARD = { application_id: 'card-1', user_id: 'card-user', credit_score: 640, loan_amount: 900, timestamp: day };
/** Lambda gives up after this; on a stage it is hours. */
const MAX_AGE_SECONDS = 1;

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, any>;
}

/** The app as it is, but for times: the batch gives up at once, and so does detect-fraud where that is wanted. */
async function assembly(name: string, { expires }: { expires: boolean }): Promise<string> {
  const directory = path.join(scratch, name);
  cpSync(await synthesise(), directory, { recursive: true });
  let changed = 0;
  for (const file of readdirSync(directory).filter((entry) => entry.endsWith('.template.json'))) {
    const template = JSON.parse(readFileSync(path.join(directory, file), 'utf8')) as {
      Resources: Record<string, Resource>;
    };
    for (const { Type, Properties } of Object.values(template.Resources)) {
      const variables = Properties?.['Environment']?.Variables as Record<string, string> | undefined;
      if (['mark-undecided', 'reconcile'].includes(variables?.['POWERTOOLS_SERVICE_NAME'] ?? '')) {
        Object.assign(variables!, {
          MAX_RECORD_AGE_HOURS: String(MAX_AGE_SECONDS / 3600),
          GIVE_UP_MARGIN_MINUTES: '0',
        });
        changed += 1;
      }
      const decides = Type === 'AWS::Lambda::EventSourceMapping' && /DetectFraud/.test(JSON.stringify(Properties));
      if (!decides || !expires) continue;
      Properties['MaximumRecordAgeInSeconds'] = MAX_AGE_SECONDS;
      changed += 1;
    }
    writeFileSync(path.join(directory, file), JSON.stringify(template));
  }
  expect(changed).toBe(expires ? 3 : 2);
  return directory;
}

let usual: string;
let expiring: string;
beforeAll(async () => {
  usual = await assembly('usual', { expires: false });
  expiring = await assembly('expiring', { expires: true });
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Runs the stack on the directory for a while. */
async function up<T>(
  assemblyOf: string,
  work: (stack: Stack) => Promise<T>,
  { isNew = false, consume = true } = {},
): Promise<T> {
  const directory = await openDataDirectory(data, { mode: isNew ? 'new' : 'keep' });
  const policies = isNew
    ? [readFileSync(path.resolve(import.meta.dirname, '../../policies/default.json'), 'utf8')]
    : [];
  const stack = await startStack({ directory, assembly: assemblyOf, policies, consume });
  try {
    return await work(stack);
  } finally {
    await stack.stop();
  }
}

async function send(stack: Stack, source: Source): Promise<number> {
  const names = {
    [APPLICATIONS]: stack.outputs['ApplicationsStreamName']!,
    [ACTIVITY]: stack.outputs['ActivityStreamName']!,
  };
  const { taken, problems } = await produce(source, {
    sender: kinesisSenders(stack.clients.kinesis, (stream) => names[stream]),
  });
  expect(problems).toEqual([]);
  return taken[APPLICATIONS] ?? 0;
}
const generated = (seed: number): Source => openSource({ count: 120, seed }, day);
const single = (text: string): Source => ({
  title: 'one',
  streams: [APPLICATIONS],
  total: 1,
  batches: () => [[{ stream: APPLICATIONS, data: Buffer.from(text), line: 1 }]],
});

const objectsOf = (stack: Stack): S3Objects => new S3Objects(stack.clients.s3, stack.outputs['LogBucketName']!);

/** The positions in what Lambda would have written to the failure destination. */
async function givenUp(stack: Stack): Promise<string[]> {
  const Bucket = stack.outputs['FailureBucketName']!;
  const { Contents = [] } = await stack.clients.s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'aws/lambda/' }));
  const found: string[] = [];
  for (const { Key } of Contents) {
    const { Body } = await stack.clients.s3.send(new GetObjectCommand({ Bucket, Key }));
    const { requestContext, payload } = JSON.parse(await Body!.transformToString()) as {
      requestContext: { condition: string };
      payload: string;
    };
    expect(requestContext.condition).toBe('RecordAgeExceeded');
    const { Records } = JSON.parse(payload) as { Records: { eventID: string }[] };
    for (const { eventID } of Records) {
      const [shard = '', seq = ''] = eventID.split(':');
      found.push(positionId({ stream: APPLICATIONS, shard, seq: canonicalSeq(seq) }));
    }
  }
  return found.sort();
}

async function batch(stack: Stack) {
  expect(await stack.runWorkflow()).toMatchObject({ status: 'SUCCEEDED', output: CLEAN });
  const client = await stack.pg();
  try {
    const report = await readReport({ read: (statements) => readSnapshot(client, statements), end: async () => {} });
    const { rows } = await client.query<{ identities: number }>(
      `select count(distinct (user_id, application_id, revision))::integer as identities
       from staging.applications where payload_hash is not null`,
    );
    const { rows: undecided } = await client.query<{ position: string }>(
      `select ops.position_id('credit_applications', shard, seq) as position
       from staging.application_receipts where disposition = 'undecided' order by 1`,
    );
    return { ...report.applications, ...rows[0]!, positions: undecided.map(({ position }) => position) };
  } finally {
    await client.end();
  }
}

async function replayed(stack: Stack): Promise<void> {
  const found = await replay({ objects: objectsOf(stack), env: clientEnvironment(stack.endpoints), workers: 2 });
  expect(found).toMatchObject({ different: [], missing: [], unlogged: [], unreadable: [] });
}

describe('records that the stream gives up', () => {
  it('are kept, marked by the batch, sent again by one command, and decided once', { timeout: 300_000 }, async () => {
    await up(
      usual,
      async (stack) => {
        await send(stack, generated(1));
        await stack.drained();
      },
      { isNew: true },
    );

    const lost = await up(
      expiring,
      async (stack) => {
        // Others, some again (a late duplicate, that nobody tells), one that fails a check, and one with a card number.
        let sent = await send(stack, generated(2));
        sent += await send(stack, generated(1));
        sent += await send(stack, single('{ not json'));
        sent += await send(stack, single(JSON.stringify({ ...CARD, note: '4111111111111111' })));
        await sleep(MAX_AGE_SECONDS * 1000 + 200);
        await stack.drained();
        const positions = await givenUp(stack);
        expect(positions).toHaveLength(sent);
        return positions;
      },
      { consume: false },
    );

    const before = await up(usual, async (stack) => {
      const counts = await batch(stack);
      expect(counts).toMatchObject({ undecided: lost.length, positions: lost });
      expect(counts.decided).toBeLessThan(counts.identities);
      await replayed(stack);
      return counts;
    });

    const looked = await crp('redrive', '--dry-run', '--json', '--data', data);
    expect(looked.code, looked.stderr).toBe(0);
    const listed = JSON.parse(looked.stdout) as { position: string; masked: boolean }[];
    expect(listed.map(({ position }) => position).sort()).toEqual(lost);
    const held = listed.filter(({ masked }) => masked).length;
    expect(held).toBeGreaterThan(0);
    const asked = await crp('redrive', '--data', data);
    expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining('Add --yes') });

    const sentAgain = await crp('redrive', '--yes', '--data', data);
    expect(sentAgain.stderr).toMatch(new RegExp(`\\b${held} records? held back`));
    expect(sentAgain.code).toBe(1);
    const again = await crp('redrive', '--yes', '--data', data);
    expect(again).toMatchObject({ code: 1, stdout: expect.stringContaining('card number masked') });
    expect(again.stderr).not.toContain('sent:');

    await up(usual, async (stack) => {
      const counts = await batch(stack);
      expect(counts).toMatchObject({
        received: before.received + lost.length - held,
        undecided: lost.length,
        positions: lost,
      });
      // Every identity is decided, and none of them twice.
      expect(counts.decided).toBe(counts.identities);
      await replayed(stack);
      // Once more, as a redrive does that died before it remembered: duplicates.
      await send(stack, generated(2));
      await stack.drained();
      expect((await batch(stack)).decided).toBe(counts.decided);
      await replayed(stack);
    });
  });
});
