import { ACTIVITY, type StreamName } from '../../core/contract/streams.ts';
import { inspect, type InspectionLimits } from '../../core/events/inspect.ts';
import type { InspectedActivity, InspectedApplication, Issue, LogRecord } from '../../core/events/types.ts';
import { type BinaryCopy, storable } from '../adapters/binary-copy.ts';
import type { ObjectName } from './object-key.ts';
import { BESIDE_CHUNK, type EncodedObject, MAIN_CHUNK, RowWriter } from './rows.ts';
import { ACTIVITY_ROWS, APPLICANTS, APPLICATION_ROWS, ISSUES, RAW_RECORDS } from './staging-tables.ts';

/** The limits of the policy in force at an arrival. */
export type LimitsAt = (arrival: number) => InspectionLimits;

/**
 * Checks and bands the records of one log object and encodes what staging keeps of them.
 *
 * @param records all of one stream and shard
 * @param loadId the ledger row of the object
 * @param conflicts sequence numbers of records that conflict with an earlier one, as far as that is known: kept whole
 */
export function encodeLog(
  name: Pick<ObjectName, 'stream' | 'shard'>,
  records: readonly LogRecord[],
  limitsAt: LimitsAt,
  loadId: number,
  conflicts: ReadonlySet<string>,
): EncodedObject {
  const encoder = new LogEncoder(name, loadId, conflicts);
  for (const record of records) encoder.add(record, limitsAt(record.arrival));
  return encoder.finish();
}

class LogEncoder {
  readonly #stream: StreamName;
  readonly #shard: number;
  readonly #loadId: number;
  readonly #conflicts: ReadonlySet<string>;
  readonly #main: RowWriter;
  readonly #issues = new RowWriter(ISSUES, BESIDE_CHUNK);
  readonly #raw = new RowWriter(RAW_RECORDS, BESIDE_CHUNK);
  readonly #applicants = new RowWriter(APPLICANTS, BESIDE_CHUNK);

  constructor({ stream, shard }: Pick<ObjectName, 'stream' | 'shard'>, loadId: number, conflicts: ReadonlySet<string>) {
    this.#stream = stream;
    this.#shard = shard;
    this.#loadId = loadId;
    this.#conflicts = conflicts;
    this.#main = new RowWriter(stream === ACTIVITY ? ACTIVITY_ROWS : APPLICATION_ROWS, MAIN_CHUNK);
  }

  add(record: LogRecord, limits: InspectionLimits): void {
    const { seq } = record.position;
    const inspection = inspect(record, limits);
    const row = this.#main.row();
    row.int4(this.#shard);
    row.ascii(seq);
    row.int4(this.#loadId);
    row.timestamp(record.arrival);
    row.int2(inspection.issues.length);
    if (inspection.kind === 'application') this.#application(row, inspection, seq);
    else if (inspection.kind === 'activity') activityColumns(row, inspection);
    else row.nulls((this.#stream === ACTIVITY ? ACTIVITY_ROWS : APPLICATION_ROWS).columns.length - KEY_COLUMNS);
    if (inspection.issues.length > 0) this.#issuesOf(seq, inspection.issues);
    if (inspection.issues.length > 0 || this.#conflicts.has(seq)) this.#keepWhole(seq, record.data);
  }

  #application(row: BinaryCopy, { application: a, payloadHash, riskLevel }: InspectedApplication, seq: string): void {
    row.text(a.user_id);
    row.text(a.application_id);
    row.int8(a.revision);
    row.timestamp(a.event_time);
    row.int2(a.credit_score);
    row.cents(a.loan_amount);
    row.text(riskLevel);
    row.text(a.region);
    row.boolean(a.consent.analytics);
    row.hex(payloadHash);
    if (a.name === null && a.age === null && a.gender === null) return;
    const applicant = this.#applicants.row();
    applicant.int4(this.#shard);
    applicant.ascii(seq);
    applicant.int4(this.#loadId);
    applicant.text(a.name);
    applicant.float8(a.age);
    applicant.text(a.gender);
  }

  #issuesOf(seq: string, issues: readonly Issue[]): void {
    for (const [ordinal, { check, field, reason }] of issues.entries()) {
      const issue = this.#issues.row();
      issue.ascii(this.#stream);
      issue.int4(this.#shard);
      issue.ascii(seq);
      issue.int2(ordinal);
      issue.int4(this.#loadId);
      issue.ascii(check);
      issue.text(field);
      issue.text(reason);
    }
  }

  /** A record with something wrong. */
  #keepWhole(seq: string, data: Buffer): void {
    const raw = this.#raw.row();
    raw.ascii(this.#stream);
    raw.int4(this.#shard);
    raw.ascii(seq);
    raw.int4(this.#loadId);
    raw.text(rawText(data));
  }

  finish(): EncodedObject {
    const beside = [this.#issues, this.#raw, this.#applicants].map((writer) => writer.finish());
    return { main: this.#main.finish(), beside: beside.filter(({ rows }) => rows > 0) };
  }
}

/** shard, seq, load_id, arrival, issues: all that is known of a quarantined record */
const KEY_COLUMNS = 5;

function activityColumns(row: BinaryCopy, { activity: a, identity, payloadHash, riskLevel }: InspectedActivity): void {
  row.text(a.user_id);
  row.ascii(a.type);
  row.text(identity);
  row.timestamp(a.event_time);
  row.cents(a.amount);
  row.text(a.location);
  row.text(a.merchant);
  row.text(a.card_type);
  row.text(a.device_id);
  row.int2(a.credit_score);
  row.text(riskLevel);
  row.float8(a.latitude);
  row.float8(a.longitude);
  row.text(a.application_id);
  row.boolean(a.defaulted);
  row.hex(payloadHash);
}

/** A record's bytes as text that PostgreSQL can hold: U+FFFD for what is not UTF-8, and for NUL. */
export const rawText = (data: Buffer): string => storable(data.toString('utf8'));
