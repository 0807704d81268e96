import { ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListBucketsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { emulatorClients, type Outputs } from '../../local/emulator/deployment.ts';
import { EMULATED } from '../../local/emulator/ministack.ts';
import { CREDENTIALS } from '../../local/stack/clients.ts';
import { progress } from './checks.ts';

const QUIET_FOR_MS = 120_000;

/** What the deployed stage has done, seen through AWS's own interfaces. */
export class Stage {
  readonly outputs: Outputs;
  readonly clients: ReturnType<typeof emulatorClients>;
  readonly #common: { endpoint: string; region: string; credentials: typeof CREDENTIALS };
  readonly #objects = new Map<string, Map<string, Record<string, unknown>[]>>();

  constructor(endpoint: string, outputs: Outputs) {
    this.outputs = outputs;
    this.clients = emulatorClients(endpoint);
    this.#common = { endpoint, region: EMULATED.region, credentials: CREDENTIALS };
  }

  /** Lines of all objects under a prefix of the log bucket. An object never changes, so each is read once. */
  async lines(prefix: 'log/' | 'receipts/'): Promise<Record<string, unknown>[]> {
    const known = this.#objects.get(prefix) ?? new Map<string, Record<string, unknown>[]>();
    this.#objects.set(prefix, known);
    for (const key of await this.keys(this.outputs.LogBucketName, prefix)) {
      if (known.has(key)) continue;
      const command = new GetObjectCommand({ Bucket: this.outputs.LogBucketName, Key: key });
      const { Body } = await this.clients.s3.send(command);
      const text = gunzipSync((await Body?.transformToByteArray()) ?? Buffer.alloc(0)).toString('utf8');
      known.set(
        key,
        text
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as Record<string, unknown>),
      );
    }
    return [...known.values()].flat();
  }

  async keys(bucket: string | undefined, prefix = ''): Promise<string[]> {
    const keys: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.clients.s3.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          ...(token === undefined ? {} : { ContinuationToken: token }),
        }),
      );
      keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return keys;
  }

  /** Waits until every record that was sent is in the log and has its receipt. @throws when nothing moves any more */
  async decided(records: number): Promise<void> {
    let before = '';
    let moved = Date.now();
    for (;;) {
      const [log, receipts] = [(await this.lines('log/')).length, (await this.lines('receipts/')).length];
      const now = `${log} in the log, ${receipts} decided, of ${records}`;
      if (now !== before) {
        progress(now);
        before = now;
        moved = Date.now();
      }
      if (log >= records && receipts >= records) return;
      if (Date.now() - moved > QUIET_FOR_MS) throw new Error(`nothing has moved for ${QUIET_FOR_MS / 1000} s: ${now}`);
      await sleep(1_000);
    }
  }

  /** Starts the deployed state machine and waits for its end. @returns its output @throws when it did not succeed */
  async runBatch(): Promise<Record<string, unknown>> {
    const sfn = new SFNClient(this.#common);
    const { executionArn } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn: this.outputs.WorkflowArn, input: '{}' }),
    );
    const described = async () => sfn.send(new DescribeExecutionCommand({ executionArn }));
    let execution = await described();
    while (execution.status === 'RUNNING') {
      await sleep(500);
      execution = await described();
    }
    const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
    const states = new Set(events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []));
    progress(`states: ${[...states].join(', ')}`);
    sfn.destroy();
    const { status, output, error, cause } = execution;
    if (status !== 'SUCCEEDED') throw new Error(`the execution ended as ${status}: ${error} ${cause}`);
    return JSON.parse(output ?? '{}') as Record<string, unknown>;
  }

  /** The alerts that are stored, as the functions wrote them. */
  async alerts(): Promise<unknown[]> {
    const alerts: unknown[] = [];
    let from: Record<string, never> | undefined;
    do {
      const page = await this.clients.dynamodb.send(
        new ScanCommand({
          TableName: this.outputs.AlertsTableName,
          ...(from === undefined ? {} : { ExclusiveStartKey: from }),
        }),
      );
      alerts.push(...(page.Items ?? []).map((item) => JSON.parse(item['alert']?.S ?? 'null') as unknown));
      from = page.LastEvaluatedKey as Record<string, never> | undefined;
    } while (from !== undefined);
    return alerts;
  }

  /** Streams, tables, buckets and functions that are there, but for the bucket of the bootstrap. */
  async leftovers(): Promise<string[]> {
    const { kinesis, dynamodb, s3 } = this.clients;
    const lambda = new LambdaClient(this.#common);
    const [streams, tables, buckets, functions] = await Promise.all([
      kinesis.send(new ListStreamsCommand({})),
      dynamodb.send(new ListTablesCommand({})),
      s3.send(new ListBucketsCommand({})),
      lambda.send(new ListFunctionsCommand({})),
    ]);
    lambda.destroy();
    return [
      ...(streams.StreamNames ?? []),
      ...(tables.TableNames ?? []),
      ...(buckets.Buckets ?? []).flatMap(({ Name }) => Name ?? []),
      ...(functions.Functions ?? []).flatMap(({ FunctionName }) => FunctionName ?? []),
    ].filter((name) => !name.startsWith('cdk-'));
  }
}
