/** Applications put on Kinesis → log, receipts, alerts and histories stored, every server on this machine. */
import {
  CreateTableCommand,
  type DynamoDBClient,
  TransactWriteItemsCommand,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { GetRecordsCommand, GetShardIteratorCommand, ListShardsCommand } from '@aws-sdk/client-kinesis';
import { replay } from '../cli/replay/run.ts';
import type { Stack } from '../local/index.ts';
import { clientEnvironment } from '../local/stack/clients.ts';
import { logOf, output, Producer, withStack } from './host.ts';
import { type BenchOptions, type Measurement, median } from './measure.ts';

const APPLICATIONS = 100_000;
/** What the baseline carries of them: enough for a rate. */
const BASELINE_RECORDS = 20_000;
const ITEMS_PER_TRANSACTION = 100;

export async function run({ scale, runs }: BenchOptions): Promise<readonly Measurement[]> {
  const count = Math.max(5_000, Math.round(APPLICATIONS * scale));
  // The first run of each kind warms up what the runs share: files in the page cache, the synthesised app.
  await withStack(false, (stack) => draining(stack, Math.min(count, 5_000)));
  const drained: { rate: number; baseline: number }[] = [];
  const live: number[] = [];
  for (let i = 0; i < runs; i += 1) {
    drained.push(await withStack(false, (stack) => draining(stack, count)));
    live.push(await withStack(true, (stack) => withLiveProducer(stack, count)));
  }
  const rates = drained.map(({ rate }) => rate);
  const baseline = {
    name: 'GetRecords and one bare item a record, in transactions of 100',
    value: median(drained.map((one) => one.baseline)),
  };
  return [
    {
      name: `stream: draining ${count} applications`,
      unit: 'records/s',
      median: median(rates),
      runs: rates,
      baseline,
      ratio: median(rates) / baseline.value,
      target: 2_500,
      note: 'every receipt then equals its replay',
    },
    {
      name: `stream: ${count} applications with a live producer`,
      unit: 'records/s',
      median: median(live),
      runs: live,
      baseline,
      ratio: median(live) / baseline.value,
      target: 2_000,
      note: 'from the first put to the last decision stored',
    },
  ];
}

async function draining(stack: Stack, count: number): Promise<{ rate: number; baseline: number }> {
  await new Producer(stack, { applications: count, seed: 1, rate: null }).done;
  const baseline = await bareTransport(stack, Math.min(count, BASELINE_RECORDS));
  const start = performance.now();
  await stack.drained();
  const rate = count / ((performance.now() - start) / 1000);
  await proveComplete(stack);
  return { rate, baseline };
}

async function withLiveProducer(stack: Stack, count: number): Promise<number> {
  const start = performance.now();
  await new Producer(stack, { applications: count, seed: 1, rate: null }).done;
  await stack.drained();
  const rate = count / ((performance.now() - start) / 1000);
  await proveComplete(stack);
  return rate;
}

/** @throws Error unless every record of the log has a receipt and each is what its replay gives */
async function proveComplete(stack: Stack): Promise<void> {
  const result = await replay({ objects: logOf(stack), env: clientEnvironment(stack.endpoints), workers: 2 });
  const faults = [result.different, result.missing, result.unlogged, result.unreadable].map(({ length }) => length);
  if (result.equal === 0 || faults.some((n) => n > 0))
    throw new Error(`the receipts do not equal their replay: ${result.equal} equal, faults ${faults.join(', ')}`);
}

/** The least that anyone who stores something for each record has to do. @returns records/s */
async function bareTransport(stack: Stack, count: number): Promise<number> {
  const { kinesis, dynamodb } = stack.clients;
  const StreamName = output(stack, 'ApplicationsStreamName');
  const TableName = 'bench-bare-items';
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    }),
  );
  const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName }));
  let left = count;
  const start = performance.now();
  await Promise.all(
    Shards.map(async ({ ShardId }) => {
      const first = await kinesis.send(
        new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
      );
      let iterator = first.ShardIterator;
      while (left > 0) {
        const answer = await kinesis.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: 1_000 }));
        const items = (answer.Records ?? []).slice(0, Math.max(0, left)).map(({ SequenceNumber, Data }) => ({
          Put: {
            TableName,
            Item: { id: { S: `${ShardId}/${SequenceNumber}` }, data: { B: Data as Uint8Array } },
          },
        }));
        if (items.length === 0) break;
        left -= items.length;
        await putItems(dynamodb, items);
        iterator = answer.NextShardIterator;
      }
    }),
  );
  return (count - Math.max(0, left)) / ((performance.now() - start) / 1000);
}

async function putItems(dynamodb: DynamoDBClient, items: readonly TransactWriteItem[]): Promise<void> {
  for (let from = 0; from < items.length; from += ITEMS_PER_TRANSACTION)
    await dynamodb.send(
      new TransactWriteItemsCommand({ TransactItems: items.slice(from, from + ITEMS_PER_TRANSACTION) }),
    );
}
