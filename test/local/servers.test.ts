import { CreateTableCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  PutRecordCommand,
} from '@aws-sdk/client-kinesis';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateTopicCommand, ListTopicsCommand } from '@aws-sdk/client-sns';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { Client } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LocalError } from '../../local/errors.ts';
import { startDynamoDb } from '../../local/servers/dynamodb.ts';
import { startKinesis } from '../../local/servers/kinesis.ts';
import { type PostgresServer, startPostgres } from '../../local/servers/postgres.ts';
import { startS3 } from '../../local/servers/s3.ts';
import type { Server, ServerOptions } from '../../local/servers/server.ts';
import { createClients } from '../../local/stack/clients.ts';
import { processesOf, temporaryDirectory } from './support/temporary.ts';

const optionsIn = (root: string, more: Partial<ServerOptions> = {}): ServerOptions => ({
  directory: path.join(root, 'data'),
  logFile: path.join(root, 'server.log'),
  ...more,
});
const clientsOf = ({ port }: Server) => {
  const url = `http://127.0.0.1:${port}`;
  return createClients({ region: 'eu-central-1', kinesis: url, dynamodb: url, s3: url, sns: url });
};

interface Kind {
  readonly name: string;
  start(options: ServerOptions): Promise<Server>;
  write(server: Server): Promise<unknown>;
  /** what was written */
  read(server: Server): Promise<string>;
}

const KINDS: readonly Kind[] = [
  {
    name: 'Kinesis',
    start: (options) => startKinesis(options, 'eu-central-1'),
    write: async (server) => {
      const { kinesis } = clientsOf(server);
      await kinesis.send(new CreateStreamCommand({ StreamName: 's', ShardCount: 2 }));
      await kinesis.send(
        new PutRecordCommand({ StreamName: 's', PartitionKey: 'k', ExplicitHashKey: '0', Data: Buffer.from('kept') }),
      );
    },
    read: async (server) => {
      const { kinesis } = clientsOf(server);
      const { ShardIterator } = await kinesis.send(
        new GetShardIteratorCommand({
          StreamName: 's',
          ShardId: 'shardId-000000000000',
          ShardIteratorType: 'TRIM_HORIZON',
        }),
      );
      const { Records } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
      return Buffer.from(Records?.[0]?.Data ?? []).toString();
    },
  },
  {
    name: 'DynamoDB',
    start: startDynamoDb,
    write: async (server) => {
      const { dynamodb } = clientsOf(server);
      await dynamodb.send(
        new CreateTableCommand({
          TableName: 'table',
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          BillingMode: 'PAY_PER_REQUEST',
        }),
      );
      await dynamodb.send(new PutItemCommand({ TableName: 'table', Item: { id: { S: '1' }, text: { S: 'kept' } } }));
    },
    read: async (server) => {
      const { Item } = await clientsOf(server).dynamodb.send(
        new GetItemCommand({ TableName: 'table', Key: { id: { S: '1' } }, ConsistentRead: true }),
      );
      return Item?.['text']?.S ?? '';
    },
  },
  {
    name: 'S3',
    start: (options) => startS3(options, 'eu-central-1'),
    write: async (server) => {
      const { s3, sns } = clientsOf(server);
      await s3.send(new CreateBucketCommand({ Bucket: 'bucket' }));
      await s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'a/key=1', Body: 'kept' }));
      await sns.send(new CreateTopicCommand({ Name: 'topic' }));
    },
    read: async (server) => {
      const { s3, sns } = clientsOf(server);
      const { Topics } = await sns.send(new ListTopicsCommand({}));
      expect(Topics).toEqual([{ TopicArn: 'arn:aws:sns:eu-central-1:000000000000:topic' }]);
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'a/key=1' }));
      return (await Body?.transformToString()) ?? '';
    },
  },
  {
    name: 'PostgreSQL',
    start: startPostgres,
    write: async (server) => {
      const client = await (server as PostgresServer).connect();
      await client.query("create table t as select 'kept'::text as text");
      await client.end();
    },
    read: async (server) => {
      const client = await (server as PostgresServer).connect();
      const { rows } = await client.query<{ text: string }>('select text from t');
      await client.end();
      return rows[0]?.text ?? '';
    },
  },
];

async function started(kind: Kind, options: ServerOptions): Promise<Server> {
  const server = await kind.start(options);
  onTestFinished(() => server.stop(0));
  return server;
}

describe.each(KINDS)('the $name server', (kind) => {
  test('keeps what was written over a stop in order and over a kill', async () => {
    const root = temporaryDirectory();
    const first = await started(kind, optionsIn(root));
    expect(await first.healthy()).toBe(true);
    await kind.write(first);
    await first.stop();
    expect(await first.healthy()).toBe(false);

    const second = await started(kind, optionsIn(root));
    expect(await kind.read(second)).toBe('kept');
    second.child.signal('SIGKILL');
    await second.child.exited;

    const third = await started(kind, optionsIn(root));
    expect(await kind.read(third)).toBe('kept');
    await third.stop();
    expect(processesOf(root)).toEqual([]);
  });

  test('names itself and the port when a fixed port is taken', async () => {
    const squatter = net.createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void squatter.close());
    await new Promise((resolve) => squatter.once('listening', resolve));
    const { port } = squatter.address() as net.AddressInfo;
    const root = temporaryDirectory();
    const starting = kind.start(optionsIn(root, { port }));
    await expect(starting).rejects.toThrow(LocalError);
    await expect(starting).rejects.toThrow(new RegExp(`${kind.name}.*: port ${port} on 127.0.0.1 is taken`));
    expect(processesOf(root)).toEqual([]);
  });

  test('listens on a fixed port, and on this machine alone', async () => {
    const probe = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => probe.once('listening', resolve));
    const { port } = probe.address() as net.AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    const server = await started(kind, optionsIn(temporaryDirectory(), { port }));
    expect(server.port).toBe(port);
    const listening = readFileSync('/proc/net/tcp', 'utf8')
      .split('\n')
      .flatMap((line) => / ([0-9A-F]{8}):([0-9A-F]{4}) 00000000:0000 0A /.exec(line)?.slice(1, 3).join(':') ?? [])
      .filter((address) => address.endsWith(`:${port.toString(16).toUpperCase().padStart(4, '0')}`));
    expect(listening).toEqual([`0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`]);
  });
});

describe('the PostgreSQL server', () => {
  test('is durable, speaks UTF-8, wants the password, and shows no row in its log', async () => {
    const root = temporaryDirectory();
    const server = await startPostgres(optionsIn(root));
    onTestFinished(() => server.stop(0));
    const client = await server.connect();
    onTestFinished(() => client.end().catch(() => undefined));
    const show = async (name: string) => (await client.query<Record<string, string>>(`show ${name}`)).rows[0]?.[name];
    expect(await show('server_version')).toMatch(/^18\./);
    expect(await show('fsync')).toBe('on');
    expect(await show('synchronous_commit')).toBe('on');
    expect(await show('full_page_writes')).toBe('on');
    expect(await show('server_encoding')).toBe('UTF8');
    expect(await show('TimeZone')).toMatch(/UTC/);
    expect(statSync(server.passfile).mode & 0o777).toBe(0o600);

    const guest = new Client({ host: '127.0.0.1', port: server.port, user: 'postgres', password: 'wrong' });
    await expect(guest.connect()).rejects.toThrow('password authentication failed');

    await client.query('create table people (name text primary key)');
    await client.query("insert into people values ('Canary Ada')");
    await expect(client.query("insert into people values ('Canary Ada')")).rejects.toThrow('duplicate key');
    await client.end();
    expect(readFileSync(path.join(root, 'server.log'), 'utf8')).not.toContain('Canary');
  });

  test('starts below a directory that its user may not enter', async () => {
    const home = temporaryDirectory(0o700);
    mkdirSync(path.join(home, 'clone'));
    const server = await startPostgres(optionsIn(path.join(home, 'clone')));
    onTestFinished(() => server.stop(0));
    expect(await server.healthy()).toBe(true);
    // A reload reads the configuration again by the path that it was started with.
    server.child.signal('SIGHUP');
    expect(await server.healthy()).toBe(true);
  });

  test("is not kept from starting by a dead server's pid file, nor by a living orphan", async () => {
    const root = temporaryDirectory();
    const first = await startPostgres(optionsIn(root));
    await first.stop();
    // Another program has the pid by now: PostgreSQL by itself would refuse.
    writeFileSync(path.join(root, 'data', 'cluster', 'postmaster.pid'), `${process.pid}\n/somewhere\n`);
    const second = await startPostgres(optionsIn(root));
    const third = await startPostgres(optionsIn(root));
    onTestFinished(() => third.stop(0));
    await second.child.exited;
    expect(await third.healthy()).toBe(true);
  });

  test('says what its log says when it cannot start', async () => {
    const root = temporaryDirectory();
    const first = await startPostgres(optionsIn(root));
    await first.stop();
    writeFileSync(path.join(root, 'data', 'cluster', 'PG_VERSION'), '12\n');
    await expect(startPostgres(optionsIn(root))).rejects.toThrow(/ended while starting[\s\S]*incompatible/);
  });
});
