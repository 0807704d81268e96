import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { launch } from '../process/managed.ts';
import { nodeBinary } from '../process/node-binary.ts';
import { LOOPBACK, onPort, waitUntilReady } from '../process/ports.ts';
import { CREDENTIALS } from '../stack/clients.ts';

/** Account and region of the local stage: lib/config/stages.ts. */
export const EMULATED = { account: '000000000000', region: 'us-east-1' } as const;

const GRACE_MS = 5_000;
const HEALTHY_WITHIN_MS = 60_000;

export interface MiniStackOptions {
  /** interpreter that has the emulator: see {@link emulatorPython} */
  readonly python: string;
  /** where it unpacks functions; made when it is missing, and the caller's to remove */
  readonly directory: string;
  readonly logFile: string;
  /** what functions find in their environment beside what their templates say: where the warehouse is */
  readonly functionEnvironment?: Readonly<Record<string, string>>;
  /** @default chosen by the system */
  readonly port?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface MiniStack {
  /** for AWS_ENDPOINT_URL */
  readonly endpoint: string;
  readonly pid: number;
  readonly running: boolean;
  /** ends it and the functions that it runs */
  stop(): Promise<void>;
}

/**
 * Starts the emulator on loopback. It keeps nothing on disk: what was deployed to it ends with it.
 * @throws LocalError when it does not come up, with the end of its log
 */
export async function startMiniStack(options: MiniStackOptions): Promise<MiniStack> {
  mkdirSync(options.directory, { recursive: true });
  return onPort('MiniStack', options.port, async (port) => {
    const endpoint = `http://${LOOPBACK}:${port}`;
    const child = await launch({
      command: options.python,
      args: ['-m', 'ministack'],
      env: { ...environment(port, endpoint, options.directory), ...options.functionEnvironment },
      cwd: options.directory,
      logFile: options.logFile,
      signal: options.signal,
    });
    const healthy = () => isHealthy(endpoint);
    await waitUntilReady('MiniStack', child, options.logFile, healthy, HEALTHY_WITHIN_MS);
    return {
      endpoint,
      pid: child.pid,
      get running() {
        return child.running;
      },
      stop: () => child.stop(GRACE_MS),
    };
  });
}

/** Functions inherit all of this, so nothing is in it that they would not have on Lambda but what they need here. */
const environment = (port: number, endpoint: string, directory: string): Record<string, string> => ({
  // Functions are run by the first `node` of the path: it must be Lambda's.
  PATH: `${path.dirname(nodeBinary())}:/usr/bin:/bin`,
  LC_ALL: 'C.UTF-8',
  TZ: 'UTC',
  HOME: directory,
  TMPDIR: directory,
  PYTHONDONTWRITEBYTECODE: '1',
  // Its own default is every interface of the machine.
  BIND_HOST: LOOPBACK,
  GATEWAY_PORT: String(port),
  // What it calls back, functions included; `localhost` may be another address than the one it listens on.
  MINISTACK_HOST: LOOPBACK,
  AWS_ENDPOINT_URL: endpoint,
  MINISTACK_ACCOUNT_ID: EMULATED.account,
  MINISTACK_REGION: EMULATED.region,
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  // No Docker: functions are processes of this machine.
  LAMBDA_EXECUTOR: 'local',
  // It would listen on another port.
  IOT_MTLS_ENABLED: '0',
});

async function isHealthy(endpoint: string): Promise<boolean> {
  try {
    const answer = await fetch(`${endpoint}/_ministack/health`, { signal: AbortSignal.timeout(2_000) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}
