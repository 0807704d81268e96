import type { Random } from './random.ts';

/** A record's members in the order in which they are written. */
export type Body = Readonly<Record<string, unknown>>;

export const json = (body: Body): Buffer => Buffer.from(JSON.stringify(body));

/** Numbers that card networks publish for tests: they pass the checks of a card number and belong to nobody. */
const CARDS = [
  '4111111111111111',
  '5555555555554444',
  '378282246310005',
  '6011111111111117',
  '2223003122003222',
] as const;

/** Ways to spoil the whole of a record, whatever the stream: name → how. */
export const SPOILT: readonly (readonly [string, (body: Body, rng: Random) => Buffer])[] = [
  ['oversized_record', (body) => json({ ...body, attachment: 'x'.repeat(256 * 1024) })],
  ['malformed_json/cut short', (body) => json(body).subarray(0, -9)],
  ['malformed_json/not UTF-8', (body) => spliced(json({ note: '@', ...body }), '@', Buffer.from([0xc3, 0x28]))],
  ['malformed_json/byte-order mark', (body) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), json(body)])],
  ['malformed_json/an array', (body) => Buffer.from(`[${JSON.stringify(body)}]`)],
  ['malformed_json/a line of text', () => Buffer.from('connection closed by peer')],
  [
    'malformed_json/too deep',
    (body) => Buffer.from(`{"deep":${'['.repeat(33)}${']'.repeat(33)},${JSON.stringify(body).slice(1)}`),
  ],
  ['card_number_present/text', (body, rng) => json({ ...body, note: `paid with ${rng.pick(CARDS)}` })],
  ['card_number_present/spaced', (body) => json({ ...body, note: 'card 4111 1111 1111 1111 please' })],
  ['card_number_present/dashed', (body) => json({ note: { card: '5555-5555-5555-4444' }, ...body })],
  [
    'card_number_present/bare number',
    (body, rng) => Buffer.from(`{"card":${rng.pick(CARDS)},${JSON.stringify(body).slice(1)}`),
  ],
  [
    'card_number_present/escaped',
    (body) => spliced(json({ ...body, note: '@' }), '@', Buffer.from('\\u0034111111111111111')),
  ],
];

/** Replaces the last `mark` in some bytes. */
function spliced(bytes: Buffer, mark: string, by: Buffer): Buffer {
  const at = bytes.lastIndexOf(mark);
  return Buffer.concat([bytes.subarray(0, at), by, bytes.subarray(at + mark.length)]);
}

/** A body without some of its members. */
export function without(body: Body, ...names: string[]): Body {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));
}

/**
 * The same record written differently: members turned round, amounts and the time in another notation, a numeric id
 * as text, another event_id and an unknown field. Its normal form, and so its payload hash, stays the same.
 */
export function respelled(body: Body): Buffer {
  const members = Object.entries(body)
    .filter(([name]) => name !== 'event_id')
    .toReversed()
    .map(([name, value]): [string, unknown] => {
      if (name === 'timestamp' && typeof value === 'number') return [name, new Date(value).toISOString()];
      if ((name === 'loan_amount' || name === 'amount') && typeof value === 'number') return [name, value.toFixed(2)];
      if (name === 'user_id' && typeof value === 'number') return [name, String(value)];
      return [name, value];
    });
  return Buffer.from(
    JSON.stringify(
      Object.fromEntries([...members, ['event_id', 'resent'], ['resent_by', 'gateway']]),
      null,
      1,
    ).replaceAll('\n', ''),
  );
}
