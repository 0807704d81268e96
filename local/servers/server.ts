import type { Managed } from '../process/managed.ts';

export const SERVICE_NAMES = ['postgres', 'kinesis', 'dynamodb', 's3'] as const;
/** `s3` answers for SNS as well: one server speaks both. */
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** What every embedded server is told. */
export interface ServerOptions {
  /** its folder in the data directory; made when it is missing */
  readonly directory: string;
  readonly logFile: string;
  /** a fixed port on 127.0.0.1 @default chosen by the system */
  readonly port?: number;
  /** breaks the start off: what was started is killed; must not be aborted once the server is up */
  readonly signal?: AbortSignal | undefined;
}

export interface Server {
  readonly name: ServiceName;
  readonly port: number;
  /** the process, for its pid, its memory, or to kill it in a test */
  readonly child: Managed;
  healthy(): Promise<boolean>;
  /** ends in order; whatever is still there after `graceMs` is killed */
  stop(graceMs?: number): Promise<void>;
}

/** How long a server may take to end in order before it is killed. */
export const SERVER_GRACE_MS = 2_500;

/** Environment of a server: nothing of ours leaks into it but what a C library needs. */
export const SERVER_ENV = { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC' } as const;
