import { type ChildProcess, spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Certificate } from '../certificates.ts';
import { javaHome, missingCommands, run } from '../java.ts';

const SOURCES = ['pom.xml', 'WireServer.java'].map((name) => join(import.meta.dirname, name));

export interface WireServer {
  readonly uri: string;
  stop(): Promise<void>;
}

/** @returns why the server cannot be built here, or null */
export function whyNoWireServer(): string | null {
  const missing = missingCommands(['java', 'javac', 'mvn']);
  return missing.length === 0 ? null : `it needs Java 17 and Maven, and ${missing.join(', ')} cannot be run here`;
}

/**
 * Builds the server where that was not done yet, and starts it on a port that the system chooses.
 *
 * @param certificate the server then speaks TLS alone
 */
export async function startWireServer(certificate?: Certificate): Promise<WireServer> {
  const home = await javaHome('mongo-wire', SOURCES, (at) =>
    run('javac', ['-cp', join(at, 'lib', '*'), '-d', join(at, 'classes'), SOURCES[1]!]),
  );
  const classpath = [join(home, 'classes'), join(home, 'lib', '*')].join(delimiter);
  const tls = certificate === undefined ? [] : [certificate.certificateFile, certificate.keyFile];
  const java = spawn(
    'java',
    ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', classpath, 'WireServer', ...tls],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const port = await portOf(java);
  return {
    uri: `mongodb://127.0.0.1:${port}/`,
    async stop() {
      const ended = new Promise((done) => java.once('exit', done));
      java.kill('SIGKILL');
      if (java.exitCode === null && java.signalCode === null) await ended;
    },
  };
}

async function portOf(java: ChildProcess): Promise<number> {
  const lines = createInterface({ input: java.stdout! });
  for await (const line of lines) {
    const port = /^listening on (\d+)$/.exec(line)?.[1];
    if (port) return Number(port);
  }
  throw new Error('the wire server ended before it listened');
}
