import { zoneCount } from '../config/zones.ts';
import type { Assumed } from './assumptions.ts';
import { type Consumer, functionsOf } from './consumers.ts';
import { type Facts, factsOf, listedHours, type Load, sum } from './load-facts.ts';
import type { Charge, Line, PriceTable } from './prices.ts';
import { at } from './read.ts';
import { ofType, type Properties, type Stage } from './stage.ts';
import { EXTENDED_RETENTION_HOURS, FREE_RETENTION_HOURS } from './streams.ts';
import { HOURS, SECONDS } from './time.ts';

const KB = 1024;
const GB = 1024 ** 3;
/** Reconcile reads each stream once more. */
const RECONCILE = 1;

/** What a load costs, part by part: nothing where there is none. */
export function marginalCost(stage: Stage, load: Load, assumed: Assumed, prices: PriceTable): readonly Line[] {
  const facts = factsOf(stage, load, assumed);
  const parts: Readonly<Record<string, readonly Charge[]>> = {
    stream: carried(facts),
    functions: called(facts),
    customers: customers(facts),
    alerts: alerts(facts),
    objects: objects(facts),
    batch: batch(facts),
    watching: watched(facts),
    network: crossed(facts),
  };
  return Object.entries(parts).flatMap(([part, charges]) =>
    charges.filter(({ quantity }) => quantity > 0).map((charge) => prices.line(part, charge)),
  );
}

function carried({ carrier, records, applications, activity, bytes, assumed, consumers }: Facts): readonly Charge[] {
  // Each stream has half of the consumers.
  const readers = consumers.length / 2 + RECONCILE;
  const keptMonths = carrier.retentionHours / HOURS;
  const counted =
    (applications * roundUp(assumed.applicationBytes, KB) + activity * roundUp(assumed.activityBytes, KB)) / GB;
  const written = bytes / GB;
  const extended = clamp(carrier.retentionHours, FREE_RETENTION_HOURS, EXTENDED_RETENTION_HOURS) - FREE_RETENTION_HOURS;
  const longTerm = {
    what: 'GB-months kept longer than 7 days',
    quantity: (written * Math.max(0, carrier.retentionHours - EXTENDED_RETENTION_HOURS)) / HOURS,
    price: 'kinesis.long-term-storage',
  };
  switch (carrier.kind) {
    case 'kinesis-provisioned':
      return [{ what: 'records put, each below 25 KB', quantity: records, price: 'kinesis.put-unit' }, longTerm];
    case 'kinesis-on-demand':
      return [
        { what: 'GB put', quantity: counted, price: 'kinesis.on-demand-in' },
        { what: `GB read by ${readers} consumers`, quantity: counted * readers, price: 'kinesis.on-demand-out' },
        {
          what: 'GB-months kept longer than a day',
          quantity: (counted * extended) / HOURS,
          price: 'kinesis.on-demand-extended-storage',
        },
        longTerm,
      ];
    case 'msk-serverless':
      return [
        { what: 'GB put', quantity: written, price: 'msk.serverless-in' },
        { what: `GB read by ${readers} consumers`, quantity: written * readers, price: 'msk.serverless-out' },
        { what: 'GB-months kept', quantity: written * keptMonths, price: 'msk.serverless-storage' },
      ];
    case 'msk-express':
      return [
        { what: 'GB put', quantity: written, price: 'msk.express-in' },
        { what: 'GB-months kept', quantity: written * keptMonths, price: 'msk.storage' },
      ];
    default:
      return [];
  }
}

const roundUp = (bytes: number, to: number): number => Math.ceil(bytes / to) * to;
const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

function called({ consumers, assumed, records, stage }: Facts): readonly Charge[] {
  const [some] = functionsOf(stage).values();
  const loading = { quantity: (records / 1e6) * assumed.loadGbSecondsPerMillion, price: gbSecond(some?.arm ?? true) };
  return [
    ...consumers.flatMap(({ of, stream, calls, records: count }) => {
      const archive = of.name === 'archive-log';
      const ms =
        calls * (archive ? assumed.archiveCallMs : assumed.assessCallMs) +
        count * (archive ? assumed.archiveRecordMs : assumed.assessRecordMs);
      const who = archive ? `${of.name} of ${stream}` : of.name;
      return [
        { what: `${who}, calls`, quantity: calls, price: 'lambda.request' },
        { what: `${who}, GB-seconds`, quantity: (ms / 1000) * of.memoryGb, price: gbSecond(of.arm) },
      ];
    }),
    { what: 'loading, GB-seconds', ...loading },
  ];
}

const gbSecond = (arm: boolean): string => (arm ? 'lambda.arm-gb-second' : 'lambda.x86-gb-second');

/** On demand a table is charged by request; with capacity of its own, for as much as the requests need. */
const requestsTo =
  (table: Properties | undefined, { capacityUse }: Assumed) =>
  (kind: 'write' | 'read', what: string, quantity: number): Charge =>
    table === undefined || table['BillingMode'] === 'PAY_PER_REQUEST'
      ? { what, quantity, price: `dynamodb.${kind}` }
      : {
          what: `${what}, capacity hours`,
          quantity: quantity / 3600 / capacityUse,
          price: `dynamodb.${kind}-capacity-hour`,
        };

/** The table of customers has no index, that of alerts has. */
const tables = (
  stage: Stage,
): { readonly customers: Properties | undefined; readonly alerts: Properties | undefined } => {
  const all = ofType(stage, 'AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table').map(({ properties }) => properties);
  const indexed = (table: Properties): boolean => at(table, 'GlobalSecondaryIndexes') !== undefined;
  return { customers: all.find((table) => !indexed(table)), alerts: all.find(indexed) };
};

function customers({ stage, assumed, applications, activity, records }: Facts): readonly Charge[] {
  const requests = requestsTo(tables(stage).customers, assumed);
  const units = stage.settings.historyWrites === 'transactions' ? assumed.unitsInTransaction : 1;
  const writes = (count: number, kb: number): number => count * kb * units;
  const stored =
    (applications * assumed.customersPerApplication * assumed.applicationItemBytes +
      activity * assumed.customersPerActivity * assumed.activityItemBytes) /
    GB;
  return [
    requests('write', 'writes of customers who apply', writes(applications, assumed.applicationItemKb)),
    requests('write', 'writes of customers who are active', writes(activity, assumed.activityItemKb)),
    requests('read', 'reads of customers', records * assumed.readsPerRecord),
    { what: 'GB of new customers', quantity: stored, price: 'dynamodb.storage' },
    { what: 'GB of new customers, to go back in time', quantity: stored, price: 'dynamodb.recovery' },
  ];
}

function alerts({ stage, assumed, alerts: count }: Facts): readonly Charge[] {
  const notifications = { what: 'notifications', quantity: count, price: 'sns.request' };
  const { alerts: table } = tables(stage);
  const bytes = assumed.alertBytes + assumed.alertKeyBytes;
  const stored = { what: 'GB of alerts', quantity: (count * bytes) / GB };
  if (table === undefined)
    return [
      { what: 'I/O of alerts and their indexes', quantity: count * assumed.alertIos, price: 'documentdb.io' },
      { ...stored, price: 'documentdb.storage' },
      { what: 'GB of audit logs', quantity: (count * assumed.alertAuditBytes) / GB, price: 'cloudwatch.logs-in' },
      notifications,
    ];
  const requests = requestsTo(table, assumed);
  const kb = Math.ceil(bytes / KB);
  const indexes = at(table, 'GlobalSecondaryIndexes') as readonly { readonly IndexName: string }[];
  const copies = { ...stored, quantity: stored.quantity * (1 + indexes.length) };
  return [
    requests('write', 'writes of alerts', count * kb * assumed.unitsInTransaction),
    // An index holds the whole alert; it is written once, also for a transaction.
    ...indexes.map(({ IndexName }) => requests('write', `writes of the index ${IndexName}`, count * kb)),
    requests('read', 'reads by extract-alerts', (count * bytes) / (4 * KB) / 2),
    { ...copies, what: 'GB of alerts and their indexes', price: 'dynamodb.storage' },
    { ...stored, what: 'GB of alerts, to go back in time', price: 'dynamodb.recovery' },
    notifications,
  ];
}

function objects({
  stage,
  assumed,
  logObjects,
  receiptObjects,
  storedBytes,
  lists,
  records,
  runs,
}: Facts): readonly Charge[] {
  const logged = ofType(stage, 'AWS::S3::Bucket').some(({ properties }) => at(properties, 'LoggingConfiguration'));
  const requests = logged ? 2 * (logObjects + receiptObjects) + lists : 0;
  return [
    { what: 'log objects written', quantity: logObjects, price: 's3.put' },
    { what: 'receipt objects written', quantity: receiptObjects, price: 's3.put' },
    { what: 'objects read by the batch', quantity: logObjects + receiptObjects, price: 's3.get' },
    { what: 'GB of the log and the receipts', quantity: storedBytes / GB, price: 's3.storage' },
    {
      what: 'objects of the lake written',
      quantity: Math.min(runs, records) * assumed.lakeObjectsPerRun,
      price: 's3.put',
    },
    {
      what: 'GB of the lake and its former versions',
      quantity: (records * assumed.lakeRecordBytes * assumed.lakeVersions) / GB,
      price: 's3.storage',
    },
    { what: 'GB of access logs', quantity: (requests * assumed.accessLogBytes) / GB, price: 's3.storage' },
  ];
}

function batch({ stage, assumed, logObjects, receiptObjects, storedBytes, runs, lists }: Facts): readonly Charge[] {
  const groups = Math.max(storedBytes / assumed.groupBytes, (logObjects + receiptObjects) / assumed.groupObjects);
  return [
    {
      what: `lists of ${(listedHours(stage, runs, assumed) / 24).toFixed(1)} days of objects at each of ${Math.round(runs)} runs`,
      quantity: lists,
      price: 's3.put',
    },
    { what: 'transitions for groups', quantity: groups * assumed.stepsPerGroup, price: 'states.transition' },
  ];
}

function watched({ consumers, assumed, stage, logObjects, receiptObjects, records, lists }: Facts): readonly Charge[] {
  const bytes = sum(
    consumers.map(({ of, calls, recordsPerCall }) => {
      const outcomes = of.name === 'detect-fraud' ? Math.min(3, recordsPerCall) : 0;
      const issues = of.name === 'archive-log' ? 0 : Math.min(14, recordsPerCall * assumed.issuesPerRecord);
      return calls * (1 + outcomes + issues) * assumed.logLineBytes;
    }),
  );
  return [
    { what: 'GB of metrics in logs', quantity: bytes / GB, price: 'cloudwatch.logs-in' },
    { what: 'traces of invocations', quantity: traces(consumers, assumed), price: 'xray.trace' },
    ...dataEvents(stage, {
      'AWS::S3::Object': 2 * (logObjects + receiptObjects) + lists,
      'AWS::Lambda::Function': sum(consumers.map(({ calls }) => calls)),
      'AWS::DynamoDB::Table': 2 * records,
    }),
  ];
}

/** By function: the first invocation of each second in which there is one, and a share of the others. */
function traces(consumers: readonly Consumer[], assumed: Assumed): number {
  const calls = new Map<string, number>();
  for (const { of, calls: more } of consumers) if (of.traced) calls.set(of.name, (calls.get(of.name) ?? 0) + more);
  return sum(
    [...calls.values()].map((all) => {
      const always = Math.min(all, SECONDS * assumed.secondsOfTraces * (1 - Math.exp(-all / SECONDS)));
      return always + (all - always) * assumed.shareOfTraces;
    }),
  );
}

/** Calls that a trail writes down, of the kinds that it says. */
function dataEvents(stage: Stage, calls: Readonly<Record<string, number>>): readonly Charge[] {
  const said = JSON.stringify(ofType(stage, 'AWS::CloudTrail::Trail').map(({ properties }) => properties));
  return Object.entries(calls)
    .filter(([kind]) => said.includes(`"${kind}"`))
    .map(([kind, quantity]) => ({ what: `calls of ${kind} in the trail`, quantity, price: 'cloudtrail.data-event' }));
}

/** Through interface endpoints only the streams are read in bulk; of what the batch loads, half crosses between zones. */
function crossed({ stage, carrier, bytes, storedBytes }: Facts): readonly Charge[] {
  const endpoint = ofType(stage, 'AWS::EC2::VPCEndpoint').some(({ properties }) =>
    JSON.stringify(properties['ServiceName'] ?? '').includes('kinesis-streams'),
  );
  const reading = endpoint && carrier.kind.startsWith('kinesis') ? bytes / GB : 0;
  const loaded =
    ofType(stage, 'AWS::RDS::DBInstance').length > 0 && zoneCount(stage.settings) > 1 ? storedBytes / GB / 2 : 0;
  return [
    { what: 'GB read by reconcile', quantity: reading, price: 'vpc.endpoint-gb' },
    { what: 'GB to the warehouse in another zone', quantity: loaded, price: 'ec2.zone-transfer' },
  ];
}
