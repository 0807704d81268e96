import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  paginateQuery,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Alert } from '../../core/receipts/types.ts';
import {
  appendStatus,
  type AlertStore,
  newlyStored,
  type NewStatus,
  type StatusChange,
  type StoredAlert,
} from './alert-store.ts';
import type { Item } from './dynamo-calls.ts';
import { writeItems } from './dynamo-writes.ts';
import {
  addReview,
  type NewReview,
  readReviews,
  type ReviewedRevision,
  type ReviewItems,
  type ReviewStore,
  type StoredReview,
} from './review-store.ts';

const PAGE = 500;
const PAGE_OF_A_LANE = 100;
/** The first digit of an alert's id: spreads the index of changes over sixteen partitions. */
const BUCKETS = [...'0123456789abcdef'];
const ALERT_BYTES = 4_096;
/** Decisions stand in lanes of their own in the same index, so whoever asks for alerts never meets them. */
const REVIEW_PREFIX = 'review#';

/**
 * Alerts and people's decisions in one DynamoDB table: an item holds the alert, or the decision, as JSON text, and beside
 * it what is searched or changed. Decisions have keys with a prefix.
 */
export class DynamoAlerts implements AlertStore, ReviewStore {
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
    const item = await this.#read(alertId);
    return item?.['alert'] ? fromItem(item) : null;
  }

  updatedSince(since: string): AsyncGenerator<readonly StoredAlert[]> {
    const order = ({ updated_at, alert_id }: StoredAlert): Order => [updated_at, alert_id];
    return this.#since('', since, fromItem, order);
  }

  changeStatus(alertId: string, change: NewStatus): Promise<StoredAlert> {
    return appendStatus(
      { get: (id) => this.get(id), append: (id, version, entry) => this.#append(id, version, entry) },
      alertId,
      change,
    );
  }

  review(review: NewReview): Promise<StoredReview> {
    return addReview(this.#reviewItems, review);
  }

  reviewsOf(subject: ReviewedRevision): Promise<readonly StoredReview[]> {
    return readReviews(this.#reviewItems, subject);
  }

  reviewsSince(since: string): AsyncGenerator<readonly StoredReview[]> {
    const order = ({ decided_at, review_id }: StoredReview): Order => [decided_at, review_id];
    return this.#since(REVIEW_PREFIX, since, fromReviewItem, order);
  }

  readonly #reviewItems: ReviewItems = {
    get: async (reviewId) => {
      const item = await this.#read(`${REVIEW_PREFIX}${reviewId}`);
      return item === null ? null : fromReviewItem(item);
    },
    insert: (review) =>
      unlessRefused(
        this.#client.send(
          new PutItemCommand({
            TableName: this.#table,
            Item: {
              alert_id: { S: `${REVIEW_PREFIX}${review.review_id}` },
              updated_bucket: { S: `${REVIEW_PREFIX}${review.review_id.slice(0, 1)}` },
              updated_at: { S: review.decided_at },
              review: { S: JSON.stringify(review) },
            },
            ConditionExpression: 'attribute_not_exists(alert_id)',
          }),
        ),
      ),
  };

  async #read(alertId: string): Promise<Item | null> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: { alert_id: { S: alertId } }, ConsistentRead: true }),
    );
    return Item ?? null;
  }

  #append(alertId: string, seenVersion: number, entry: StatusChange): Promise<boolean> {
    return unlessRefused(
      this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: { alert_id: { S: alertId } },
          UpdateExpression: 'set #status = :to, updated_at = :at, #history = list_append(#history, :entry)',
          ConditionExpression: 'size(#history) = :version',
          ExpressionAttributeNames: { '#status': 'status', '#history': 'history' },
          ExpressionAttributeValues: {
            ':to': { S: entry.status },
            ':version': { N: String(seenVersion) },
            ':at': { S: entry.at },
            ':entry': { L: [{ S: JSON.stringify(entry) }] },
          },
        }),
      ),
    );
  }

  /** Pages of what changed since, out of sixteen lanes that are each in order. */
  async *#since<T>(
    prefix: string,
    since: string,
    read: (item: Item) => T,
    order: (value: T) => Order,
  ): AsyncGenerator<readonly T[]> {
    const before = (a: T, b: T): boolean => {
      const [[timeA, idA], [timeB, idB]] = [order(a), order(b)];
      return timeA < timeB || (timeA === timeB && idA < idB);
    };
    const lanes = BUCKETS.map((bucket) => this.#lane(`${prefix}${bucket}`, since, read, before));
    const heads = await Promise.all(lanes.map(async (lane) => ({ lane, next: await lane.next() })));
    let page: T[] = [];
    for (;;) {
      let least: { head: (typeof heads)[number]; value: T } | null = null;
      for (const head of heads)
        if (!head.next.done && (least === null || before(head.next.value, least.value)))
          least = { head, value: head.next.value };
      if (least === null) break;
      page.push(least.value);
      least.head.next = await least.head.lane.next();
      if (page.length === PAGE) {
        yield page;
        page = [];
      }
    }
    if (page.length > 0) yield page;
  }

  async *#lane<T>(
    bucket: string,
    since: string,
    read: (item: Item) => T,
    before: (a: T, b: T) => boolean,
  ): AsyncGenerator<T, undefined> {
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
    for await (const page of pages) yield* (page.Items ?? []).map(read).sort((a, b) => (before(a, b) ? -1 : 1));
    return undefined;
  }
}

/** Time and id that a list is sorted by. */
type Order = readonly [time: string, id: string];

/** @returns false when the condition of the write did not hold */
async function unlessRefused(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

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

const fromReviewItem = (item: Item): StoredReview => JSON.parse(item['review']?.S ?? 'null') as StoredReview;
