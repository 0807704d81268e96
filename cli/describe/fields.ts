import { ACTIVITY, type StreamName } from '../../core/contract/streams.ts';
import { ACTIVITY_TYPES, type ActivityType } from '../../core/contract/values.ts';
import { readActivity } from '../../core/events/activity.ts';
import { readApplication } from '../../core/events/application.ts';
import type { JsonObject } from '../../core/events/json.ts';
import type { Issue } from '../../core/events/types.ts';
import { Findings } from '../../core/quality/findings.ts';
import { wordedFor } from '../issue-text.ts';
import { SAMPLES } from './samples.ts';

/** A field of a record, as the checks of the stream read it. */
export interface RecordField {
  readonly name: string;
  /** kinds of record that must have it: all of them, some types of activity, or none */
  readonly required: 'always' | 'never' | readonly ActivityType[];
  /** types of activity that know it; elsewhere it is ignored like any unknown field */
  readonly known: 'always' | readonly ActivityType[];
  /** what the checks say that it must be */
  readonly expected: string;
  /** JSON of what stands in the normal form where the field is absent; null where nothing does */
  readonly absent: string | null;
}

/** No check on a timestamp may depend on when somebody asks what a record looks like. */
const ARRIVAL = Date.UTC(2100, 0, 1);
const FAR_AHEAD = '2200-01-01T00:00:00Z';
/** No field takes a list. */
const WRONG: readonly never[] = [];

type Read = (object: JsonObject, findings: Findings) => object | null;

/**
 * Every field that the checks of a stream read, in the order in which they read them. Nothing here is written down a
 * second time: the readers themselves are asked, by giving them nothing, or something wrong, and looking at what they
 * complain of.
 *
 * @param ceiling highest amount, integer cents
 */
export function recordFields(stream: StreamName, ceiling: number): RecordField[] {
  const read: Read = (object, findings) =>
    (stream === ACTIVITY ? readActivity : readApplication)(object, ARRIVAL, ceiling, findings);
  const kinds = (stream === ACTIVITY ? ACTIVITY_TYPES : [null]).map((type) => ({
    type,
    // What a reader asks for beyond the required fields it asks a whole record only.
    known: new Set(samplesOf(stream, type).flatMap((sample) => namesRead(read, sample))),
    needed: new Set(complaints(read, type === null ? {} : { type }).map(({ field }) => field)),
  }));
  const names = [...new Set(kinds.flatMap(({ known }) => [...known]))];
  return names.map((name) => {
    const knowing = kinds.filter(({ known }) => known.has(name)).map(({ type }) => type);
    // The kinds were asked with their type; whether that is needed shows without it.
    const needing = name === 'type' ? knowing : kinds.filter(({ needed }) => needed.has(name)).map(({ type }) => type);
    const [sample] = samplesOf(stream, knowing[0] ?? null);
    return {
      name,
      required: needing.length === 0 ? 'never' : needing.length === kinds.length ? 'always' : types(needing),
      known: knowing.length === kinds.length ? 'always' : types(knowing),
      expected: expectation(read, { ...sample, [name]: WRONG }, name),
      absent: valueWithout(read, samplesOf(stream, knowing[0] ?? null), name),
    };
  });
}

const samplesOf = (stream: StreamName, type: ActivityType | null): readonly JsonObject[] =>
  SAMPLES[stream].filter((sample) => type === null || sample['type'] === type);

const types = (kinds: readonly (ActivityType | null)[]): ActivityType[] => kinds.filter((kind) => kind !== null);

function complaints(read: Read, object: JsonObject): readonly Issue[] {
  const findings = new Findings();
  read(object, findings);
  return [...findings.failures, ...findings.nulled];
}

/** Names of the members that a reader looks at. */
function namesRead(read: Read, object: JsonObject): string[] {
  const names = new Set<string>();
  const get = (target: JsonObject, name: string | symbol): unknown => {
    names.add(String(name));
    return target[String(name)];
  };
  read(new Proxy(object, { get }), new Findings());
  return [...names];
}

function expectation(read: Read, object: JsonObject, name: string): string {
  const about = (record: JsonObject): string[] =>
    complaints(read, record)
      .filter(({ field }) => field === name)
      .map((issue) => wordedFor(issue).replace(/^expected /, ''));
  const reasons = [...about(object), ...(name === 'timestamp' ? about({ ...object, timestamp: FAR_AHEAD }) : [])];
  return reasons
    .join('; ')
    .replace(`of at least ${Number.MIN_VALUE}`, 'above 0')
    .replace('; taken as refused', '; anything else is taken as refused');
}

function valueWithout(read: Read, samples: readonly JsonObject[], name: string): string | null {
  const sample = samples.find((each) => !(name in each));
  if (sample === undefined) return null;
  const value = (read(sample, new Findings()) as Readonly<Record<string, unknown>> | null)?.[name] ?? null;
  return value === null ? null : JSON.stringify(value);
}
