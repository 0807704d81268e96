import type {
  Collection,
  Db,
  Document,
  Filter,
  MongoBulkWriteError,
  MongoClient,
  MongoClientOptions,
  WithId,
} from 'mongodb';
import type { Alert } from '../../core/receipts/types.ts';
import { authorities } from './trust.ts';
import { appendStatus, type AlertStore, newlyStored, type NewStatus, type StoredAlert } from './alert-store.ts';
import {
  addReview,
  type NewReview,
  readReviews,
  type ReviewedRevision,
  type ReviewItems,
  type ReviewStore,
  type StoredReview,
} from './review-store.ts';

export const DATABASE = 'fraud_detection';
export const COLLECTION = 'fraud_alerts';
export const REVIEWS = 'review_decisions';
const DUPLICATE_KEY = 11000;
const PAGE = 500;

/** `_id` is the alert's id; application_id stands beside the subject because it is what people search by. */
type AlertDocument = StoredAlert & { readonly _id: string; readonly application_id: string | null };

type ReviewDocument = StoredReview & { readonly _id: string };
interface Collections {
  readonly alerts: Collection<AlertDocument>;
  readonly reviews: Collection<ReviewDocument>;
}

export interface DocumentDBOptions {
  /** mongodb://host:port/?… without a password in it */
  readonly uri: string;
  /** PEM file of the authority to trust @default those of AWS and of the web, where the address asks for TLS */
  readonly caFile?: string;
  /** whether to report the commands sent, for a test that only known ones are */
  readonly monitorCommands?: boolean;
}

/**
 * Alerts and people's decisions in DocumentDB. It speaks the protocol of MongoDB but not all of it: no retryable writes, no transactions here,
 * no natural order (each find sorts), and a bulk is not atomic, so inserting again must be harmless.
 */
export class DocumentAlerts implements AlertStore, ReviewStore {
  readonly #options: DocumentDBOptions;
  /** made by whoever writes: those who read may not */
  #indexed: Promise<void> | null = null;
  #opened: Promise<Collections & { readonly client: MongoClient }> | null = null;

  constructor(options: DocumentDBOptions) {
    this.#options = options;
  }

  async insert(alerts: readonly Alert[], now: Date): Promise<{ inserted: number; existing: number }> {
    const distinct = [...new Map(alerts.map((alert) => [alert.alert_id, alert])).values()];
    if (distinct.length === 0) return { inserted: 0, existing: 0 };
    const collection = (await this.#indexedCollections()).alerts;
    const existing = await collection
      .insertMany(
        distinct.map((alert) => toDocument(newlyStored(alert, now))),
        { ordered: false },
      )
      .then(() => 0, countDuplicates);
    return { inserted: distinct.length - existing, existing };
  }

  async get(alertId: string): Promise<StoredAlert | null> {
    const document = await (await this.#collections()).alerts.findOne({ _id: alertId }, { sort: { _id: 1 } });
    return document === null ? null : fromDocument(document);
  }

  async *updatedSince(since: string): AsyncGenerator<readonly StoredAlert[]> {
    const { alerts } = await this.#collections();
    for await (const page of pagesSince(alerts, ['updated_at', 'alert_id'], since)) yield page.map(fromDocument);
  }

  changeStatus(alertId: string, change: NewStatus): Promise<StoredAlert> {
    return appendStatus(
      {
        get: (id) => this.get(id),
        append: async (id, seenVersion, entry) => {
          const { modifiedCount } = await (await this.#collections()).alerts.updateOne(
            { _id: id, history: { $size: seenVersion } },
            { $set: { status: entry.status, updated_at: entry.at }, $push: { history: entry } },
          );
          return modifiedCount === 1;
        },
      },
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

  async *reviewsSince(since: string): AsyncGenerator<readonly StoredReview[]> {
    const { reviews } = await this.#collections();
    for await (const page of pagesSince(reviews, ['decided_at', 'review_id'], since))
      yield page.map(({ _id, ...review }) => review);
  }

  readonly #reviewItems: ReviewItems = {
    get: async (reviewId) => {
      const { reviews } = await this.#collections();
      const document = await reviews.findOne({ _id: reviewId }, { sort: { _id: 1 } });
      if (document === null) return null;
      const { _id, ...review } = document;
      return review;
    },
    insert: async (review) => {
      const { reviews } = await this.#indexedCollections();
      return reviews.insertMany([{ ...review, _id: review.review_id }], { ordered: false }).then(
        () => true,
        (error: unknown) => countDuplicates(error) === 0,
      );
    },
  };

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    if (opened) await (await opened).client.close();
  }

  /** The client, connected: for a test that watches what is sent. */
  async client(): Promise<MongoClient> {
    await this.#collections();
    return (await this.#opened!).client;
  }

  async #indexedCollections(): Promise<Collections> {
    const collections = await this.#collections();
    await (this.#indexed ??= createIndexes(collections).catch((error: unknown) => {
      this.#indexed = null;
      throw error;
    }));
    return collections;
  }

  async #collections(): Promise<Collections> {
    // A connection that failed is tried anew by the next call instead of failing the function for ever.
    this.#opened ??= this.#open().catch((error: unknown) => {
      this.#opened = null;
      throw error;
    });
    return this.#opened;
  }

  async #open() {
    const { uri, caFile, monitorCommands = false } = this.#options;
    // Only functions that use this store pay for loading the driver.
    const { MongoClient } = await import('mongodb');
    const options: MongoClientOptions = {
      retryWrites: false,
      maxPoolSize: 4,
      serverSelectionTimeoutMS: 5_000,
      connectTimeoutMS: 5_000,
      socketTimeoutMS: 15_000,
      monitorCommands,
      ...trust(uri, caFile),
    };
    const client = new MongoClient(uri, options);
    try {
      await client.connect();
      const database: Db = client.db(DATABASE);
      await database.command({ ping: 1 });
      const alerts = database.collection<AlertDocument>(COLLECTION);
      return { client, alerts, reviews: database.collection<ReviewDocument>(REVIEWS) };
    } catch (error) {
      await client.close();
      throw error;
    }
  }
}

async function createIndexes({ alerts, reviews }: Collections): Promise<void> {
  await alerts.createIndex({ application_id: 1 }, { name: 'by_application' });
  await alerts.createIndex({ updated_at: 1, alert_id: 1 }, { name: 'by_updated' });
  await reviews.createIndex({ decided_at: 1, review_id: 1 }, { name: 'by_decided' });
}

/** Pages in ascending order of two fields, a time and an id, from a time on. */
async function* pagesSince<T extends Document>(
  collection: Collection<T>,
  [time, id]: readonly [string & keyof T, string & keyof T],
  since: string,
): AsyncGenerator<WithId<T>[]> {
  let after: WithId<T> | null = null;
  for (;;) {
    const last: WithId<T> | null = after;
    const filter =
      last === null
        ? { [time]: { $gte: since } }
        : { $or: [{ [time]: { $gt: last[time] } }, { [time]: last[time], [id]: { $gt: last[id] } }] };
    const page: WithId<T>[] = await collection
      .find(filter as Filter<T>)
      .sort({ [time]: 1, [id]: 1 })
      .limit(PAGE)
      .toArray();
    if (page.length > 0) yield page;
    if (page.length < PAGE) return;
    after = page.at(-1) ?? null;
  }
}

/** How to know the server: over TLS always by an authority and its name. */
export function trust(uri: string, caFile?: string): Pick<MongoClientOptions, 'tls' | 'tlsCAFile' | 'ca'> {
  if (caFile !== undefined) return { tls: true, tlsCAFile: caFile };
  return new URL(uri.replace('mongodb:', 'http:')).searchParams.get('tls') === 'true' ? { ca: authorities() } : {};
}

/** @throws the error itself when anything but "it is there already" went wrong with any of them */
function countDuplicates(error: unknown): number {
  const { writeErrors } = error as Partial<MongoBulkWriteError>;
  const list = Array.isArray(writeErrors) ? writeErrors : writeErrors ? [writeErrors] : [];
  if (list.length === 0 || list.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
  return list.length;
}

const toDocument = (alert: StoredAlert): AlertDocument => ({
  ...alert,
  _id: alert.alert_id,
  application_id: alert.subject.kind === 'application' ? alert.subject.application_id : null,
});

function fromDocument({ _id, application_id: _application, ...alert }: AlertDocument): StoredAlert {
  return alert;
}
