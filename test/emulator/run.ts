/**
 * `npm run test:emulator`: the app's own templates, deployed to an emulator of AWS with a real PostgreSQL beside it;
 * 10,000 applications under `founding`; all that the stage stored, against a recount in SQL. Then everything is gone
 * again. Closes with one line `N passed, N failed, N skipped`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Client } from 'pg';
import { kinesisSenders } from '../../cli/produce/kinesis.ts';
import { produce } from '../../cli/produce/produce.ts';
import { APPLICATIONS } from '../../core/contract/streams.ts';
import { EMULATOR_GAPS } from '../../lib/emulator-gaps.ts';
import { deploy, deployedStacks, destroy, type DeploymentOptions } from '../../local/emulator/deployment.ts';
import { type Emulator, startEmulator } from '../../local/emulator/emulator.ts';
import { whyNoPython } from '../../local/emulator/python.ts';
import { logTail } from '../../local/process/managed.ts';
import { stopOnSignals } from '../../local/process/signals.ts';
import { destroyClients } from '../../local/stack/clients.ts';
import { connectWarehouse } from '../../local/stack/warehouse-client.ts';
import { Checks, progress } from './checks.ts';
import { tryCommands } from './commands.ts';
import { COMPARISONS, observe, recount, same } from './compare.ts';
import { emulatorRecords } from './records.ts';
import { refusal } from './refusal.ts';
import { Stage } from './stage.ts';

const APPLICATIONS_SENT = 10_000;
const ACTIVITY_SENT = 2_000;
const DAY = 86_400_000;
/** Keys of the stage's own, as on AWS: every grant on them is deployed too. */
const SETTINGS = { policy: 'founding', ownKeys: 'true' };

const started = Date.now();
const checks = new Checks();
const { check, step } = { check: checks.check.bind(checks), step: checks.step.bind(checks) };
const interrupted = new AbortController();
let emulator: Emulator | undefined;
stopOnSignals(async () => {
  interrupted.abort();
  await emulator?.stop();
}, 15_000);

async function run(there: Emulator): Promise<void> {
  const { endpoint } = there;
  const options: DeploymentOptions = {
    endpoint,
    settings: SETTINGS,
    onProgress: progress,
    signal: interrupted.signal,
  };
  for (const { type } of EMULATOR_GAPS)
    await check(`the emulator does not know ${type}`, async () => {
      if ((await refusal(endpoint, type)) === null)
        throw new Error('it does: take the type out of lib/emulator-gaps.ts, so that it is deployed');
    });

  const stage = new Stage(endpoint, await step('Deploying', () => deploy(options)));
  const client = await connectWarehouse(there.warehouse);
  try {
    await exercise(stage, client);
    await tryCommands(checks, endpoint, { decided: APPLICATIONS_SENT / 2 });
  } finally {
    await client.end();
  }

  await step('Destroying', () => destroy(options));
  await check('nothing of the app is left', async () => {
    const left = [...(await deployedStacks(options)), ...(await stage.leftovers())];
    if (left.length > 0) throw new Error(left.join(', '));
  });
  destroyClients(stage.clients);
}

async function exercise(stage: Stage, client: Client): Promise<void> {
  const { ApplicationsStreamName = '', ActivityStreamName = '', FailureBucketName } = stage.outputs;
  const source = emulatorRecords(APPLICATIONS_SENT, ACTIVITY_SENT, Math.floor(Date.now() / DAY) * DAY);
  await step(`Producing ${APPLICATIONS_SENT} applications and ${ACTIVITY_SENT} transactions`, async () => {
    const { problems } = await produce(source, {
      sender: kinesisSenders(stage.clients.kinesis, (stream) =>
        stream === APPLICATIONS ? ApplicationsStreamName : ActivityStreamName,
      ),
      signal: interrupted.signal,
    });
    if (problems.length > 0) throw new Error(`${problems.length} records were refused: ${problems[0]?.reason}`);
  });
  await step('Deciding', () => stage.decided(source.entries.length));
  await check('no function gave a record up', async () => {
    const failures = await stage.keys(FailureBucketName);
    if (failures.length > 0) throw new Error(failures.join(', '));
  });
  await step('Counting anew in SQL', () => recount(client, source.entries));

  for (const title of ['the first run', 'another run']) {
    const answer = await step(`Running the deployed state machine: ${title}`, () => stage.runBatch());
    await check(`every position is accounted for after ${title}`, () => {
      for (const count of ['pending', 'missing', 'unexpected', 'parityDifferences'])
        if (answer[count] !== 0) throw new Error(`${count} is ${JSON.stringify(answer)}`);
    });
    const receipts = (await stage.lines('receipts/')).map(({ receipt }) => receipt);
    await observe(client, receipts, await stage.alerts());
    for (const comparison of COMPARISONS)
      await check(`${comparison.title}, after ${title}`, async () => `${await same(client, comparison)} rows equal`);
  }
}

/** Programs that run with a file of this directory: the emulator's functions, for one. */
function processesNaming(directory: string): string[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return command.includes(directory) ? [`${pid} ${command}`] : [];
      } catch {
        return [];
      }
    });
}

const missing = whyNoPython();
if (missing !== null) {
  console.log(`test:emulator was not run: ${missing}`);
  console.log('0 passed, 0 failed, 1 skipped');
  process.exit(0);
}
try {
  emulator = await step('Starting an emulator and a warehouse', () =>
    startEmulator({ onProgress: progress, signal: interrupted.signal }),
  );
  await run(emulator);
} catch (error) {
  checks.broken(error);
  if (emulator !== undefined) console.log(`    the emulator said:\n    ${logTail(emulator.logs.ministack, 20)}`);
} finally {
  await emulator?.stop();
}
await check('the emulator and its functions have ended', () => {
  if (emulator === undefined) return;
  const left = processesNaming(path.dirname(emulator.logs.ministack));
  if (emulator.ministack.running || left.length > 0) throw new Error(`still running: ${left.join(', ')}`);
});
console.log(`${((Date.now() - started) / 1000).toFixed(0)} s`);
const { passed, failed, skipped } = checks.totals;
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed === 0 ? 0 : 1);
