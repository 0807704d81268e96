import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { emulatorEnvironment } from '../../local/emulator/endpoint.ts';
import type { PageResponse } from '../../console/api/types.ts';
import { type Ended, start } from '../e2e/crp.ts';
import type { Summary } from '../../console/api/summary.ts';
import type { ShownAlert } from '../../lambdas/adapters/review-desk.ts';
import type { Checks } from './checks.ts';

const MINUTE = 60_000;
const POLICY = readFileSync(path.join(import.meta.dirname, '..', '..', 'policies', 'founding.json'), 'utf8');

export interface Expected {
  /** applications that are decided when the commands begin */
  readonly decided: number;
}

/** The command line at work on the deployed stage, found by its stacks' outputs, as a person would use it on AWS. */
export async function tryCommands(checks: Checks, endpoint: string, expected: Expected): Promise<void> {
  const environment = emulatorEnvironment(endpoint, process.env);
  const crp = (...args: string[]): Promise<Ended> => start([...args, '--stage', 'local'], environment).ended;
  const folder = mkdtempSync(path.join(tmpdir(), 'crp-commands-'));
  const check = checks.check.bind(checks);
  const ok = ({ code, stderr }: Ended): void => {
    if (code !== 0) throw new Error(`it ended with ${code}:\n${stderr}`);
  };
  const count = async (table: string): Promise<number> => {
    const asked = await crp('query', '--json', `select count(*)::int as n from ${table}`);
    ok(asked);
    return (JSON.parse(asked.stdout) as { n: number }[])[0]!.n;
  };
  const facts = (): Promise<number> => count('dw.fact_loan_application');
  try {
    await check('crp query asks the warehouse through its function', async () => `${await facts()} facts`);
    await check('crp query says what is wrong with a statement, and writes nothing', async () => {
      const wrong = await crp('query', 'select nothing from dw.fact_loan_application');
      if (wrong.code !== 1 || !wrong.stderr.includes('42703')) throw new Error(`${wrong.code}: ${wrong.stderr}`);
      const writing = await crp('query', 'delete from dw.fact_loan_application');
      if (writing.code !== 1 || !writing.stderr.includes('25006'))
        throw new Error(`${writing.code}: ${writing.stderr}`);
    });
    await check('crp status says what is stored', async () => {
      const told = await crp('status', '--json');
      ok(told);
      const { streams } = JSON.parse(told.stdout) as { streams: { name: string; logged: number; loaded: number }[] };
      const loaded = streams.find(({ name }) => name === 'credit_applications')?.loaded ?? 0;
      if (loaded < expected.decided) throw new Error(`it says ${loaded}, and ${expected.decided} were decided`);
      return `${loaded} applications loaded`;
    });
    await check('crp replay computes every receipt again', async () => {
      const told = await crp('replay', '--json');
      ok(told);
      return `${(JSON.parse(told.stdout) as { equal: number }).equal} equal`;
    });

    const before = await facts();
    const file = path.join(folder, 'mine.ndjson');
    const application = {
      application_id: 'command-1',
      user_id: 'command-user',
      credit_score: 720,
      loan_amount: '9000.00',
      timestamp: new Date(Date.now() - MINUTE).toISOString(),
    };
    writeFileSync(file, `${JSON.stringify(application)}\n`);
    await check('crp produce sends a record and waits for its decision', async () =>
      ok(await crp('produce', '--input', file)),
    );
    await check('crp batch runs the deployed workflow and loads it', async () => {
      ok(await crp('batch'));
      const after = await facts();
      if (after !== before + 1) throw new Error(`there were ${before} facts, and are ${after}`);
    });
    await check('crp explain says why it was decided so', async () => {
      const told = await crp('explain', 'command-1');
      ok(told);
      if (!told.stdout.includes('Approved')) throw new Error(told.stdout);
    });
    await check('crp summary tells the day', async () => {
      const told = await crp('summary', '--json');
      ok(told);
      const { figures } = JSON.parse(told.stdout) as Summary;
      const applications = figures.find(({ measure }) => measure.id === 'applications')?.value ?? 0;
      if (applications === 0) throw new Error(told.stdout);
      return `${applications} applications`;
    });
    await check('crp alerts finds an alert, and gives it another status once', async () => {
      const listed = await crp('alerts', 'list', '--status', 'open', '--limit', '1', '--json');
      ok(listed);
      const id = (JSON.parse(listed.stdout) as { alert_id: string }[])[0]!.alert_id;
      const dispose = (): Promise<Ended> =>
        crp(
          'alerts',
          'dispose',
          id,
          '--status',
          'in_review',
          '--by',
          'an analyst',
          '--reason',
          'a look',
          '--seen',
          '1',
        );
      ok(await dispose());
      const again = await dispose();
      if (again.code === 0 || !again.stderr.includes('has changed since'))
        throw new Error(`${again.code}: ${again.stderr}`);
      const shown = await crp('alerts', 'show', id, '--json');
      ok(shown);
      if ((JSON.parse(shown.stdout) as ShownAlert).alert.status !== 'in_review') throw new Error(shown.stdout);
    });
    await check('crp console shows the stage in a browser', async () => {
      const served = start(['console', '--stage', 'local'], environment);
      try {
        await served.shows('Ctrl-C stops it');
        const answer = await fetch(new URL('/api/overview', served.stdout().trim()));
        const { figures } = (await answer.json()) as PageResponse;
        const applications = figures.find(({ id }) => id === 'applications')?.value;
        const counted = await count('bi.applications');
        if (applications !== counted) throw new Error(`it shows ${applications}, and ${counted} are in the view`);
        return `${counted} applications`;
      } finally {
        served.kill('SIGINT');
        ok(await served.ended);
      }
    });
    await check('crp redrive finds nothing that was given up', async () => ok(await crp('redrive', '--dry-run')));

    const policy = (version: string, minutes: number): string => {
      const name = path.join(folder, `${version}.json`);
      const shipped = JSON.parse(POLICY) as Record<string, unknown>;
      const effective_from = new Date(Date.now() + minutes * MINUTE).toISOString();
      writeFileSync(name, JSON.stringify({ ...shipped, version, effective_from }));
      return name;
    };
    await check('crp policy publish takes a policy an hour ahead, once', async () => {
      const ahead = policy('7.0.0', 60);
      ok(await crp('policy', 'publish', ahead));
      const again = await crp('policy', 'publish', ahead);
      ok(again);
      if (!again.stdout.includes('already')) throw new Error(again.stdout);
    });
    await check('crp policy list names it as pending', async () => {
      const told = await crp('policy', 'list', '--json');
      ok(told);
      const [latest] = JSON.parse(told.stdout) as { standing: string; version: string }[];
      if (latest?.standing !== 'pending' || latest.version !== '7.0.0') throw new Error(told.stdout);
    });
    await check('crp policy publish refuses one that takes effect too soon', async () => {
      const soon = await crp('policy', 'publish', policy('7.1.0', 10));
      if (soon.code !== 2 || !soon.stderr.includes('15 minutes ahead')) throw new Error(`${soon.code}: ${soon.stderr}`);
    });
    await check('a stage that is not there is said to be so', async () => {
      const none = await start(['status', '--stage', 'prod'], environment).ended;
      if (none.code !== 2 || !none.stderr.includes('no stack of that stage'))
        throw new Error(`${none.code}: ${none.stderr}`);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
