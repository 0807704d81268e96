import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSettings } from '../../lib/config/load.ts';
import { emulatorEndpoint, emulatorEnvironment, requireAnswer } from '../../local/emulator/endpoint.ts';
import { WAREHOUSE } from '../../local/emulator/emulator.ts';
import { EMULATED } from '../../local/emulator/ministack.ts';
import { settingsOf } from '../../local/emulator/person.ts';
import { emulatorPython, MINISTACK_VERSION } from '../../local/emulator/python.ts';
import { LocalError } from '../../local/errors.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listening(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the address of an emulator', () => {
  it('is what AWS_ENDPOINT_URL says, without a slash at the end', () => {
    expect(emulatorEndpoint({ AWS_ENDPOINT_URL: 'http://127.0.0.1:4566/' })).toBe('http://127.0.0.1:4566');
    expect(emulatorEndpoint({ AWS_ENDPOINT_URL: 'https://localhost.localstack.cloud:4566' })).toBe(
      'https://localhost.localstack.cloud:4566',
    );
  });

  it.each<[string, string | undefined, RegExp]>([
    ['is not set', undefined, /AWS_ENDPOINT_URL is not set.*\n.*npm run emulator/],
    ['is blank', ' ', /AWS_ENDPOINT_URL is not set/],
    ['has no scheme', '127.0.0.1:4566', /is not the address of an emulator\n.*http:\/\/127/],
    ['has another scheme', 'ftp://127.0.0.1', /is not the address of an emulator/],
    ['has a path', 'http://127.0.0.1:4566/aws', /is not the address of an emulator/],
    ['has a user', 'http://user:secret@127.0.0.1:4566', /is not the address of an emulator/],
    ['is AWS itself', 'https://kinesis.eu-central-1.amazonaws.com', /is AWS itself.*\n.*-c stage=dev/],
    ['is AWS in China', 'https://s3.cn-north-1.amazonaws.com.cn', /is AWS itself/],
    ['is the newer domain of AWS', 'https://lambda.us-east-1.api.aws', /is AWS itself/],
  ])('is refused when it %s', (_what, value, message) => {
    const read = () => emulatorEndpoint({ AWS_ENDPOINT_URL: value });
    expect(read).toThrow(LocalError);
    expect(read).toThrow(message);
    expect(() => read()).not.toThrow(/secret/);
  });

  it('must answer, whatever it answers', async () => {
    const endpoint = await listening((_request, response) => response.writeHead(403).end());
    await expect(requireAnswer(endpoint)).resolves.toBeUndefined();
  });

  it('is told when nothing listens there', async () => {
    const endpoint = await listening(() => {});
    await new Promise((resolve) => servers.pop()!.close(resolve));
    await expect(requireAnswer(endpoint)).rejects.toThrow(/nothing answers at AWS_ENDPOINT_URL \(.*ECONNREFUSED\)/);
  });

  it('is told when what listens there says nothing', async () => {
    const endpoint = await listening(() => {});
    await expect(requireAnswer(endpoint, 50)).rejects.toThrow(/nothing answers at AWS_ENDPOINT_URL/);
  });
});

describe('the environment of whoever talks to an emulator', () => {
  const environment = emulatorEnvironment('http://127.0.0.1:1', {
    HOME: '/home/me',
    AWS_PROFILE: 'production',
    AWS_ACCESS_KEY_ID: 'AKIAREAL',
    AWS_SESSION_TOKEN: 'real',
    AWS_ENDPOINT_URL_S3: 'https://s3.eu-central-1.amazonaws.com',
    AWS_REGION: 'eu-central-1',
    CDK_DEFAULT_ACCOUNT: '123456789012',
    AWS_CA_BUNDLE: '/etc/ssl/emulator.pem',
  });

  it('has its address and region, and keys that are nobody’s', () => {
    expect(environment).toMatchObject({
      HOME: '/home/me',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_REGION: EMULATED.region,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_CA_BUNDLE: '/etc/ssl/emulator.pem',
    });
  });

  it('has nothing of a real account', () => {
    expect(JSON.stringify(environment)).not.toMatch(/production|AKIAREAL|real|amazonaws|eu-central-1|123456789012/);
  });
});

it('names account, region and warehouse as the local stage does', () => {
  const { account, region, warehouseDatabase, warehouseUser } = loadSettings({ stage: 'local' });
  expect(EMULATED).toEqual({ account, region });
  expect(WAREHOUSE).toEqual({ database: warehouseDatabase, user: warehouseUser });
});

describe('settings on the command line', () => {
  it('are keys and values; a value may hold an equals sign', () => {
    expect(settingsOf(['policy=founding', 'alarmAddresses=a=b@example.com'])).toEqual({
      policy: 'founding',
      alarmAddresses: 'a=b@example.com',
    });
  });

  it.each(['policy', '=founding', 'stage=prod', 'emulator=false', 'account=123456789012', 'region=eu-west-1'])(
    'are refused as %s',
    (entry) => {
      expect(() => settingsOf([entry])).toThrow(LocalError);
    },
  );
});

describe('the Python of the emulator', () => {
  let scratch: string;
  beforeEach(() => {
    scratch = mkdtempSync(path.join(tmpdir(), 'crp-python-'));
  });
  afterEach(() => rmSync(scratch, { recursive: true, force: true }));

  /** A program that is asked three things: its version, to make an environment, to install. */
  function python(venv: string, pip = 'exit 0'): string {
    const file = path.join(scratch, 'python');
    const inside = path.join(scratch, 'inside');
    writeFileSync(inside, `#!/bin/sh\n${pip}\n`, { mode: 0o755 });
    const made = `mkdir -p "$3/bin" && cp ${inside} "$3/bin/python"`;
    writeFileSync(file, `#!/bin/sh\n[ "$1" = -c ] && exit 0\n${venv === 'made' ? made : venv}\n`, { mode: 0o755 });
    return file;
  }
  const cache = () => path.join(scratch, 'cache');

  it('is made once, and then taken as it is', async () => {
    let installs = 0;
    const options = { cache: cache(), onInstall: () => void (installs += 1) };
    const first = await emulatorPython({ ...options, python: python('made') });
    expect(first).toBe(path.join(cache(), `ministack-${MINISTACK_VERSION}`, 'bin', 'python'));
    expect(await emulatorPython({ ...options, python: '/nowhere/python' })).toBe(first);
    expect(installs).toBe(1);
    expect(readdirSync(cache())).toEqual([`ministack-${MINISTACK_VERSION}`]);
  });

  it('is missed by name', async () => {
    const missing = emulatorPython({ cache: cache(), python: '/nowhere/python' });
    await expect(missing).rejects.toThrow(/needs Python 3\.10 or newer, and \/nowhere\/python is not there/);
  });

  it('says what to install when it cannot make environments', async () => {
    const broken = emulatorPython({ cache: cache(), python: python('echo no ensurepip; exit 1') });
    await expect(broken).rejects.toThrow(/apt install python3-venv.*\n.*no ensurepip/s);
  });

  it('leaves nothing half-made when packages cannot be had, and names no address of the machine’s index', async () => {
    const pip = `echo "Could not fetch https://index.internal/simple (host='index.internal')"; exit 1`;
    const failed = emulatorPython({ cache: cache(), python: python('made', pip) });
    const error = await failed.then(
      () => undefined,
      (reason: unknown) => reason as Error,
    );
    expect(error).toBeInstanceOf(LocalError);
    expect(error?.message).toMatch(/pip could not install ministack\[full\]==.*Could not fetch <address>/s);
    expect(error?.message).not.toContain('index.internal');
    expect(readdirSync(cache())).toEqual([]);
  });
});

describe('commands', () => {
  const run = (script: string, args: string[], env: Record<string, string> = {}) =>
    spawnSync(process.execPath, [path.join(import.meta.dirname, '../../local/emulator', script), ...args], {
      env: { PATH: process.env['PATH'] ?? '', ...env },
      encoding: 'utf8',
    });

  it.each<[string, string, string[], Record<string, string>, RegExp]>([
    ['no address', 'deploy-main.ts', [], {}, /^error: AWS_ENDPOINT_URL is not set/],
    ['no address to destroy at', 'deploy-main.ts', ['--destroy'], {}, /^error: AWS_ENDPOINT_URL is not set/],
    ['an unknown option', 'deploy-main.ts', ['--destory'], {}, /^error: Unknown option '--destory'.*\n.*--help/],
    ['an argument', 'deploy-main.ts', ['prod'], {}, /^error: Unexpected argument 'prod'/],
    ['another stage', 'deploy-main.ts', ['-c', 'stage=prod'], {}, /^error: -c stage cannot be given/],
    [
      'an address where nothing is',
      'deploy-main.ts',
      [],
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
      /^error: nothing answers at AWS_ENDPOINT_URL/,
    ],
    ['a port that is none', 'up-main.ts', ['--port', '0'], {}, /^error: --port 0 is not a port/],
  ])('end with 2 and a plain message for %s', (_what, script, args, env, message) => {
    const { status, stderr, stdout } = run(script, args, env);
    expect(stderr).toMatch(message);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).not.toContain('    at ');
  });

  it('look for the policy before anything is deployed', async () => {
    const asked: string[] = [];
    const endpoint = await listening((request, response) => {
      asked.push(request.url ?? '');
      response.end();
    });
    const script = path.join(import.meta.dirname, '../../local/emulator/deploy-main.ts');
    const env = { PATH: process.env['PATH'] ?? '', AWS_ENDPOINT_URL: endpoint };
    const said = await new Promise<string>((resolve) => {
      execFile(process.execPath, [script, '-c', 'policy=nope'], { env }, (_error, _stdout, stderr) => resolve(stderr));
    });
    expect(said).toMatch(/setting policy is "nope"; allowed are default, founding/);
    expect(asked).toEqual(['/']);
  });

  it('explain themselves', () => {
    for (const script of ['deploy-main.ts', 'up-main.ts'])
      expect(run(script, ['--help'])).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/^npm run /),
        stderr: '',
      });
  });
});
