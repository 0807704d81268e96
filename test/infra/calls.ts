/** Which calls of AWS a function can make, as its code says: read from what it imports, file by file. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '..', '..');

/** `import … from 'X'`, `export … from 'X'` and `import('X')`; what is imported as a type alone is not there at run time. */
const IMPORT = /^(?:import|export) (?!type )(?:([^;]*?) from )?'([^']+)';|\bimport\('([^']+)'\)/gm;

const CLIENTS = ['@aws-sdk/client-', '@aws-sdk/rds-signer'];

/**
 * Names imported from the SDK that make a call: commands, paginators and the signer of logins; and `Kafka` for the
 * login to brokers, which is the project's own.
 */
export function callsOf(service: string): Set<string> {
  const calls = new Set<string>();
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    if (file.endsWith('adapters/kafka-iam.ts')) calls.add('Kafka');
    for (const [, names = '', from, dynamic] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      const target = (from ?? dynamic)!;
      if (target.startsWith('.') && target.endsWith('.ts')) visit(path.join(path.dirname(file), target));
      if (CLIENTS.some((client) => target.startsWith(client)))
        for (const [name] of names.matchAll(/(?<!type )\b(\w+Command|paginate\w+|Signer)\b/g)) calls.add(name);
    }
  };
  visit(path.join(ROOT, 'lambdas', service, 'handler.ts'));
  return calls;
}

/** The actions that each of these takes, as far as a function of the pipeline goes. */
export const ACTIONS_OF: Readonly<Record<string, readonly string[]>> = {
  PutObjectCommand: ['s3:PutObject'],
  CreateMultipartUploadCommand: ['s3:PutObject'],
  UploadPartCommand: ['s3:PutObject'],
  CompleteMultipartUploadCommand: ['s3:PutObject'],
  AbortMultipartUploadCommand: ['s3:AbortMultipartUpload'],
  DeleteObjectCommand: ['s3:DeleteObject'],
  GetObjectCommand: ['s3:GetObject'],
  ListObjectsV2Command: ['s3:ListBucket'],
  BatchGetItemCommand: ['dynamodb:BatchGetItem'],
  paginateQuery: ['dynamodb:Query'],
  BatchExecuteStatementCommand: ['dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate', 'dynamodb:PartiQLDelete'],
  // Transactions of puts and deletes; a condition on either takes nothing more.
  TransactWriteItemsCommand: ['dynamodb:PutItem', 'dynamodb:DeleteItem'],
  // Of the alert store's adapter, for who works on alerts.
  GetItemCommand: ['dynamodb:GetItem'],
  PutItemCommand: ['dynamodb:PutItem'],
  UpdateItemCommand: ['dynamodb:UpdateItem'],
  PublishBatchCommand: ['sns:Publish'],
  GetSecretValueCommand: ['secretsmanager:GetSecretValue'],
  ListShardsCommand: ['kinesis:ListShards'],
  GetShardIteratorCommand: ['kinesis:GetShardIterator'],
  GetRecordsCommand: ['kinesis:GetRecords'],
  Signer: ['rds-db:connect'],
  Kafka: [
    'kafka-cluster:Connect',
    'kafka-cluster:DescribeClusterDynamicConfiguration',
    'kafka-cluster:DescribeTopic',
    'kafka-cluster:ReadData',
    'kafka-cluster:WriteData',
    'kafka-cluster:CreateTopic',
    'kafka-cluster:DescribeTopicDynamicConfiguration',
    'kafka-cluster:AlterTopicDynamicConfiguration',
  ],
};
