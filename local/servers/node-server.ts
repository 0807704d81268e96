import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { nodeBinary } from '../process/node-binary.ts';
import { launch } from '../process/managed.ts';
import { answers, choosePort } from '../process/ports.ts';
import { reportedPort } from './report.ts';
import { SERVER_ENV, SERVER_GRACE_MS, type Server, type ServerOptions, type ServiceName } from './server.ts';

/** Flags of the Node processes that host servers: TypeScript needs none, its warning is not for a log. */
const NODE_FLAGS = ['--disable-warning=ExperimentalWarning'];

interface NodeServer {
  readonly name: ServiceName;
  /** as a person calls it, in messages */
  readonly title: string;
  /** script beside this file: SCRIPT DIRECTORY PORT […args] */
  readonly script: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a server that is a library for Node in a process of its own. */
export async function startNodeServer(server: NodeServer, options: ServerOptions): Promise<Server> {
  mkdirSync(options.directory, { recursive: true });
  const wanted = options.port === undefined ? 0 : await choosePort(server.title, options.port);
  const child = await launch({
    command: nodeBinary(),
    args: [
      ...NODE_FLAGS,
      path.join(import.meta.dirname, server.script),
      options.directory,
      String(wanted),
      ...(server.args ?? []),
    ],
    env: { ...SERVER_ENV, ...server.env },
    logFile: options.logFile,
    signal: options.signal,
    report: true,
  });
  const port = await reportedPort(server.title, child, options.logFile);
  return {
    name: server.name,
    port,
    child,
    healthy: () => answers(port),
    stop: (graceMs = SERVER_GRACE_MS) => child.stop(graceMs),
  };
}
