import { applicationBody } from './applications.ts';
import { SPOILT, json, respelled, without, type Body } from './faults.ts';
import { applicantOf, applicationId, type Customer } from './people.ts';
import type { Draft, Plant, Slot } from './plan.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export interface People {
  readonly seed: number;
  readonly count: number;
  readonly of: (index: number) => Customer;
}

/** What one slot can say: its own application, further ones of the same customer, and how they are sent. */
interface Desk {
  readonly slot: Slot;
  readonly customer: Customer;
  /** the customer's n-th application of this slot, made at the given time */
  application(n: number, at: number): Body;
}

type Make = (desk: Desk) => Draft[];

const send = (body: Body, sent: number): Draft => ({ sent, data: json(body) });

/** One application with members replaced; undefined leaves one out. */
const changed =
  (changes: (desk: Desk) => Body): Make =>
  (desk) => [send({ ...desk.application(0, desk.slot.at), ...changes(desk) }, desk.slot.at)];
const fixed = (changes: Body): Make => changed(() => changes);

/** [name, records it makes, how]: everything that a record of this stream can have wrong, and what may happen to it. */
const ODDITIES: readonly (readonly [string, number, Make])[] = [
  ['missing_field/application_id', 1, fixed({ application_id: undefined })],
  ['missing_field/user_id', 1, fixed({ user_id: null })],
  ['missing_field/timestamp', 1, fixed({ timestamp: ' ' })],
  ['invalid_field/id of a wrong type', 1, fixed({ application_id: true })],
  ['invalid_field/id too long', 1, changed(({ slot }) => ({ user_id: `c${slot.number}-${'z'.repeat(128)}` }))],
  ['invalid_field/revision', 1, fixed({ revision: 0 })],
  ['missing_credit_score', 1, fixed({ credit_score: undefined })],
  ['invalid_credit_score/text', 1, fixed({ credit_score: '720' })],
  ['invalid_credit_score/range', 1, fixed({ credit_score: 851 })],
  ['missing_loan_amount', 1, fixed({ loan_amount: null })],
  ['invalid_loan_amount/zero', 1, fixed({ loan_amount: 0 })],
  ['invalid_loan_amount/third decimal', 1, fixed({ loan_amount: '1500.125' })],
  ['invalid_loan_amount/exponent', 1, fixed({ loan_amount: '1e4' })],
  ['invalid_timestamp/date alone', 1, fixed({ timestamp: '2026-03-01' })],
  ['invalid_timestamp/impossible', 1, fixed({ timestamp: '2026-02-30T10:00:00Z' })],
  ['future_timestamp', 1, fixed({ timestamp: '2199-01-01T00:00:00Z' })],
  ['several at once', 1, fixed({ application_id: '', credit_score: null, loan_amount: -5, timestamp: 'yesterday' })],
  ['invalid_optional_field/age', 1, fixed({ age: 144 })],
  ['invalid_optional_field/income', 1, fixed({ annual_income: '52,000' })],
  ['invalid_optional_field/rate and term', 1, fixed({ interest_rate: 101, term_months: 0 })],
  ['invalid_optional_field/consent', 1, fixed({ consent: 'yes' })],
  ['consent/scoring refused', 1, fixed({ consent: { scoring: false } })],
  ['consent/analytics refused', 1, fixed({ consent: { scoring: true, analytics: false } })],
  [
    'R001',
    1,
    changed(({ slot }) => ({ credit_score: slot.rng.int(300, 449), loan_amount: slot.rng.int(15_001, 40_000) })),
  ],
  ['R003', 1, changed(({ customer, slot }) => ({ loan_amount: customer.income + slot.rng.int(1, 9_000) }))],
  [
    'duplicate/same bytes',
    2,
    ({ slot, application }) => {
      const body = application(0, slot.at - HOUR);
      return [send(body, slot.at - HOUR), send(body, slot.at)];
    },
  ],
  [
    'duplicate/other spelling',
    2,
    ({ slot, application }) => {
      const body = application(0, slot.at - HOUR);
      return [send(body, slot.at - HOUR), { sent: slot.at, data: respelled(body) }];
    },
  ],
  [
    'conflicting_record',
    2,
    ({ slot, application }) => {
      const body = application(0, slot.at - HOUR);
      return [
        send(body, slot.at - HOUR),
        send({ ...body, loan_amount: (body['loan_amount'] as number) + 100 }, slot.at),
      ];
    },
  ],
  [
    'amendment',
    2,
    ({ slot, application }) => {
      const body = application(0, slot.at - 6 * HOUR);
      const asked = Math.round((body['loan_amount'] as number) * 80) / 100;
      return [
        send(body, slot.at - 6 * HOUR),
        send({ ...body, revision: 2, loan_amount: asked, timestamp: slot.at }, slot.at),
      ];
    },
  ],
  [
    'amendment/late lower revision',
    3,
    ({ slot, application }) => {
      const body = application(0, slot.at - 3 * HOUR);
      return [
        send({ ...body, revision: 10 }, slot.at - 3 * HOUR),
        send({ ...body, revision: 9, loan_amount: 2_500 }, slot.at - HOUR),
        send(body, slot.at),
      ];
    },
  ],
  [
    'late record',
    2,
    ({ slot, application }) => [
      send(application(0, slot.at - HOUR), slot.at - HOUR),
      send(application(1, slot.at - 40 * HOUR), slot.at),
    ],
  ],
  [
    'R002',
    4,
    ({ slot, application }) =>
      [0, 1, 2, 3].map((n) => send(application(n, slot.at - (20 - 5 * n) * HOUR), slot.at - (20 - 5 * n) * HOUR)),
  ],
  [
    'corrected resend',
    2,
    ({ slot, application }) => {
      const body = application(0, slot.at - HOUR);
      return [send({ ...body, credit_score: String(body['credit_score']) }, slot.at - HOUR), send(body, slot.at)];
    },
  ],
];

/** Everything planted among applications. */
export function applicationPlants(people: People): Plant[] {
  const desk = (slot: Slot): Desk => {
    const who = people.of(applicantOf(people.seed, slot.number, people.count));
    return {
      slot,
      customer: who,
      application: (n, at) =>
        applicationBody({ applicationId: applicationId(people.seed, slot.number + n), customer: who, at }, slot.rng),
    };
  };
  const oddities = ODDITIES.map(
    ([name, size, make]): Plant => ({ name, size, share: 0.0015, make: (slot) => make(desk(slot)) }),
  );
  const reused: Plant = {
    name: 'reused_application_id',
    size: 2,
    share: 0.0005,
    make(slot) {
      const { application } = desk(slot);
      const other = people.of(applicantOf(people.seed, slot.number, people.count) + 1);
      const first = slot.at - 30 * MINUTE;
      return [
        send(application(0, first), first),
        send({ ...application(0, slot.at), user_id: other.id, name: other.name, device_id: other.device }, slot.at),
      ];
    },
  };
  return [
    ...SPOILT.map(
      ([name, spoil]): Plant => ({
        name,
        size: 1,
        share: name === 'oversized_record' ? 0.0002 : 0.001,
        make: (slot) => [
          { sent: slot.at, data: spoil(without(desk(slot).application(0, slot.at), 'consent'), slot.rng) },
        ],
      }),
    ),
    ...oddities,
    reused,
  ];
}
