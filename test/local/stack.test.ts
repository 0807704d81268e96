import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { existsSync, readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readAssembly } from '../../local/assembly/template.ts';
import { openDataDirectory, services, type Stack, type StackOptions, startStack } from '../../local/index.ts';
import { smallApp, writeSmallApp } from './support/stack.ts';
import { writeAssembly } from './support/assembly.ts';
import { processesOf, temporaryDirectory } from './support/temporary.ts';

async function up(root: string, options: Partial<StackOptions> = {}): Promise<Stack> {
  const directory = await openDataDirectory(path.join(root, 'data'));
  const assembly = options.assembly ?? writeSmallApp(root);
  const stack = await startStack({ directory, assembly, ...options });
  onTestFinished(() => stack.stop());
  return stack;
}

const put = (stack: Stack, ids: readonly string[]): Promise<unknown> =>
  stack.clients.kinesis.send(
    new PutRecordsCommand({
      StreamName: stack.outputs['StreamName'],
      Records: ids.map((id) => ({ PartitionKey: id, Data: Buffer.from(id) })),
    }),
  );
const counted = async (stack: Stack): Promise<string[]> => {
  const { Items = [] } = await stack.clients.dynamodb.send(new ScanCommand({ TableName: stack.outputs['TableName'] }));
  return Items.map(({ id }) => id?.S ?? '').sort();
};

describe('the embedded stack', () => {
  test('hosts an app from its templates, keeps what it did, and goes on after a stop', async () => {
    const root = temporaryDirectory();
    const policy = readFileSync(path.resolve(import.meta.dirname, '../../policies/founding.json'), 'utf8');
    const first = await up(root, { policies: [policy] });
    expect(first.outputs).toMatchObject({ StreamName: 'pipe-Stream', LogBucketName: 'pipe-logbucket' });

    await put(first, ['a', 'b', 'c']);
    await first.drained();
    expect(await counted(first)).toEqual(['a', 'b', 'c']);
    expect(await first.runWorkflow()).toMatchObject({ status: 'SUCCEEDED', output: [10, 20, 30] });
    expect(first.functions.statistics('Count').errors).toBe(0);
    expect(readFileSync(path.join(root, 'data/logs/Migrate.log'), 'utf8')).toContain('migrated for pipeline');

    const { Contents = [] } = await first.clients.s3.send(
      new ListObjectsV2Command({ Bucket: 'pipe-logbucket', Prefix: 'documents/policies/' }),
    );
    expect(Contents.map(({ Key }) => Key)).toEqual([
      expect.stringMatching(/^documents\/policies\/20000101T000000Z-[0-9a-f]{16}\.json$/),
    ]);
    const { Body } = await first.clients.s3.send(
      new GetObjectCommand({ Bucket: 'pipe-logbucket', Key: Contents[0]?.Key }),
    );
    expect(await Body?.transformToString()).toBe(policy);

    const warehouse = await first.pg();
    const { rows } = await warehouse.query(
      'select current_user as "user", current_database() as "database", rolsuper from pg_roles where rolname = current_user',
    );
    expect(rows).toEqual([{ user: 'pipeline', database: 'risk', rolsuper: false }]);
    await warehouse.query("create table kept as select 'yes'::text as text");
    await warehouse.end();
    await first.stop();
    expect(processesOf(root)).toEqual([]);
    expect(existsSync(path.join(root, 'data/lock'))).toBe(false);

    const second = await up(root);
    await put(second, ['d']);
    await second.drained();
    expect(await counted(second)).toEqual(['a', 'b', 'c', 'd']);
    expect(second.status().reduce((sum, { delivered }) => sum + delivered, 0)).toBe(1);
    const again = await second.pg();
    expect((await again.query('select text from kept')).rows).toEqual([{ text: 'yes' }]);
    await again.end();
  });

  test('serves other commands while it is up, and its directory does when it is not', async () => {
    const root = temporaryDirectory();
    const data = path.join(root, 'data');
    const stack = await up(root, { consume: false });
    await put(stack, ['x']);
    expect(stack.status()).toEqual([]);

    const beside = await services(data, ['postgres']);
    expect(beside.stackPid).toBe(process.pid);
    expect(beside.outputs).toEqual(stack.outputs);
    const client = await beside.pg();
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await client.end();
    await beside.stop();
    await expect(openDataDirectory(data)).rejects.toThrow(`in use by this process`);
    await stack.drained();
    expect(await counted(stack)).toEqual(['x']);
    await stack.stop();

    const first = await services(data, ['postgres', 's3']);
    expect(first.stackPid).toBeNull();
    // The second waits until the first lets go.
    const second = services(data, ['s3']);
    const kept = await first.pg();
    expect((await kept.query('select current_database() as name')).rows).toEqual([{ name: 'risk' }]);
    await kept.end();
    await first.stop();
    const { clients, stop } = await second;
    expect((await clients.s3.send(new ListObjectsV2Command({ Bucket: 'pipe-logbucket' }))).KeyCount).toBe(0);
    await stop();
    expect(processesOf(root)).toEqual([]);
  });

  test('says which server died, instead of waiting for ever', async () => {
    const root = temporaryDirectory();
    const stack = await up(root);
    await put(stack, ['a']);
    await stack.drained();
    stack.servers.all.find(({ name }) => name === 'dynamodb')?.child.signal('SIGKILL');
    await put(stack, ['b']);
    await expect(stack.drained()).rejects.toThrow(
      /the dynamodb server ended \(killed by SIGKILL\)[\s\S]*dynamodb\.log/,
    );
    await expect(stack.runWorkflow()).rejects.toThrow('the dynamodb server ended');
    await stack.stop();
    expect(processesOf(root)).toEqual([]);
    // What was not done is done after the next start.
    const again = await up(root);
    await again.drained();
    expect(await counted(again)).toEqual(['a', 'b']);
  });

  test('says when a directory holds a run that never came up', async () => {
    const data = path.join(temporaryDirectory(), 'data');
    (await openDataDirectory(data)).close();
    await expect(services(data, ['postgres'])).rejects.toThrow('never came up');
  });
});

const fails = async (root: string, options: Partial<StackOptions>, message: RegExp): Promise<void> => {
  await expect(up(root, options)).rejects.toThrow(message);
  expect(processesOf(path.join(root, 'data'))).toEqual([]);
  (await openDataDirectory(path.join(root, 'data'))).close();
};

describe('a start that fails leaves nothing running and the directory free', () => {
  test('on a port that is taken', async () => {
    const squatter = net.createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void squatter.close());
    await new Promise((resolve) => squatter.once('listening', resolve));
    const { port } = squatter.address() as net.AddressInfo;
    await fails(temporaryDirectory(), { ports: { dynamodb: port } }, new RegExp(`DynamoDB: port ${port} .* is taken`));
  });

  test('on a migration that fails, an invalid policy, and what cannot be hosted', async () => {
    const root = temporaryDirectory();
    const app = smallApp();
    const broken = {
      ...app.functions,
      Migrate: { code: `export const handler = async () => { throw new Error('checksum') }` },
    };
    const assembly = writeAssembly(path.join(root, 'broken'), { ...app, functions: broken });
    await fails(root, { assembly }, /the function Migrate failed: Error: checksum\n.*Migrate\.log/);
    await fails(root, { policies: ['{"id":'] }, /./);
    const { Schedule: _, ...unscheduled } = app.resources ?? {};
    const without = writeAssembly(path.join(root, 'without'), { ...app, resources: unscheduled });
    await fails(root, { assembly: without }, /no schedule of the app starts a state machine/);
    await fails(root, { assembly: root }, /holds no cloud assembly/);
  });
});

test('a table that was kept with other keys is named, not used', async () => {
  const root = temporaryDirectory();
  await (await up(root)).stop();
  const app = smallApp();
  const Table = structuredClone(app.resources?.['Table']) as {
    Properties: { GlobalSecondaryIndexes?: unknown; AttributeDefinitions: unknown[] };
  };
  delete Table.Properties.GlobalSecondaryIndexes;
  Table.Properties.AttributeDefinitions.length = 1;
  const assembly = writeAssembly(path.join(root, 'other'), { ...app, resources: { ...app.resources, Table } });
  expect(readAssembly(assembly)).toHaveLength(1);
  await expect(up(root, { assembly })).rejects.toThrow(/pipe-Table .* other keys or indexes[\s\S]*--fresh/);
});
