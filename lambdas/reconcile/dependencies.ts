import { ACTIVITY, APPLICATIONS, type StreamName } from '../../core/contract/streams.ts';
import { KinesisPositions, type PositionSource } from '../adapters/stream-positions.ts';
import { surroundings } from '../batch/surroundings.ts';
import { createKinesis } from '../runtime/clients.ts';
import { readEnv } from '../runtime/env.ts';
import { reachOf } from '../runtime/reach.ts';
import { env as schema } from './env.ts';

const env = readEnv(schema);
const kinesis = createKinesis();

export const dependencies = {
  ...surroundings(env),
  sources: async (): Promise<Readonly<Record<StreamName, PositionSource>>> => {
    const positionsOf = env.KAFKA_BROKERS === undefined ? onKinesis() : await onKafka(env.KAFKA_BROKERS);
    return {
      [APPLICATIONS]: positionsOf(env.APPLICATIONS_STREAM_NAME),
      [ACTIVITY]: positionsOf(env.ACTIVITY_STREAM_NAME),
    };
  },
  settings: { logLagSeconds: env.LOG_LAG_SECONDS, reach: reachOf(env) },
};

function onKinesis(): (name: string) => PositionSource {
  return (name) => new KinesisPositions(kinesis, name);
}

/** Kafka's client takes a while to start, which a function on Kinesis need not wait for. */
async function onKafka(brokers: string): Promise<(name: string) => PositionSource> {
  const [{ KafkaPositions }, { iamConnection }] = await Promise.all([
    import('../adapters/kafka-positions.ts'),
    import('../adapters/kafka-iam.ts'),
  ]);
  const connection = iamConnection(brokers);
  return (name) => new KafkaPositions(connection, name);
}
