import type { Collection, Db, MongoBulkWriteError, MongoClient, MongoClientOptions } from 'mongodb';
import type { Alert } from '../../core/receipts/types.ts';
import { authorities } from './trust.ts';
import { type AlertStore, newlyStored, type StatusChange, type StoredAlert } from './alert-store.ts';

export const DATABASE = 'fraud_detection';
export const COLLECTION = 'fraud_alerts';
const DUPLICATE_KEY = 11000;
const PAGE = 500;

/** `_id` is the alert's id; application_id stands beside the subject because it is what people search by. */
type AlertDocument = StoredAlert & { readonly _id: string; readonly application_id: string | null };

export interface DocumentDBOptions {
  /** mongodb://host:port/?… without a password in it */
  readonly uri: string;
  /** PEM file of the authority to trust @default those of AWS and of the web, where the address asks for TLS */
  readonly caFile?: string;
  /** whether to report the commands sent, for a test that only known ones are */
  readonly monitorCommands?: boolean;
}

/**
 * Alerts in DocumentDB. It speaks the protocol of MongoDB but not all of it: no retryable writes, no transactions here,
 * no natural order (each find sorts), and a bulk is not atomic, so inserting again must be harmless.
 */
export class DocumentAlerts implements AlertStore {
  readonly #options: DocumentDBOptions;
  /** made by whoever writes: those who read may not */
  #indexed: Promise<void> | null = null;
  #opened: Promise<{ readonly client: MongoClient; readonly alerts: Collection<AlertDocument> }> | null = null;

  constructor(options: DocumentDBOptions) {
    this.#options = options;
  }

  async insert(alerts: readonly Alert[], now: Date): Promise<{ inserted: number; existing: number }> {
    const distinct = [...new Map(alerts.map((alert) => [alert.alert_id, alert])).values()];
    if (distinct.length === 0) return { inserted: 0, existing: 0 };
    const collection = await this.#alerts();
    await (this.#indexed ??= createIndexes(collection).catch((error: unknown) => {
      this.#indexed = null;
      throw error;
    }));
    const existing = await collection
      .insertMany(
        distinct.map((alert) => toDocument(newlyStored(alert, now))),
        { ordered: false },
      )
      .then(() => 0, countDuplicates);
    return { inserted: distinct.length - existing, existing };
  }

  async get(alertId: string): Promise<StoredAlert | null> {
    const document = await (await this.#alerts()).findOne({ _id: alertId }, { sort: { _id: 1 } });
    return document === null ? null : fromDocument(document);
  }

  async *updatedSince(since: string): AsyncGenerator<readonly StoredAlert[]> {
    const collection = await this.#alerts();
    let after: StoredAlert | null = null;
    for (;;) {
      const last: StoredAlert | null = after;
      const documents: AlertDocument[] = await collection
        .find(
          last === null
            ? { updated_at: { $gte: since } }
            : {
                $or: [
                  { updated_at: { $gt: last.updated_at } },
                  { updated_at: last.updated_at, alert_id: { $gt: last.alert_id } },
                ],
              },
        )
        .sort({ updated_at: 1, alert_id: 1 })
        .limit(PAGE)
        .toArray();
      const page = documents.map(fromDocument);
      if (page.length > 0) yield page;
      if (page.length < PAGE) return;
      after = page.at(-1) ?? null;
    }
  }

  async transition(alertId: string, change: Parameters<AlertStore['transition']>[1]): Promise<boolean> {
    const at = change.at.toISOString();
    const entry: StatusChange = { status: change.to, by: change.by, at, note: change.note ?? null };
    const { modifiedCount } = await (await this.#alerts()).updateOne(
      { _id: alertId, status: change.from },
      { $set: { status: change.to, updated_at: at }, $push: { history: entry } },
    );
    return modifiedCount === 1;
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    if (opened) await (await opened).client.close();
  }

  /** The client, connected: for a test that watches what is sent. */
  async client(): Promise<MongoClient> {
    await this.#alerts();
    return (await this.#opened!).client;
  }

  async #alerts(): Promise<Collection<AlertDocument>> {
    // A connection that failed is tried anew by the next call instead of failing the function for ever.
    this.#opened ??= this.#open().catch((error: unknown) => {
      this.#opened = null;
      throw error;
    });
    return (await this.#opened).alerts;
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
      return { client, alerts };
    } catch (error) {
      await client.close();
      throw error;
    }
  }
}

async function createIndexes(alerts: Collection<AlertDocument>): Promise<void> {
  await alerts.createIndex({ application_id: 1 }, { name: 'by_application' });
  await alerts.createIndex({ updated_at: 1, alert_id: 1 }, { name: 'by_updated' });
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
