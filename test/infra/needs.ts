import { type FunctionName, KAFKA_FUNCTIONS } from '../../core/contract/functions.ts';

export interface Choices {
  readonly stage: 'dev' | 'prod';
  readonly alertStore: 'documentdb' | 'dynamodb';
  readonly stream: 'kinesis' | 'msk';
}

const all = (actions: readonly string[], on: string): string[] => actions.map((action) => `${action} ${on}`);
const puts = (...prefixes: string[]): string[] => prefixes.map((prefix) => `s3:PutObject log/${prefix}/*`);
/** Who reads may also list, or a missing object would look like a forbidden one. */
const reads = (...prefixes: string[]): string[] =>
  prefixes.flatMap((prefix) => all(['s3:GetObject', 's3:ListBucket'], `log/${prefix}/*`));
const password = (of: string): string[] => [
  `secretsmanager:GetSecretValue password of the ${of}`,
  'kms:Decrypt key by secretsmanager',
];

const TOPICS = { applications: 'credit_applications', activity: 'account_activity' } as const;
type Source = keyof typeof TOPICS;

/** To read records of a stream again. */
const rereads = ({ stream }: Choices, ...sources: Source[]): string[] =>
  sources.flatMap((source) =>
    stream === 'kinesis'
      ? all(['kinesis:ListShards', 'kinesis:GetShardIterator', 'kinesis:GetRecords'], source)
      : [
          ...all(['kafka-cluster:Connect', 'kafka-cluster:DescribeClusterDynamicConfiguration'], 'kafka'),
          ...all(['kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData'], `kafka:topic/${TOPICS[source]}`),
        ],
  );

/** What Lambda does in the name of a function that it feeds a stream to. */
const follows = (choices: Choices, name: FunctionName, ...sources: Source[]): string[] => [
  's3:PutObject failures/aws/lambda/*',
  's3:ListBucket failures',
  ...(choices.stream === 'kinesis'
    ? sources.flatMap((source) =>
        all(
          [
            'kinesis:DescribeStream',
            'kinesis:DescribeStreamConsumer',
            'kinesis:DescribeStreamSummary',
            'kinesis:GetRecords',
            'kinesis:GetShardIterator',
            'kinesis:ListShards',
            'kinesis:ListStreams',
            'kinesis:SubscribeToShard',
          ],
          source,
        ),
      )
    : [
        ...rereads(choices, ...sources),
        ...all(['kafka:DescribeClusterV2', 'kafka:GetBootstrapBrokers'], 'kafka'),
        ...sources.flatMap((source) =>
          all(
            ['kafka-cluster:DescribeGroup', 'kafka-cluster:AlterGroup'],
            `kafka:group/credit-risk-${choices.stage}-${name}-${TOPICS[source]}`,
          ),
        ),
        // for the pollers, which stand in the brokers' network
        ...all(
          [
            'ec2:CreateNetworkInterface',
            'ec2:DeleteNetworkInterface',
            'ec2:DescribeNetworkInterfaces',
            'ec2:DescribeSecurityGroups',
            'ec2:DescribeSubnets',
            'ec2:DescribeVpcs',
          ],
          '*',
        ),
      ]),
];

const assesses = (choices: Choices, name: FunctionName, source: Source): string[] => [
  ...follows(choices, name, source),
  ...reads('documents/policies'),
  ...puts('receipts'),
  ...all(['dynamodb:BatchGetItem', 'dynamodb:Query'], 'customers'),
  ...all(['dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate', 'dynamodb:PartiQLDelete'], 'customers'),
  ...(choices.alertStore === 'dynamodb' ? ['dynamodb:PutItem alerts'] : []),
  'sns:Publish alert topic',
];

const WAREHOUSE = ['rds-db:connect warehouse/pipeline'];
const MAKES_TOPICS = ['Create', 'Describe'].map((verb) => `kafka-cluster:${verb}Topic`);

/** What each function does, and so must be allowed. Who does something new says so here. */
export const DOES: Readonly<Record<FunctionName, (choices: Choices) => string[]>> = {
  'archive-log': (choices) => [...follows(choices, 'archive-log', 'applications', 'activity'), ...puts('log')],
  'detect-fraud': (choices) => assesses(choices, 'detect-fraud', 'applications'),
  'track-activity': (choices) => assesses(choices, 'track-activity', 'activity'),
  'publish-policy': () => [...reads('documents/policies'), ...puts('documents/policies')],
  'plan-batch': () => [...WAREHOUSE, ...reads('log', 'receipts'), ...puts('plans')],
  'score-records': () => [...WAREHOUSE, ...reads('log', 'plans', 'documents/policies')],
  'load-receipts': () => [...WAREHOUSE, ...reads('receipts', 'plans')],
  'mark-undecided': () => [...WAREHOUSE, ...reads('log', 'documents/policies'), ...puts('receipts', 'undecided')],
  'extract-alerts': ({ alertStore }) => [
    ...WAREHOUSE,
    ...(alertStore === 'dynamodb' ? ['dynamodb:Query alerts/index/by_updated'] : []),
  ],
  'load-warehouse': () => [...WAREHOUSE, ...reads('log')],
  'check-quality': () => WAREHOUSE,
  reconcile: (choices) => [...WAREHOUSE, ...rereads(choices, 'applications', 'activity')],
  'export-lake': () => [
    ...WAREHOUSE,
    ...all(['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'], 'lake/lake/*'),
  ],
  'record-failure': () => WAREHOUSE,
  'migrate-database': () => [...WAREHOUSE, 'rds-db:connect warehouse/administrator', ...password('warehouse')],
  'query-warehouse': ({ stage }) => [`rds-db:connect ${stage === 'prod' ? 'proxy' : 'warehouse'}/reader`],
  'review-cases': ({ stage, alertStore }) => [
    `rds-db:connect ${stage === 'prod' ? 'proxy' : 'warehouse'}/reader`,
    ...(alertStore === 'dynamodb'
      ? all(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], 'alerts')
      : []),
  ],
  'prepare-alert-store': () => password('alert store'),
  'prepare-topics': () => [
    'kafka-cluster:Connect kafka',
    ...Object.values(TOPICS).flatMap((topic) =>
      all(
        [
          ...MAKES_TOPICS,
          'kafka-cluster:DescribeTopicDynamicConfiguration',
          'kafka-cluster:AlterTopicDynamicConfiguration',
        ],
        `kafka:topic/${topic}`,
      ),
    ),
  ],
  'put-records': () => [
    'kafka-cluster:Connect kafka',
    ...Object.values(TOPICS).flatMap((topic) =>
      all(['kafka-cluster:DescribeTopic', 'kafka-cluster:WriteData'], `kafka:topic/${topic}`),
    ),
  ],
};

/** What holds records and is encrypted with the stage's key; who uses it uses the key. Brokers use theirs themselves. */
const ENCRYPTED = / (log|failures|lake|customers|alerts|alert topic|applications|activity)(\/|$)/;

/** Makes something new that is encrypted; a reader needs no new key for what it reads. */
const WRITES = /^(s3:PutObject|sns:Publish|dynamodb:(PutItem|DeleteItem|PartiQL\w+)) /;

/** All that a function must be allowed: what it does, and what running it takes. */
export function needsOf(name: FunctionName, choices: Choices): string[] {
  const does = DOES[name](choices);
  const inside =
    does.some((line) => /^(rds-db|secretsmanager)/.test(line)) ||
    KAFKA_FUNCTIONS.some((each) => each === name) ||
    (choices.alertStore === 'documentdb' && ['detect-fraud', 'track-activity'].includes(name));
  const needs = [
    ...does,
    ...all(['logs:CreateLogStream', 'logs:PutLogEvents'], 'own log group'),
    ...all(['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], '*'),
    ...(does.some((line) => ENCRYPTED.test(line)) ? ['kms:Decrypt key'] : []),
    ...(does.some((line) => ENCRYPTED.test(line) && WRITES.test(line)) ? ['kms:GenerateDataKey key'] : []),
    ...(inside
      ? all(
          [
            'ec2:AssignPrivateIpAddresses',
            'ec2:CreateNetworkInterface',
            'ec2:DeleteNetworkInterface',
            'ec2:DescribeNetworkInterfaces',
            'ec2:DescribeSubnets',
            'ec2:UnassignPrivateIpAddresses',
          ],
          '*',
        )
      : []),
  ];
  return [...new Set(needs)].sort();
}
