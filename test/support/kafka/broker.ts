import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { KafkaConnection } from '../../../lambdas/adapters/kafka-partitions.ts';
import { launch, type Managed } from '../../../local/process/managed.ts';
import { choosePort, LOOPBACK, waitUntilReady } from '../../../local/process/ports.ts';
import { javaHome, missingCommands, run } from '../java.ts';
import { type Certificates, makeCertificates } from './certificates.ts';

const POM = join(import.meta.dirname, 'pom.xml');
const JAVA_ENV = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC' };
const USER = 'pipeline';
const START_MS = 90_000;

export interface Broker {
  readonly pid: number;
  /** as the stage's clients log in: over TLS with a password where the broker is secure, else without either */
  readonly connection: KafkaConnection;
  /** what a client trusts; null where the broker is not secure */
  readonly certificates: Certificates | null;
  stop(): Promise<void>;
}

/** @returns why the broker cannot be had here, or null */
export function whyNoBroker(secure: boolean): string | null {
  const missing = missingCommands(['java', 'mvn', ...(secure ? ['openssl'] : [])]);
  return missing.length === 0 ? null : `the broker needs Java 17, Maven and openssl; missing: ${missing.join(', ')}`;
}

/**
 * A real Kafka broker of one node, on loopback ports that the system chooses, empty.
 *
 * @param directory its data and log; must exist
 */
export async function startBroker(directory: string, { secure }: { readonly secure: boolean }): Promise<Broker> {
  const classpath = [join(await javaHome('kafka', [POM]), 'lib', '*')].join(delimiter);
  const password = randomBytes(18).toString('base64url');
  const certificates = secure ? makeCertificates(join(directory, 'tls')) : null;
  const [port, controller, internal] = [await freePort(), await freePort(), await freePort()];
  const properties = join(directory, 'server.properties');
  writeFileSync(properties, settings({ directory, port, controller, internal, certificates }));
  mkdirSync(join(directory, 'data'), { recursive: true });
  run('java', [
    '-Xmx256m',
    '-XX:TieredStopAtLevel=1',
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    '-cp',
    classpath,
    'kafka.tools.StorageTool',
    'format',
    `--cluster-id=${randomBytes(16).toString('base64url')}`,
    '-c',
    properties,
    ...(secure ? ['--add-scram', `SCRAM-SHA-512=[name=${USER},password=${password}]`] : []),
  ]);
  const logFile = join(directory, 'broker.log');
  const child = await launch({
    command: 'java',
    args: [
      '-Xmx512m',
      '-XX:+ExitOnOutOfMemoryError',
      '-Djava.awt.headless=true',
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=info',
      '-cp',
      classpath,
      'kafka.Kafka',
      properties,
    ],
    env: JAVA_ENV,
    logFile,
  });
  const started = async (): Promise<boolean> => readFileSync(logFile, 'utf8').includes('Kafka Server started');
  await waitUntilReady('Kafka', child, logFile, started, START_MS);
  return broker(
    child,
    {
      bootstrapBrokers: [`localhost:${port}`],
      ...(certificates === null
        ? {}
        : {
            tls: { ca: certificates.authority },
            sasl: { mechanism: 'SCRAM-SHA-512', username: USER, password },
          }),
    },
    certificates,
  );
}

const broker = (child: Managed, connection: KafkaConnection, certificates: Certificates | null): Broker => ({
  pid: child.pid,
  connection,
  certificates,
  stop: () => child.stop(10_000),
});

const freePort = (): Promise<number> => choosePort('Kafka', undefined);

interface Layout {
  readonly directory: string;
  readonly port: number;
  readonly controller: number;
  /** the broker's own, in the clear; nothing of ours uses it */
  readonly internal: number;
  readonly certificates: Certificates | null;
}

function settings({ directory, port, controller, internal, certificates }: Layout): string {
  const client = certificates === null ? 'PLAINTEXT' : 'SASL_SSL';
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@${LOOPBACK}:${controller}`,
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=INTERNAL',
    `listeners=CLIENT://${LOOPBACK}:${port},INTERNAL://${LOOPBACK}:${internal},CONTROLLER://${LOOPBACK}:${controller}`,
    `advertised.listeners=CLIENT://localhost:${port},INTERNAL://${LOOPBACK}:${internal}`,
    `listener.security.protocol.map=CLIENT:${client},INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT`,
    `log.dirs=${join(directory, 'data')}`,
    'auto.create.topics.enable=false',
    // There is one node: internal topics cannot have three replicas.
    'offsets.topic.replication.factor=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'share.coordinator.state.topic.replication.factor=1',
    'share.coordinator.state.topic.min.isr=1',
    ...(certificates === null
      ? []
      : [
          'sasl.enabled.mechanisms=SCRAM-SHA-512',
          // Who may log in is in the cluster's metadata, yet the listener wants a line.
          'listener.name.client.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;',
          'ssl.keystore.type=PEM',
          `ssl.keystore.location=${certificates.keystoreFile}`,
        ]),
    '',
  ].join('\n');
}
