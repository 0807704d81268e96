import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { FunctionModel } from '../../local/assembly/model.ts';
import { FunctionHost } from '../../local/functions/host.ts';
import { eventually, processesOf, temporaryDirectory } from './support/temporary.ts';

interface Hosted {
  readonly host: FunctionHost;
  readonly root: string;
  call(event?: unknown): Promise<{ value?: unknown; error?: { errorType: string; errorMessage: string } | undefined }>;
  log(): string;
}

/** One function named `fn`, of this code. */
function hosted(code: string, model: Partial<FunctionModel> = {}, concurrency = 2): Hosted {
  const root = temporaryDirectory();
  mkdirSync(path.join(root, 'bundle'));
  const file = path.join(root, 'bundle', 'index.mjs');
  writeFileSync(file, code);
  const logFile = path.join(root, 'fn.log');
  const host = new FunctionHost({
    functions: [
      {
        name: 'fn',
        physicalName: 'stack-fn',
        arn: 'arn:aws:lambda:eu-central-1:000000000000:function:stack-fn',
        directory: path.join(root, 'bundle'),
        file,
        exportName: 'handler',
        memoryMb: 128,
        timeoutSeconds: 5,
        environment: {},
        reservedConcurrency: undefined,
        ...model,
      },
    ],
    region: 'eu-central-1',
    environment: { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' },
    logFile: () => logFile,
    concurrency: () => concurrency,
  });
  onTestFinished(() => host.stop());
  return {
    host,
    root,
    call: async (event = {}) => {
      const { outcome } = await host.invoke('fn', JSON.stringify(event));
      return outcome.error === undefined ? { value: JSON.parse(outcome.payload) } : { error: outcome.error };
    },
    log: () => readFileSync(logFile, 'utf8'),
  };
}

describe('the Runtime API', () => {
  test('gives handler and context what Lambda gives them', async () => {
    const { call, root } = hosted(
      `export const handler = async (event, context) => ({ event, cwd: process.cwd(), remaining: context.getRemainingTimeInMillis(),
         context: JSON.parse(JSON.stringify(context)), trace: process.env._X_AMZN_TRACE_ID })`,
    );
    const { value } = await call({ text: 'ä\u2028', n: 1.5 });
    expect(value).toMatchObject({
      event: { text: 'ä\u2028', n: 1.5 },
      cwd: path.join(root, 'bundle'),
      context: {
        functionName: 'stack-fn',
        functionVersion: '$LATEST',
        memoryLimitInMB: '128',
        invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:stack-fn',
        logGroupName: '/aws/lambda/stack-fn',
        awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
      trace: expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};/),
    });
    const { remaining } = value as { remaining: number };
    expect(remaining).toBeGreaterThan(0);
    expect(remaining).toBeLessThanOrEqual(5000);
  });

  test('can be spoken to by any runtime, and refuses what Lambda refuses', async () => {
    // A handler that speaks to the API itself, beside the bootstrap that runs it.
    const { call } = hosted(`
      const base = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime';
      const post = async (path, body) => (await fetch(base + path, { method: 'POST', body })).status;
      export const handler = async () => ({ stale: await post('/invocation/no-such-request/response', '{}'),
        unknown: await post('/nonsense', '{}'), root: (await fetch(base.replace('/runtime', '/elsewhere'))).status })`);
    expect((await call()).value).toEqual({ stale: 400, unknown: 404, root: 404 });
  });

  test('takes any JSON for an answer, and null for none', async () => {
    const { call } = hosted(`export const handler = async ({ say }) => say === 'nothing' ? undefined : say`);
    expect(await call({ say: 'nothing' })).toEqual({ value: null });
    expect(await call({ say: [1, 'two'] })).toEqual({ value: [1, 'two'] });
  });

  test('refuses an answer that is too large, and goes on', async () => {
    const { call } = hosted(`export const handler = async ({ n }) => 'x'.repeat(n)`);
    expect((await call({ n: 7e6 })).error?.errorType).toBe('Function.ResponseSizeTooLarge');
    expect((await call({ n: 1 })).value).toBe('x');
  });
});

describe('a function', () => {
  test('has the environment of its template and of Lambda, and nothing of ours', async () => {
    process.env['SECRET_OF_THE_PARENT'] = 'canary';
    onTestFinished(() => void delete process.env['SECRET_OF_THE_PARENT']);
    const { call } = hosted(`export const handler = async () => process.env`, { environment: { TABLE: 'customers' } });
    const environment = (await call()).value as Record<string, string>;
    expect(environment).toMatchObject({
      TABLE: 'customers',
      AWS_REGION: 'eu-central-1',
      AWS_LAMBDA_FUNCTION_NAME: 'stack-fn',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
    });
    expect(Object.keys(environment)).not.toContain('SECRET_OF_THE_PARENT');
    expect(Object.keys(environment)).not.toContain('HOME');
  });

  test('is loaded once, and serves one event after the other', async () => {
    const { call, host } = hosted(`let n = 0; export const handler = async () => [++n, process.pid]`);
    const [first, second] = [await call(), await call()];
    expect((first.value as number[])[0]).toBe(1);
    expect((second.value as number[])[0]).toBe(2);
    expect(host.statistics('fn')).toMatchObject({ invocations: 2, errors: 0, coldStarts: 1 });
    expect(host.statistics('fn').peakMemoryMb).toBeGreaterThan(20);
  });

  test('runs in as many processes as events at a time, and no more than the limit', async () => {
    const { call, host } = hosted(
      `export const handler = async () => (await new Promise((r) => setTimeout(r, 100)), process.pid)`,
    );
    const answers = await Promise.all(Array.from({ length: 6 }, () => call()));
    expect(new Set(answers.map(({ value }) => value)).size).toBe(2);
    expect(host.pids('fn')).toHaveLength(2);
  });

  test('fails with the name and message of what it threw', async () => {
    const { call } = hosted(`class TryAgain extends Error { name = 'TryAgain' }
      export const handler = async ({ how }) => { if (how === 'error') throw new TryAgain('later'); throw 'a text'; }`);
    expect((await call({ how: 'error' })).error).toMatchObject({ errorType: 'TryAgain', errorMessage: 'later' });
    expect((await call({})).error).toMatchObject({ errorType: 'string', errorMessage: 'a text' });
  });

  test('is killed at its time-out, though it spins, and starts afresh', async () => {
    const { call, host, root } = hosted(
      `let n = 0; export const handler = async ({ spin }) => { n++; while (spin); return n; }`,
      { timeoutSeconds: 1 },
    );
    expect((await call()).value).toBe(1);
    const { error } = await call({ spin: true });
    expect(error?.errorType).toBe('Sandbox.Timedout');
    expect(error?.errorMessage).toMatch(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 1\.00 seconds$/);
    await eventually(() => processesOf(root).length === 0);
    expect((await call()).value).toBe(1);
    expect(host.statistics('fn').coldStarts).toBe(2);
  });

  test.each([
    ['exits', `process.exit(3)`, 'Runtime.ExitError', /exit status 3/],
    [
      'runs out of memory',
      `const all = []; for (;;) all.push(new Array(1e5).fill(0.5))`,
      'Runtime.ExitError',
      /signal/,
    ],
    [
      'throws outside of a promise',
      `setTimeout(() => { throw new RangeError('late') }); await new Promise(() => {})`,
      'RangeError',
      /late/,
    ],
    [
      'forgets a rejection',
      `Promise.reject(new Error('lost')); await new Promise(() => {})`,
      'Runtime.UnhandledPromiseRejection',
      /lost/,
    ],
  ])('that %s fails alone, and the next event finds a new process', async (_how, statement, errorType, message) => {
    const { call } = hosted(`export const handler = async ({ go }) => { if (go) { ${statement} } return 'well' }`);
    const { error } = await call({ go: true });
    expect(error).toMatchObject({ errorType, errorMessage: expect.stringMatching(message) });
    expect(await call()).toEqual({ value: 'well' });
  });

  test.each([
    ['does not load', `throw new TypeError('no such table')`, 'TypeError', 'no such table'],
    ['has no such handler', `export const other = 1`, 'Runtime.HandlerNotFound', 'exports no function handler'],
  ])('whose bundle %s fails with the reason', async (_how, code, errorType, message) => {
    const { call } = hosted(code);
    for (let i = 0; i < 2; i++) {
      const { error } = await call();
      expect(error).toMatchObject({ errorType, errorMessage: expect.stringContaining(message) });
    }
  });

  test('killed in the middle of an event fails as Lambda says it', async () => {
    const { call, host } = hosted(
      `export const handler = async ({ wait }) => { if (wait) await new Promise(() => {}); return 1 }`,
    );
    await call();
    const running = call({ wait: true });
    await eventually(() => host.kill('fn') === 1);
    expect((await running).error).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('signal: killed'),
    });
    expect((await call()).value).toBe(1);
  });

  test('frozen in the middle of an event is given up at its time-out', async () => {
    const { call, host } = hosted(`export const handler = async () => 1`, { timeoutSeconds: 1 });
    await call();
    expect(host.kill('fn', 'SIGSTOP')).toBe(1);
    expect((await call()).error?.errorType).toBe('Sandbox.Timedout');
    expect((await call()).value).toBe(1);
  });

  test('writes what it prints and a report of each event to its log', async () => {
    const { call, log } = hosted(
      `export const handler = async ({ bad }) => { console.log('printed'); if (bad) throw new Error('no') }`,
    );
    await call();
    await call({ bad: true });
    expect(log()).toContain('printed\n');
    const reports = log()
      .split('\n')
      .filter((line) => line.includes('platform.report'))
      .map((line) => JSON.parse(line));
    expect(reports).toMatchObject([
      { record: { status: 'success', metrics: { memorySizeMB: 128 } } },
      { record: { status: 'error', errorType: 'Error' } },
    ]);
  });

  test('that is not there is named, with those that are', async () => {
    const { host } = hosted(`export const handler = async () => 1`);
    expect(() => host.invoke('nf', '{}')).toThrow(/no function nf\n.*fn/);
  });

  test('leaves no process when the host stops in the middle of an event', async () => {
    const { call, host, root } = hosted(`export const handler = async () => new Promise(() => {})`);
    const running = [call(), call()];
    await eventually(() => host.pids('fn').length === 2);
    await host.stop();
    for (const one of running) expect((await one).error?.errorType).toBe('Runtime.ExitError');
    expect(processesOf(root)).toEqual([]);
  });
});
