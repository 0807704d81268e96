import { APPLICATIONS } from '../../core/contract/streams.ts';
import { type KafkaConnection, KafkaPartitions } from '../../lambdas/adapters/kafka-partitions.ts';
import type { Broker } from '../support/kafka/broker.ts';

export interface Refusal {
  readonly what: string;
  /** null: it was not refused */
  readonly reason: string | null;
  /** whether the reason is the one that it must be: a broker that is down refuses everybody */
  readonly right: boolean;
}

/** Tries to get in with a wrong password, with trust in the wrong authority, and without TLS. */
export async function tryToGetIn({ connection, certificates }: Broker): Promise<Refusal[]> {
  if (certificates === null || !connection.sasl) throw new Error('the broker is not secure');
  const { tls: _tls, sasl: _sasl, ...plain } = connection;
  const attempts: [string, KafkaConnection, RegExp][] = [
    [
      'a wrong password',
      { ...connection, sasl: { ...connection.sasl, password: 'wrong' } },
      /SASL_AUTHENTICATION_FAILED|authentication failed/i,
    ],
    [
      'an unknown user',
      { ...connection, sasl: { ...connection.sasl, username: 'nobody' } },
      /SASL_AUTHENTICATION_FAILED|authentication failed/i,
    ],
    ['a wrong CA', { ...connection, tls: { ca: certificates.stranger } }, /certificate/i],
    ['no TLS', plain, /requires TLS/i],
  ];
  const refusals: Refusal[] = [];
  for (const [what, attempt, expected] of attempts) {
    const reason = await whyRefused(attempt);
    refusals.push({ what, reason, right: reason !== null && expected.test(reason) });
  }
  return refusals;
}

async function whyRefused(connection: KafkaConnection): Promise<string | null> {
  try {
    await new KafkaPartitions(connection).partitions(APPLICATIONS);
    return null;
  } catch (error) {
    return [...new Set(messages(error))].join(' ← ');
  }
}

/** The messages of an error and of all that it comes from. */
function messages(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const inner = error instanceof AggregateError ? error.errors : [];
  return [error.message, ...inner.flatMap(messages), ...messages(error.cause)];
}
