/**
 * `npm run test:kafka [-- --secure] [--records N]`: puts the same records on a real Kafka broker and on Kinesis, feeds
 * them to the same functions in the shape of each, and shows that what they decided is the same but for position and
 * arrival. With --secure the broker is reached over TLS with a password (SCRAM-SHA-512), and must refuse who has a
 * wrong one or trusts the wrong authority. Closes with one line; exits 1 unless all holds.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { whyNoBroker } from '../support/kafka/broker.ts';
import { compare } from './compare.ts';
import type { Following } from './feed.ts';
import { loggedPositions, outcomeOf, positionsOf } from './outcome.ts';
import { records, toKafka, toKinesis } from './produce.ts';
import { tryToPut } from './put.ts';
import { redriven } from './redriven.ts';
import { tryToGetIn } from './refusals.ts';
import { type Kind, KINDS, type Servers, startServers } from './servers.ts';

const { values } = parseArgs({
  options: { secure: { type: 'boolean', default: false }, records: { type: 'string', default: '50000' } },
});
const SHOWN = 10;
const began = Date.now();
const seconds = (): string => `${((Date.now() - began) / 1000).toFixed(1)} s`;
const say = (text: string): void => console.log(`${seconds().padStart(8)}  ${text}`);
const problems: string[] = [];

const missing = whyNoBroker(values.secure);
if (missing !== null) {
  console.log(`test:kafka was not run: ${missing}`);
  console.log('0 passed, 0 failed, 1 skipped');
  process.exit(0);
}
const directory = mkdtempSync(join(tmpdir(), 'crp-kafka-'));
const closing: (() => Promise<void>)[] = [];
/** What was started ends whatever happens; should this process be killed, its children notice by themselves. */
async function close(): Promise<void> {
  for (const stop of closing.splice(0).toReversed()) await stop().catch((error: Error) => problems.push(error.message));
  rmSync(directory, { recursive: true, force: true });
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => void close().then(() => process.exit(130)));

let summary = 'nothing compared';
try {
  summary = await test(Number(values.records));
} catch (error) {
  problems.push((error as Error).stack ?? String(error));
} finally {
  await close();
}
for (const problem of problems.slice(0, SHOWN)) console.error(`  ✗ ${problem}`);
if (problems.length > SHOWN) console.error(`  ✗ … and ${problems.length - SHOWN} more`);
const verdict = problems.length === 0 ? 'PASSED' : `FAILED (${problems.length} problems)`;
console.log(`test:kafka${values.secure ? ' --secure' : ''} ${verdict}: ${summary}; ${seconds()}`);
console.log(problems.length === 0 ? '1 passed, 0 failed, 0 skipped' : '0 passed, 1 failed, 0 skipped');
process.exit(problems.length === 0 ? 0 : 1);

async function test(count: number): Promise<string> {
  const servers = await startServers(directory, values.secure, closing);
  say(`broker and local AWS are up${values.secure ? ', the broker over TLS with SCRAM-SHA-512' : ''}`);
  if (values.secure)
    for (const { what, reason, right } of await tryToGetIn(servers.broker)) {
      say(`${what}: ${reason === null ? 'LET IN' : `refused (${reason.slice(0, 160)})`}`);
      if (!right) problems.push(`${what} was ${reason === null ? 'let in' : 'refused for another reason'}`);
    }
  const batches = records(count);
  const [onKinesis, onKafka] = await Promise.all([toKinesis(servers, batches), toKafka(servers, batches)]);
  say(`${onKinesis} records on Kinesis, ${onKafka} on Kafka`);
  if (onKinesis !== count || onKafka !== count) problems.push(`not all of the ${count} records were taken`);
  await Promise.all(KINDS.map((kind) => follow(servers, kind)));
  const [kinesis, kafka] = [await outcomeOf(servers, 'kinesis'), await outcomeOf(servers, 'kafka')];
  for (const [kind, outcome] of [
    ['kinesis', kinesis],
    ['kafka', kafka],
  ] as const) {
    const apart = apartOf(await positionsOf(servers, kind), loggedPositions(outcome));
    if (apart > 0) problems.push(`${kind}: ${apart} positions differ between what reconcile reads and the log`);
    if (outcome.records.length !== count) problems.push(`${kind}: ${outcome.records.length} records in the log`);
    if (outcome.receipts.size !== count) problems.push(`${kind}: ${outcome.receipts.size} receipts`);
  }
  const { receipts, dispositions, alerts, differences } = compare(kinesis, kafka);
  problems.push(...differences);
  problems.push(...(await tryToPut(servers.broker)));
  say('put-records: partitions, positions and refusals tried on a topic of three partitions');
  const again = await redriven(servers, kafka, (more) => follow(servers, 'kafka', more));
  problems.push(...again.problems);
  say(`kafka: ${again.sent} records given up and sent again by put-records`);
  const counted = Object.entries(dispositions).map(([name, n]) => `${n} ${name}`);
  return `${receipts} receipts (${counted.join(', ')}) and ${alerts} alerts, ${differences.length} differences but for position and arrival`;
}

/** How many positions were read twice, are not in the log, or are in the log alone. */
function apartOf(read: readonly string[], logged: ReadonlySet<string>): number {
  const once = new Set(read);
  const lost = [...logged].filter((item) => !once.has(item)).length;
  return read.length - once.size + [...once].filter((item) => !logged.has(item)).length + lost;
}

/** The functions in a thread of their own, whose environment is the functions'. */
async function follow({ environment, broker }: Servers, kind: Kind, more: Omit<Following, 'connection'> = {}) {
  const worker = new Worker(new URL('feed.ts', import.meta.url), {
    env: environment(kind),
    workerData: { connection: kind === 'kafka' ? broker.connection : null, ...more } satisfies Following,
    stdout: true,
    stderr: true,
  });
  closing.push(async () => void (await worker.terminate()));
  const log: string[] = [];
  for (const stream of [worker.stdout, worker.stderr])
    stream.on('data', (chunk: Buffer) => {
      // Metrics are lines of their own kind; what is left is the functions' log.
      for (const line of chunk.toString().split('\n')) if (line !== '' && !line.includes('"_aws"')) log.push(line);
    });
  const calls = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error(`the functions of ${kind} ended early`)));
  }).finally(() => {
    for (const line of log.slice(0, SHOWN)) console.error(`  ${kind}: ${line}`);
  });
  say(`${kind}: log and decisions made in ${calls} calls`);
}
