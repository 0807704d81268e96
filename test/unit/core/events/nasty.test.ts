import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ACTIVITY, APPLICATIONS, type StreamName } from '../../../../core/contract/streams.ts';
import type { Inspection } from '../../../../core/events/types.ts';
import { inspected } from './records.ts';

/** Our own small files, and the large ones of an independent recount where they lie beside the project. */
const OWN = new URL('../../../vectors/nasty/', import.meta.url);
const SHARED = new URL('../../../../../shared/data/', import.meta.url);
const FOLDERS = [OWN, SHARED].filter((folder) => existsSync(new URL('nasty.expected.json', folder)));

type Counts = Record<string, number>;

interface Recount {
  readonly checks: Counts;
  readonly dispositions: Counts;
  readonly riskLevel: Counts;
}

const increment = (counts: Counts, name: string): void => {
  counts[name] = (counts[name] ?? 0) + 1;
};

/** The identity under which a decided record is known. */
function identityOf(inspection: Exclude<Inspection, { kind: 'quarantined' }>): string {
  if (inspection.kind === 'activity')
    return JSON.stringify([inspection.activity.user_id, inspection.activity.type, inspection.identity]);
  const { user_id, application_id, revision } = inspection.application;
  return JSON.stringify([user_id, application_id, revision]);
}

/** Counts a file as the pipeline would, with nothing but the inspection and a map of identities. */
function recount(file: URL, stream: StreamName): Recount {
  const counted: Recount = { checks: {}, dispositions: {}, riskLevel: {} };
  const first = new Map<string, string>();
  for (const line of linesOf(readFileSync(file))) {
    increment(counted.dispositions, 'received');
    const inspection = inspected(line, { stream });
    const disposition = dispositionOf(inspection, first);
    increment(counted.dispositions, disposition);
    if (disposition === 'conflict') increment(counted.checks, 'conflicting_record');
    if (disposition === 'conflict' || disposition === 'duplicate') continue;
    for (const issue of inspection.issues) increment(counted.checks, issue.check);
    if (inspection.kind !== 'quarantined' && inspection.riskLevel !== null)
      increment(counted.riskLevel, inspection.riskLevel);
  }
  return counted;
}

function dispositionOf(inspection: Inspection, first: Map<string, string>): string {
  if (inspection.kind === 'quarantined') return 'quarantined';
  const identity = identityOf(inspection);
  const known = first.get(identity);
  if (known !== undefined) return known === inspection.payloadHash ? 'duplicate' : 'conflict';
  first.set(identity, inspection.payloadHash);
  return 'decided';
}

function* linesOf(content: Buffer): Generator<Buffer> {
  let start = 0;
  for (let end = content.indexOf(0x0a); end >= 0; end = content.indexOf(0x0a, start)) {
    yield content.subarray(start, end);
    start = end + 1;
  }
  if (start < content.length) yield content.subarray(start);
}

describe.each(FOLDERS.map((folder) => [folder.pathname.split('/').at(-2), folder] as const))(
  'nasty input of %s gives the counts of its recount',
  (_name, folder) => {
    const expected = JSON.parse(readFileSync(new URL('nasty.expected.json', folder), 'utf8'));

    it('applications', () => {
      const { applications, checks, riskLevel } = expected['nasty_applications.ndjson'].founding;
      // these need more than an inspection
      const { amendments: _1, withoutConsent: _2, ...dispositions } = applications;
      const { reused_application_id: _3, ...inspectable } = checks;
      expect(recount(new URL('nasty_applications.ndjson', folder), APPLICATIONS)).toEqual({
        checks: inspectable,
        dispositions,
        riskLevel,
      });
    });

    it('activity', () => {
      const { activity, checks } = expected['nasty_activity.ndjson'].founding;
      expect(recount(new URL('nasty_activity.ndjson', folder), ACTIVITY)).toMatchObject({
        checks,
        dispositions: activity,
      });
    });
  },
);
