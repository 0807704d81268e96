import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Alert } from '../../core/receipts/types.ts';
import { type AlertStore, newlyStored, type StatusChange, type StoredAlert } from './alert-store.ts';
import type { Item } from './dynamo-calls.ts';
import { writeItems } from './dynamo-writes.ts';

const PAGE = 500;
const PAGE_OF_A_LANE = 100;
/** The first digit of an alert's id: spreads the index of changes over sixteen partitions. */
const BUCKETS = [...'0123456789abcdef'];
const ALERT_BYTES = 4_096;

/** Alerts in a DynamoDB table: the item holds the alert as JSON text, and beside it what is searched or changed. */
export class DynamoAlerts implements AlertStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async insert(alerts: readonly Alert[], now: Date): Promise<{ inserted: number; existing: number }> {
    const distinct = [...new Map(alerts.map((alert) => [alert.alert_id, alert])).values()];
    const { refused, failed } = await writeItems(
      this.#client,
      this.#table,
      // Few beside the customers; and an answer that got lost is told by the transaction's token, not as "existing".
      'transactions',
      distinct.map((alert) => ({
        subject: alert.alert_id,
        kind: 'insert' as const,
        key: { alert_id: { S: alert.alert_id } },
        attributes: toAttributes(newlyStored(alert, now)),
        bytes: ALERT_BYTES,
      })),
    );
    if (failed[0]) throw failed[0].error;
    return { inserted: distinct.length - refused.length, existing: refused.length };
  }

  async get(alertId: string): Promise<StoredAlert | null> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: { alert_id: { S: alertId } }, ConsistentRead: true }),
    );
    return Item ? fromItem(Item) : null;
  }

  async *updatedSince(since: string): AsyncGenerator<readonly StoredAlert[]> {
    const lanes = BUCKETS.map((bucket) => this.#bucket(bucket, since));
    const heads = await Promise.all(lanes.map(async (lane) => ({ lane, next: await lane.next() })));
    let page: StoredAlert[] = [];
    for (;;) {
      let least: (typeof heads)[number] | null = null;
      for (const head of heads)
        if (!head.next.done && (least === null || before(head.next.value, least.next.value))) least = head;
      if (least === null) break;
      page.push(least.next.value as StoredAlert);
      least.next = await least.lane.next();
      if (page.length === PAGE) {
        yield page;
        page = [];
      }
    }
    if (page.length > 0) yield page;
  }

  async transition(alertId: string, change: Parameters<AlertStore['transition']>[1]): Promise<boolean> {
    const at = change.at.toISOString();
    const entry: StatusChange = { status: change.to, by: change.by, at, note: change.note ?? null };
    try {
      await this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: { alert_id: { S: alertId } },
          UpdateExpression: 'set #status = :to, updated_at = :at, #history = list_append(#history, :entry)',
          ConditionExpression: '#status = :from',
          ExpressionAttributeNames: { '#status': 'status', '#history': 'history' },
          ExpressionAttributeValues: {
            ':to': { S: change.to },
            ':from': { S: change.from },
            ':at': { S: at },
            ':entry': { L: [{ S: JSON.stringify(entry) }] },
          },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  async *#bucket(bucket: string, since: string): AsyncGenerator<StoredAlert, undefined> {
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        // Sixteen lanes are read side by side: a page of the service's own size would hold 16 MB of alerts.
        Limit: PAGE_OF_A_LANE,
        IndexName: 'by_updated',
        KeyConditionExpression: 'updated_bucket = :b and updated_at >= :s',
        ExpressionAttributeValues: { ':b': { S: bucket }, ':s': { S: since } },
      },
    );
    for await (const page of pages) yield* (page.Items ?? []).map(fromItem).sort((a, b) => (before(a, b) ? -1 : 1));
    return undefined;
  }
}

const before = (a: StoredAlert | undefined, b: StoredAlert | undefined): boolean =>
  a !== undefined &&
  b !== undefined &&
  (a.updated_at < b.updated_at || (a.updated_at === b.updated_at && a.alert_id < b.alert_id));

function toAttributes({ status, history, created_at, updated_at, ...alert }: StoredAlert): Item {
  return {
    updated_bucket: { S: alert.alert_id.slice(0, 1) },
    updated_at: { S: updated_at },
    created_at: { S: created_at },
    status: { S: status },
    history: { L: history.map((change) => ({ S: JSON.stringify(change) })) },
    alert: { S: JSON.stringify(alert) },
    ...(alert.subject.kind === 'application' ? { application_id: { S: alert.subject.application_id } } : {}),
  };
}

const fromItem = (item: Item): StoredAlert => ({
  ...(JSON.parse(item['alert']?.S ?? 'null') as Alert),
  status: item['status']?.S as StoredAlert['status'],
  history: (item['history']?.L ?? []).map((change) => JSON.parse(change.S ?? 'null') as StatusChange),
  created_at: item['created_at']?.S ?? '',
  updated_at: item['updated_at']?.S ?? '',
});
