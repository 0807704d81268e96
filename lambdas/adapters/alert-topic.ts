import { PublishBatchCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Alert } from '../../core/receipts/types.ts';
import { ServiceFault } from '../runtime/errors.ts';
import { chunksOf, inFlight } from '../runtime/in-flight.ts';

const MESSAGES_PER_CALL = 10;
const CALLS_IN_FLIGHT = 4;

/** Tells subscribers of alerts, at least once. A message names the alert by its id and holds no personal data. */
export class AlertTopic {
  readonly #client: SNSClient;
  readonly #arn: string;

  constructor(client: SNSClient, arn: string) {
    this.#client = client;
    this.#arn = arn;
  }

  /** @throws ServiceFault when the topic refused some of them */
  async publish(alerts: readonly Alert[]): Promise<void> {
    await inFlight(CALLS_IN_FLIGHT, chunksOf(alerts, MESSAGES_PER_CALL), async (chunk) => {
      const { Failed } = await this.#client.send(
        new PublishBatchCommand({
          TopicArn: this.#arn,
          PublishBatchRequestEntries: chunk.map((alert, index) => ({
            Id: String(index),
            Message: JSON.stringify({
              alert_id: alert.alert_id,
              rule_id: alert.rule_id,
              severity: alert.severity,
              policy_id: alert.policy_id,
              policy_version: alert.policy_version,
            }),
          })),
        }),
      );
      if (Failed && Failed.length > 0) throw new ServiceFault(`The topic refused ${Failed.length} notifications.`);
    });
  }
}
