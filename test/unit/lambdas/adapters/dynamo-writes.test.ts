import { randomUUID } from 'node:crypto';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Write, writeItems } from '../../../../lambdas/adapters/dynamo-writes.ts';
import { startDynamoDB, type TestDynamoDB } from '../../../support/dynamodb.ts';
import { type Fate, type FaultProxy, startFaultProxy } from '../../../support/fault-proxy.ts';

const insert = (customer: string, text = 'x'): Write<string> => ({
  subject: customer,
  kind: 'insert',
  key: { customer: { S: customer }, item: { S: 'i' } },
  attributes: { version: { N: '1' }, text: { S: text } },
  bytes: 100 + text.length,
});
const NAMES = Array.from({ length: 60 }, (_, n) => `c${n}`);

describe('writes in statements, to a service that refuses some of a call', () => {
  let server: TestDynamoDB;
  let proxy: FaultProxy;
  let client: DynamoDBClient;
  let table: string;
  let fates: (Fate | undefined)[];
  let sent: number[];

  beforeAll(async () => {
    server = await startDynamoDB();
    proxy = await startFaultProxy(server.endpoint, 'writes', ({ body }) => {
      sent.push((body['Statements'] as readonly unknown[]).length);
      return fates.shift();
    });
    client = new DynamoDBClient({
      endpoint: proxy.url,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
  });
  afterAll(async () => {
    client.destroy();
    await proxy.close();
    await server.stop();
  });
  beforeEach(async () => {
    table = `customers-${randomUUID()}`;
    await server.createCustomersTable(table);
    fates = [];
    sent = [];
  });

  const write = (writes: readonly Write<string>[]) => writeItems(client, table, 'statements', writes);
  const stored = async (): Promise<string[]> => {
    const { Items } = await server.client.send(new ScanCommand({ TableName: table }));
    return Items!.map((item) => item['customer']!.S!).sort();
  };

  it('sends them in calls of 25', async () => {
    expect(await write(NAMES.map((name) => insert(name)))).toEqual({ refused: [], failed: [] });
    expect(sent.toSorted((a, b) => a - b)).toEqual([10, 25, 25]);
    expect(await stored()).toEqual(NAMES.toSorted());
  });

  it('sends again those that were throttled, and those only', async () => {
    fates = [
      { kind: 'parted', share: 0.5 },
      { kind: 'parted', share: 1 },
    ];
    const few = NAMES.slice(0, 25);
    expect(await write(few.map((name) => insert(name)))).toEqual({ refused: [], failed: [] });
    const [first, second, third] = sent;
    expect(first).toBe(25);
    expect(second).toBeGreaterThan(0);
    expect(second).toBeLessThan(25);
    expect(third).toBe(second);
    expect(await stored()).toEqual(few.toSorted());
  });

  it('takes a write whose answer got lost for refused: its caller has to look', async () => {
    fates = [{ kind: 'lost' }];
    expect(await write([insert('c0')])).toEqual({ refused: ['c0'], failed: [] });
    expect(await stored()).toEqual(['c0']);
  });

  it('lets one that the service cannot take fail alone, and says nothing of what it holds', async () => {
    const { refused, failed } = await write([insert('c0'), insert('c1', 'secret'.repeat(80_000)), insert('c2')]);
    expect(refused).toEqual([]);
    expect(failed.map(({ subject }) => subject)).toEqual(['c1']);
    expect(String(failed[0]!.error)).toContain('ValidationError');
    expect(String(failed[0]!.error)).not.toContain('secret');
    expect(await stored()).toEqual(['c0', 'c2']);
  });
});
