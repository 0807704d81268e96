import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { hash } from 'node:crypto';
import type { Certificate } from '../certificates.ts';

const CACHE = resolve(import.meta.dirname, '../../../.cache/mongo-wire');
const SOURCES = ['pom.xml', 'WireServer.java'].map((name) => join(import.meta.dirname, name));

export interface WireServer {
  readonly uri: string;
  stop(): Promise<void>;
}

/** @returns why the server cannot be built here, or null */
export function whyNoWireServer(): string | null {
  const missing = [
    ['java', '-version'],
    ['javac', '-version'],
    ['mvn', '-v'],
  ].filter(([command, flag]) => spawnSync(command!, [flag!], { stdio: 'ignore' }).status !== 0);
  return missing.length === 0
    ? null
    : `it needs Java 17 and Maven, and ${missing.map(([command]) => command).join(', ')} cannot be run here`;
}

/**
 * Builds the server where that was not done yet, and starts it on a port that the system chooses.
 *
 * @param certificate the server then speaks TLS alone
 */
export async function startWireServer(certificate?: Certificate): Promise<WireServer> {
  await build();
  const classpath = [join(CACHE, 'classes'), join(CACHE, 'lib', '*')].join(delimiter);
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

/** One builder at a time: test files run in processes of their own. */
async function build(): Promise<void> {
  const wanted = hash('sha256', SOURCES.map((path) => readFileSync(path, 'utf8')).join('\0'));
  const mark = join(CACHE, 'built');
  const lock = join(CACHE, 'lock');
  mkdirSync(CACHE, { recursive: true });
  const isBuilt = (): boolean => existsSync(mark) && readFileSync(mark, 'utf8') === wanted;
  for (let waited = 0; !isBuilt(); waited++) {
    try {
      mkdirSync(lock);
    } catch {
      if (waited > 600) throw new Error(`another build seems to have died: remove ${lock}`);
      await sleep(200);
      continue;
    }
    try {
      run('mvn', [
        '-q',
        '-B',
        '-f',
        SOURCES[0]!,
        'dependency:copy-dependencies',
        `-DoutputDirectory=${join(CACHE, 'lib')}`,
      ]);
      run('javac', ['-cp', join(CACHE, 'lib', '*'), '-d', join(CACHE, 'classes'), SOURCES[1]!]);
      writeFileSync(mark, wanted);
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  }
}

function run(command: string, parameters: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(command, parameters, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} failed (${status}):\n${stdout}${stderr}`);
}
