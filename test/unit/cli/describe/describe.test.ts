import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeRecords } from '../../../../cli/describe/describe.ts';
import { recordFields } from '../../../../cli/describe/fields.ts';
import { wordedFor } from '../../../../cli/issue-text.ts';
import { FIELD_OPTIONS, MAPPING_OPTIONS } from '../../../../cli/describe/mapping-options.ts';
import { MEANINGS } from '../../../../cli/describe/meanings.ts';
import { SAMPLES } from '../../../../cli/describe/samples.ts';
import { loadPolicy } from '../../../../cli/policy-file.ts';
import { csvBatches } from '../../../../cli/produce/csv.ts';
import { parseMapping } from '../../../../cli/produce/mapping.ts';
import { canonicalSeq } from '../../../../core/contract/position.ts';
import { STREAM_NAMES, type StreamName } from '../../../../core/contract/streams.ts';
import { ACTIVITY_TYPES } from '../../../../core/contract/values.ts';
import { inspect } from '../../../../core/events/inspect.ts';
import { TIMESTAMP_FORM, readTimestamp } from '../../../../core/events/timestamps.ts';
import type { Inspection } from '../../../../core/events/types.ts';
import { collect, scratch, texts } from '../scratch.ts';

const dir = scratch();
const { limits } = loadPolicy('default').policy;
const judged = (stream: StreamName, record: unknown): Inspection =>
  inspect(
    {
      position: { stream, shard: 'shardId-000000000000', seq: canonicalSeq('1') },
      arrival: Date.UTC(2026, 11, 1),
      key: 'k',
      data: Buffer.from(JSON.stringify(record)),
      masked: false,
    },
    limits,
  );

describe.each(STREAM_NAMES)('records of %s', (stream) => {
  const fields = recordFields(stream, limits.amountCeiling);
  const [sample] = SAMPLES[stream];

  it('shows samples that are decided without an issue', () => {
    for (const each of SAMPLES[stream]) {
      const inspection = judged(stream, each);
      expect([inspection.kind, inspection.issues]).toEqual([
        stream === 'account_activity' ? 'activity' : 'application',
        [],
      ]);
    }
  });

  it('knows every field of the normal form, and what each means', () => {
    const inspection = judged(stream, sample) as { application?: object; activity?: object };
    const normal = Object.keys(inspection.application ?? inspection.activity ?? {});
    const names = fields.map(({ name }) => name);
    expect(names.toSorted()).toEqual(normal.map((name) => (name === 'event_time' ? 'timestamp' : name)).sort());
    expect(Object.keys(MEANINGS[stream]).sort()).toEqual(names.toSorted());
  });

  it('calls required what quarantines a record by its absence, and nothing else', () => {
    for (const { name, required } of fields) {
      const { [name]: _, ...without } = sample ?? {};
      // The first sample of activity is a transaction: its transaction_id tells its type as well.
      const needed = required === 'always' ? name !== 'type' : required !== 'never' && required.includes('transaction');
      expect(judged(stream, without).kind === 'quarantined', name).toBe(needed);
    }
  });

  it('repeats what the checks say of a wrong value', () => {
    for (const { name, expected, known } of fields) {
      const home = SAMPLES[stream].find(({ type }) => known === 'always' || known.some((each) => each === type));
      const [issue] = judged(stream, { ...home, [name]: ['wrong'] }).issues;
      expect(issue?.field, name).toBe(name);
      if (!['term_months', 'consent'].includes(name))
        expect(`expected ${expected}`).toContain(issue && wordedFor(issue));
    }
  });
});

describe('describeRecords', () => {
  it('shows activity of every type', () => {
    expect(SAMPLES.account_activity.map(({ type }) => type)).toEqual([...ACTIVITY_TYPES]);
  });

  it('says what may be left out, and what then holds', () => {
    const text = describeRecords(['credit_applications'], limits.amountCeiling);
    expect(text).toMatch(/\| `credit_score` +\| yes +\| a whole number from 300 to 850 +\| score/);
    expect(text).toMatch(/\| `revision` +\| +\| a whole number of at least 1; absent: 1 /);
    expect(text).not.toContain('account_activity');
    expect(describeRecords(['account_activity'], limits.amountCeiling)).toMatch(
      /`defaulted` +\| in a loan_outcome \| true or false; ignored elsewhere/,
    );
  });

  it('names the form of a timestamp wherever it says what one must be', () => {
    const text = describeRecords(STREAM_NAMES, limits.amountCeiling);
    expect(text.split(TIMESTAMP_FORM)).toHaveLength(4);
    expect(text).not.toContain('ISO text');
  });

  it('shows mappings that make timestamps of what it says a column holds', async () => {
    const text = describeRecords([], limits.amountCeiling);
    const rows = [...text.matchAll(/^\| `([^`]+)`[^|]*\| `(\{[^`]+\})`/gm)].map(([, cell = '', field = '']) => ({
      cell,
      field,
    }));
    expect(rows.length).toBeGreaterThan(4);
    for (const { cell, field } of rows) {
      const mapping = parseMapping(`{"stream": "credit_applications", "fields": {"timestamp": ${field}}}`, 'm.json');
      const file = dir.write('dates.csv', `applied_at\n${cell}\n`);
      const [made = '{}'] = texts(await collect(csvBatches(file, mapping, () => {})));
      const time = readTimestamp((JSON.parse(made) as { timestamp: unknown }).timestamp);
      const noon = Date.UTC(2026, 2, 31, /\d:/.test(cell) || /^\d+$/.test(cell) ? 12 : 0);
      expect(time, `${cell} by ${field}`).toBe(noon);
    }
  });

  it('gives examples of mappings that are taken as they stand', () => {
    const examples = (rows: string[][]) => rows.map(([option, , text]) => [option, text!.slice(1, -1)] as const);
    const whole = { stream: 'credit_applications', fields: { user_id: { column: 'customer' } } };
    for (const [option, text] of examples(MAPPING_OPTIONS)) {
      const example = JSON.parse(text) as object;
      expect(`\`${Object.keys(example)[0]}\``).toBe(option);
      expect(() => parseMapping(JSON.stringify({ ...whole, ...example }), 'm.json'), text).not.toThrow();
    }
    for (const [option, text] of examples(FIELD_OPTIONS)) {
      expect(Object.keys(JSON.parse(text) as object).map((key) => `\`${key}\``)).toContain(option);
      const mapping = `{"stream": "credit_applications", "fields": {"user_id": ${text}}}`;
      expect(() => parseMapping(mapping, 'm.json'), text).not.toThrow();
    }
  });

  it.each(['1,234.50', '1.234,50', '12 %', '1e5'])('is right that %s is no number', async (cell) => {
    expect(describeRecords([], limits.amountCeiling)).toContain(`\`${cell}\``);
    const made = async (field: string): Promise<Inspection> => {
      const fields = JSON.stringify({ [field]: { column: 'cell', type: 'number' } });
      const mapping = parseMapping(
        `{"stream": "credit_applications", "delimiter": ";", "fields": ${fields}}`,
        'm.json',
      );
      const [text = ''] = texts(await collect(csvBatches(dir.write('n.csv', `cell\n${cell}\n`), mapping, () => {})));
      return judged('credit_applications', { ...SAMPLES.credit_applications[0], ...(JSON.parse(text) as object) });
    };
    expect((await made('loan_amount')).kind).toBe('quarantined');
    expect(await made('annual_income')).toMatchObject({ kind: 'application', issues: [{ field: 'annual_income' }] });
  });

  it('is what docs/records.md says', () => {
    expect(readFileSync('docs/records.md', 'utf8')).toBe(`${describeRecords(STREAM_NAMES, limits.amountCeiling)}\n`);
  });
});
