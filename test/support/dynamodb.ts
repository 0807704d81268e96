import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';

const BINARY = resolve(import.meta.dirname, '../../node_modules/@dynoxide/linux-x64/dynoxide');
const ATTEMPTS = 3;

export interface TestDynamoDB {
  readonly endpoint: string;
  readonly client: DynamoDBClient;
  createCustomersTable(name: string): Promise<void>;
  createAlertsTable(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** A real DynamoDB endpoint of its own, in memory, on a free port. Stop it when the tests are over. */
export async function startDynamoDB(): Promise<TestDynamoDB> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const server = spawn(BINARY, ['serve', '--port', String(port)], { stdio: 'ignore' });
    const endpoint = `http://127.0.0.1:${port}`;
    const client = new DynamoDBClient({
      endpoint,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      requestHandler: new NodeHttpHandler({ requestTimeout: 20_000 }),
    });
    if (await answers(client, server)) return facade(endpoint, client, server);
    client.destroy();
    server.kill('SIGKILL');
    if (attempt === ATTEMPTS) throw new Error(`DynamoDB did not start on port ${port}`);
  }
}

function facade(endpoint: string, client: DynamoDBClient, server: ChildProcess): TestDynamoDB {
  const kill = (): void => void server.kill('SIGKILL');
  process.once('exit', kill);
  return {
    endpoint,
    client,
    async createCustomersTable(name) {
      await client.send(
        new CreateTableCommand({
          TableName: name,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [
            { AttributeName: 'customer', AttributeType: 'S' },
            { AttributeName: 'item', AttributeType: 'S' },
          ],
          KeySchema: [
            { AttributeName: 'customer', KeyType: 'HASH' },
            { AttributeName: 'item', KeyType: 'RANGE' },
          ],
        }),
      );
    },
    async createAlertsTable(name) {
      await client.send(
        new CreateTableCommand({
          TableName: name,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: ['alert_id', 'updated_bucket', 'updated_at', 'application_id'].map((AttributeName) => ({
            AttributeName,
            AttributeType: 'S' as const,
          })),
          KeySchema: [{ AttributeName: 'alert_id', KeyType: 'HASH' }],
          GlobalSecondaryIndexes: [
            {
              IndexName: 'by_updated',
              KeySchema: [
                { AttributeName: 'updated_bucket', KeyType: 'HASH' },
                { AttributeName: 'updated_at', KeyType: 'RANGE' },
              ],
              Projection: { ProjectionType: 'ALL' },
            },
            {
              IndexName: 'by_application',
              KeySchema: [{ AttributeName: 'application_id', KeyType: 'HASH' }],
              Projection: { ProjectionType: 'ALL' },
            },
          ],
        }),
      );
    },
    async stop() {
      client.destroy();
      process.off('exit', kill);
      const ended = new Promise((done) => server.once('exit', done));
      kill();
      if (server.exitCode === null && server.signalCode === null) await ended;
    },
  };
}

async function answers(client: DynamoDBClient, server: ChildProcess): Promise<boolean> {
  for (let i = 0; i < 200; i++) {
    if (server.exitCode !== null) return false;
    try {
      await client.send(new ListTablesCommand({}));
      return true;
    } catch {
      await sleep(25);
    }
  }
  return false;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done));
  const { port } = probe.address() as { port: number };
  await new Promise((done) => probe.close(done));
  return port;
}
