import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kinesisSenders } from '../../cli/produce/kinesis.ts';
import { openSource } from '../../cli/produce/open.ts';
import { produce } from '../../cli/produce/produce.ts';
import { replay } from '../../cli/replay/run.ts';
import { ACTIVITY, APPLICATIONS, type StreamName } from '../../core/contract/streams.ts';
import { DynamoAlerts } from '../../lambdas/adapters/alert-store-dynamo.ts';
import { DynamoCustomers } from '../../lambdas/adapters/dynamo-customers.ts';
import { S3Objects } from '../../lambdas/adapters/s3-objects.ts';
import { synthesise } from '../../local/assembly/synth.ts';
import { openDataDirectory, type Stack, startStack } from '../../local/index.ts';
import { clientEnvironment } from '../../local/stack/clients.ts';
import { expectedOf } from '../support/expected.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'crp-hostile-'));
// As the stages in an account write: what is killed there leaves some of a call's customers written.
const WRITING = 'statements';
let assembly: string;
beforeAll(async () => {
  assembly = await synthesise({ settings: { historyWrites: WRITING } });
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const SEED = 20_261_121;
const STREAM_FUNCTIONS = ['archive-log', 'detect-fraud', 'track-activity'] as const;

const streamNames = (stack: Stack): Record<StreamName, string> => ({
  [APPLICATIONS]: stack.outputs['ApplicationsStreamName'] as string,
  [ACTIVITY]: stack.outputs['ActivityStreamName'] as string,
});

describe('stream functions that are killed at any moment, cut batches, redeliveries, throttled reads', () => {
  it('leave receipts, alerts and histories as if nothing had happened, and a warehouse that adds up', async () => {
    const directory = await openDataDirectory(path.join(scratch, 'data'), { mode: 'new' });
    const policy = readFileSync(path.resolve(import.meta.dirname, '../../policies/default.json'), 'utf8');
    const stack = await startStack({
      directory,
      assembly,
      policies: [policy],
      backoff: { baseMs: 20, mostMs: 200 },
      hostility: { seed: SEED, redeliver: 0.15, cut: 0.5, throttle: 0.05, expire: 0.05 },
    });
    try {
      const names = streamNames(stack);
      const source = openSource({ count: 1_500, seed: SEED }, Date.UTC(2026, 10, 21));
      const producing = produce(source, { sender: kinesisSenders(stack.clients.kinesis, (stream) => names[stream]) });
      const calm = new AbortController();
      let kills = 0;
      const killing = (async () => {
        for (let i = 0; !calm.signal.aborted; i += 1) {
          // At odd times: in the middle of reading, of a write, between two writes, while starting.
          await sleep(60 + ((i * 7919) % 240));
          kills += stack.functions.kill(STREAM_FUNCTIONS[i % 3] as string, 'SIGKILL');
        }
      })();
      await producing;
      await sleep(4_000);
      calm.abort();
      await killing;
      await stack.drained();
      expect(kills).toBeGreaterThan(10);

      const objects = new S3Objects(stack.clients.s3, stack.outputs['LogBucketName'] as string);
      const found = await replay({ objects, env: clientEnvironment(stack.endpoints), workers: 2 });
      expect(found).toMatchObject({ different: [], missing: [], unlogged: [], unreadable: [] });
      const sent = Object.values((await producing).taken).reduce((sum, count) => sum + count, 0);
      expect(found.equal).toBe(sent);

      const { alerts, histories } = await expectedOf(objects);
      const store = new DynamoAlerts(stack.clients.dynamodb, stack.outputs['AlertsTableName'] as string);
      const stored: string[] = [];
      for await (const page of store.updatedSince('')) stored.push(...page.map(({ alert_id }) => alert_id));
      expect(alerts.size).toBeGreaterThan(10);
      expect(stored.sort()).toEqual([...alerts].sort());

      const customers = new DynamoCustomers(
        stack.clients.dynamodb,
        stack.outputs['CustomersTableName'] as string,
        WRITING,
      );
      for (const stream of [APPLICATIONS, ACTIVITY] as const) {
        const of = [...histories.keys()].flatMap((key) =>
          key.startsWith(`${stream} `) ? [key.slice(stream.length + 1)] : [],
        );
        const wishes = of.map((customer) => ({
          customer,
          first: '9'.repeat(56),
          keys: new Set<string>(),
          subjects: new Set<string>(),
        }));
        const { loaded, failed } = await customers.load(stream, wishes);
        expect(failed.size).toBe(0);
        for (const customer of of)
          expect(loaded.get(customer)?.history.entries()).toEqual(histories.get(`${stream} ${customer}`));
      }

      const workflow = await stack.runWorkflow();
      expect(workflow).toMatchObject({
        status: 'SUCCEEDED',
        output: { pending: 0, missing: 0, unexpected: 0, parityDifferences: 0 },
      });
    } finally {
      await stack.stop();
    }
  });
});
