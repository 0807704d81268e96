import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StreamName } from '../../../../core/contract/streams.ts';
import { inspect } from '../../../../core/events/inspect.ts';
import { protect } from '../../../../core/events/protect.ts';
import type { Inspection } from '../../../../core/events/types.ts';
import { LIMITS, record } from './records.ts';

/** Bytes: as text, in base64, or as text in which `@PAD@` becomes as many `x` as make `padTo` bytes. */
type Bytes =
  | { readonly text: string; readonly padTo?: undefined }
  | { readonly text: string; readonly padTo: number }
  | { readonly base64: string };

interface Vector {
  readonly why: string;
  readonly stream: StreamName;
  readonly arrival: number;
  readonly input: Bytes;
  /** whether a mask was applied, and the bytes that are stored where they are other ones */
  readonly masked: boolean;
  readonly stored?: Bytes;
  /** issues without their wording; the normal form without what is null */
  readonly expect: object;
}

const FOLDER = new URL('../../../vectors/events/', import.meta.url);
const PAD = '@PAD@';

function bytesOf(bytes: Bytes): Buffer {
  if ('base64' in bytes) return Buffer.from(bytes.base64, 'base64');
  if (bytes.padTo === undefined) return Buffer.from(bytes.text);
  const room = bytes.padTo - Buffer.byteLength(bytes.text) + PAD.length;
  return Buffer.from(bytes.text.replace(PAD, 'x'.repeat(room)));
}

const withoutNulls = (normal: object): object =>
  Object.fromEntries(Object.entries(normal).filter(([, value]) => value !== null));

/** An inspection as the vectors write it. */
function written(inspection: Inspection): object {
  const issues = inspection.issues.map(({ check, field }) => ({ check, field }));
  if (inspection.kind === 'quarantined') return { kind: inspection.kind, issues };
  const { kind, payloadHash: payload_hash, riskLevel: risk_level } = inspection;
  return kind === 'application'
    ? { kind, normal: withoutNulls(inspection.application), payload_hash, risk_level, issues }
    : {
        kind,
        normal: withoutNulls(inspection.activity),
        payload_hash,
        identity: inspection.identity,
        risk_level,
        issues,
      };
}

describe('golden vectors', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

  it('are many', () => {
    expect(files.length).toBeGreaterThanOrEqual(60);
  });

  it.each(files)('%s', (file) => {
    const vector: Vector = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
    const input = bytesOf(vector.input);

    const stored = protect(record(input, { stream: vector.stream, arrival: vector.arrival }));

    expect(stored.masked).toBe(vector.masked);
    expect(stored.data.equals(bytesOf(vector.stored ?? vector.input)), stored.data.toString()).toBe(true);
    expect(written(inspect(stored, LIMITS)), vector.why).toEqual(vector.expect);
    expect(protect(stored).data.equals(stored.data)).toBe(true);
  });
});
