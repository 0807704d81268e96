import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ACTIVITY, APPLICATIONS, type StreamName } from '../../../../core/contract/streams.ts';
import type { Inspection } from '../../../../core/events/types.ts';
import { inspected } from './records.ts';

const DATA = new URL('../../../../../shared/data/', import.meta.url);

interface Recount {
  readonly checks: Record<string, number>;
  readonly counts: Record<string, number>;
}

/** The identity under which a decided record is known, and what tells a duplicate from a conflict. */
function identityOf(inspection: Exclude<Inspection, { kind: 'quarantined' }>): string {
  if (inspection.kind === 'activity')
    return JSON.stringify([inspection.activity.user_id, inspection.activity.type, inspection.identity]);
  const { user_id, application_id, revision } = inspection.application;
  return JSON.stringify([user_id, application_id, revision]);
}

/** Counts a file as the pipeline would, with nothing but the inspection and a map of identities. */
function recount(file: string, stream: StreamName): Recount {
  const checks: Record<string, number> = {};
  const counts: Record<string, number> = {};
  const count = (into: Record<string, number>, name: string) => {
    into[name] = (into[name] ?? 0) + 1;
  };
  const first = new Map<string, string>();
  for (const line of linesOf(readFileSync(new URL(file, DATA)))) {
    count(counts, 'received');
    const inspection = inspected(line, { stream });
    if (inspection.kind === 'quarantined') {
      count(counts, 'quarantined');
      for (const issue of inspection.issues) count(checks, issue.check);
      continue;
    }
    const identity = identityOf(inspection);
    const known = first.get(identity);
    if (known !== undefined) {
      count(counts, known === inspection.payloadHash ? 'duplicate' : 'conflict');
      if (known !== inspection.payloadHash) count(checks, 'conflicting_record');
      continue;
    }
    first.set(identity, inspection.payloadHash);
    count(counts, 'decided');
    for (const issue of inspection.issues) count(checks, issue.check);
    if (inspection.riskLevel !== null) count(counts, inspection.riskLevel);
  }
  return { checks, counts };
}

function* linesOf(content: Buffer): Generator<Buffer> {
  let start = 0;
  for (let end = content.indexOf(0x0a); end >= 0; end = content.indexOf(0x0a, start)) {
    yield content.subarray(start, end);
    start = end + 1;
  }
  if (start < content.length) yield content.subarray(start);
}

describe.runIf(existsSync(DATA))('nasty input, recounted independently', () => {
  const expected = JSON.parse(readFileSync(new URL('nasty.expected.json', DATA), 'utf8'));

  it('applications', () => {
    const { applications, checks, riskLevel } = expected['nasty_applications.ndjson'].founding;
    const { amendments, withoutConsent, ...dispositions } = applications;
    const { reused_application_id, ...inspectable } = checks;
    const got = recount('nasty_applications.ndjson', APPLICATIONS);
    expect(got.checks).toEqual(inspectable);
    expect(got.counts).toEqual({ ...dispositions, ...riskLevel });
    expect(amendments + withoutConsent + reused_application_id).toBeGreaterThan(0);
  });

  it('activity', () => {
    const { activity, checks } = expected['nasty_activity.ndjson'].founding;
    const got = recount('nasty_activity.ndjson', ACTIVITY);
    expect(got.checks).toEqual(checks);
    expect(got.counts).toEqual(activity);
  });
});
