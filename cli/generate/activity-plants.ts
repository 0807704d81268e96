import { transactionBody } from './activity.ts';
import type { People } from './application-plants.ts';
import { SPOILT, json, respelled, type Body } from './faults.ts';
import { CITIES, applicantOf, applicationId, type Customer } from './people.ts';
import type { Draft, Plant, Slot } from './plan.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Desk {
  readonly slot: Slot;
  readonly customer: Customer;
  readonly applicationId: string;
  /** the customer's n-th transaction of this slot, made at the given time */
  transaction(n: number, at: number): Body;
}
type Make = (desk: Desk) => Draft[];

const send = (body: Body, sent: number): Draft => ({ sent, data: json(body) });
const fixed =
  (changes: Body): Make =>
  ({ slot, transaction }) => [send({ ...transaction(0, slot.at), ...changes }, slot.at)];

/** A record of another type with members replaced. */
const event =
  (type: string, changes: Body): Make =>
  ({ slot, customer, applicationId: id }) => {
    const body = { type, event_id: `e-${slot.number}`, user_id: customer.id, timestamp: slot.at };
    const outcome = type === 'loan_outcome' ? { application_id: id, defaulted: false } : { amount: 120.5 };
    return [send({ ...body, ...outcome, ...changes }, slot.at)];
  };

/** Transactions at the given minutes before the slot's time, each with its own changes. */
const series =
  (minutes: readonly number[], changes: (desk: Desk, n: number) => Body): Make =>
  (desk) =>
    minutes.map((before, n) => {
      const at = desk.slot.at - before * MINUTE;
      return send({ ...desk.transaction(n, at), ...changes(desk, n) }, at);
    });

/** [name, records it makes, how] */
const ODDITIES: readonly (readonly [string, number, Make])[] = [
  ['missing_field/transaction_id', 1, fixed({ type: 'transaction', transaction_id: undefined })],
  ['missing_field/amount', 1, fixed({ amount: null })],
  ['missing_field/user_id', 1, fixed({ user_id: '' })],
  ['missing_field/timestamp', 1, fixed({ timestamp: undefined })],
  ['missing_field/defaulted', 1, event('loan_outcome', { defaulted: undefined })],
  ['invalid_field/type', 1, fixed({ type: 'refund' })],
  ['invalid_field/amount', 1, fixed({ amount: ' ' })],
  ['invalid_field/amount is negative', 1, fixed({ amount: -12.5 })],
  ['invalid_field/id of a wrong type', 1, fixed({ transaction_id: { id: 7 } })],
  ['invalid_field/defaulted', 1, event('loan_outcome', { defaulted: 'no' })],
  ['invalid_timestamp', 1, fixed({ timestamp: '01/02/2026 10:00' })],
  ['future_timestamp', 1, fixed({ timestamp: 7_226_582_400 })],
  ['invalid_optional_field/card_type', 1, fixed({ card_type: 'DINERS' })],
  ['invalid_optional_field/coordinates', 1, fixed({ latitude: 91, longitude: -180.5 })],
  ['invalid_optional_field/credit_score', 1, fixed({ credit_score: '700' })],
  ['invalid_optional_field/amount', 1, event('payment_made', { amount: '-3' })],
  [
    'duplicate/same bytes',
    2,
    ({ slot, transaction }) => {
      const body = transaction(0, slot.at - MINUTE);
      return [send(body, slot.at - MINUTE), send(body, slot.at)];
    },
  ],
  [
    'duplicate/other spelling',
    2,
    ({ slot, transaction }) => {
      const body = transaction(0, slot.at - MINUTE);
      return [send(body, slot.at - MINUTE), { sent: slot.at, data: respelled(body) }];
    },
  ],
  [
    'conflicting_record',
    2,
    ({ slot, transaction }) => {
      const body = transaction(0, slot.at - HOUR);
      return [send(body, slot.at - HOUR), send({ ...body, amount: (body['amount'] as number) + 1 }, slot.at)];
    },
  ],
  [
    'late record',
    2,
    ({ slot, transaction }) => [
      send(transaction(0, slot.at - HOUR), slot.at - HOUR),
      send(transaction(1, slot.at - 30 * HOUR), slot.at),
    ],
  ],
  [
    'corrected resend',
    2,
    ({ slot, transaction }) => {
      const body = transaction(0, slot.at - HOUR);
      return [send({ ...body, timestamp: 'now' }, slot.at - HOUR), send(body, slot.at)];
    },
  ],
  ['T001', 6, series([8, 7, 5, 4, 2, 0], () => ({ type: 'transaction', amount: 49.99 }))],
  ['T002', 7, series([3000, 2500, 2000, 1500, 1000, 500, 0], (_desk, n) => ({ amount: n === 6 ? 1_250 : 20 + n }))],
  [
    'T003/speed',
    2,
    series([60, 0], ({ customer }, n) => {
      const city = n === 0 ? customer.home : (CITIES[7] as (typeof CITIES)[number]);
      return { location: city.name, latitude: city.latitude, longitude: city.longitude };
    }),
  ],
  [
    'T003/place',
    2,
    series([9, 0], ({ customer }, n) => ({
      location: n === 0 ? customer.home.name : 'Lisbon',
      latitude: undefined,
      longitude: undefined,
    })),
  ],
  [
    'T004',
    2,
    series([600, 0], ({ slot }, n) =>
      n === 0 ? {} : { device_id: `unknown-${slot.number}`, amount: slot.rng.int(2_000, 6_000) },
    ),
  ],
];

/** Everything planted among account activity. */
export function activityPlants(people: People): Plant[] {
  const desk = (slot: Slot): Desk => {
    const who = people.of(applicantOf(people.seed, slot.number, people.count));
    return {
      slot,
      customer: who,
      applicationId: applicationId(people.seed, slot.number),
      transaction: (n, at) =>
        transactionBody({ transactionId: `t${people.seed}_${slot.number + n}`, customer: who, at }, slot.rng),
    };
  };
  return [
    ...SPOILT.map(
      ([name, spoil]): Plant => ({
        name,
        size: 1,
        share: name === 'oversized_record' ? 0.0001 : 0.0005,
        make: (slot) => [{ sent: slot.at, data: spoil(desk(slot).transaction(0, slot.at), slot.rng) }],
      }),
    ),
    ...ODDITIES.map(([name, size, make]): Plant => ({ name, size, share: 0.001, make: (slot) => make(desk(slot)) })),
  ];
}
