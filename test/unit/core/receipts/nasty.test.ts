import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ACTIVITY, APPLICATIONS, type StreamName } from '../../../../core/contract/streams.ts';
import { protect } from '../../../../core/events/protect.ts';
import { Replayer } from '../../../../core/receipts/replay.ts';
import type { Assessment } from '../../../../core/receipts/types.ts';
import { bookOf, seqOf } from './vectors.ts';

/** A few lines counted by hand, and the large files of an independent recount where they lie beside the project. */
const OWN = new URL('../../../e2e/fixtures/', import.meta.url);
const SHARED = new URL('../../../../../shared/data/', import.meta.url);
const FOLDERS = [OWN, SHARED].filter((folder) => existsSync(new URL('nasty.expected.json', folder)));

const ARRIVAL = Date.UTC(2026, 10, 21);

type Counts = Record<string, number>;

interface Report {
  [section: string]: Counts;
}

class Recount {
  readonly report: Report = { checks: {}, alerts: {} };
  readonly #stream: string;
  readonly #alertIds = new Set<string>();

  constructor(stream: StreamName) {
    this.#stream = stream === APPLICATIONS ? 'applications' : 'activity';
    this.report[this.#stream] = {};
    if (stream === APPLICATIONS) Object.assign(this.report, { decisions: {}, riskLevel: {} });
  }

  add(assessment: Assessment): void {
    const { disposition, inspection, outcome, riskLevel, alerts } = assessment;
    this.#count(this.#stream, 'received');
    this.#count(this.#stream, disposition);
    if (disposition === 'conflict') this.#count('checks', 'conflicting_record');
    if (disposition === 'decided' || disposition === 'quarantined')
      for (const { check } of inspection.issues) this.#count('checks', check);
    for (const { alert_id, rule_id } of alerts) {
      expect(this.#alertIds.has(alert_id), 'an alert id occurs once').toBe(false);
      this.#alertIds.add(alert_id);
      this.#count('alerts', rule_id);
    }
    if (outcome === null) return;
    this.#count('decisions', outcome);
    if (riskLevel !== null) this.#count('riskLevel', riskLevel);
    if (JSON.parse(assessment.receipt).amendment) this.#count(this.#stream, 'amendments');
    if (inspection.kind === 'application' && !inspection.application.consent.scoring)
      this.#count(this.#stream, 'withoutConsent');
  }

  #count(section: string, name: string): void {
    const counts = this.report[section] as Counts;
    counts[name] = (counts[name] ?? 0) + 1;
  }
}

function* linesOf(content: Buffer): Generator<Buffer> {
  let start = 0;
  for (let end = content.indexOf(0x0a); end >= 0; end = content.indexOf(0x0a, start)) {
    yield content.subarray(start, end);
    start = end + 1;
  }
  if (start < content.length) yield content.subarray(start);
}

function recount(file: URL, stream: StreamName, policy: string): Report {
  const counted = new Recount(stream);
  const replayer = new Replayer(bookOf(policy));
  let n = 0;
  for (const data of linesOf(readFileSync(file))) {
    const position = { stream, shard: 'shardId-000000000000', seq: seqOf(++n) };
    counted.add(replayer.replay(protect({ position, arrival: ARRIVAL, key: 'k', data })));
  }
  return counted.report;
}

/** Without what needs the warehouse: row counts, and applications that several customers use. */
function withoutWarehouse(expected: Report): Report {
  const { warehouse: _1, ...report } = expected;
  const { reused_application_id: _2, ...checks } = report['checks'] ?? {};
  const alerts = report['alerts'] ?? {};
  return { ...report, checks, alerts };
}

describe.each(FOLDERS.map((folder) => [folder.pathname.split('/').at(-2), folder] as const))(
  'nasty input of %s gives every count of its recount',
  (_name, folder) => {
    const expected = JSON.parse(readFileSync(new URL('nasty.expected.json', folder), 'utf8'));

    it.each([
      ['nasty_applications.ndjson', APPLICATIONS, 'founding'],
      ['nasty_applications.ndjson', APPLICATIONS, 'default'],
      ['nasty_activity.ndjson', ACTIVITY, 'founding'],
      ['nasty_activity.ndjson', ACTIVITY, 'default'],
    ] as const)('%s of %s under policy %s', (file, stream, policy) => {
      expect(recount(new URL(file, folder), stream, policy)).toEqual(withoutWarehouse(expected[file][policy]));
    });
  },
);
