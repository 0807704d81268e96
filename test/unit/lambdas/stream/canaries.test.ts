import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ACTIVITY, APPLICATIONS, type StreamName } from '../../../../core/contract/streams.ts';
import { lambdaHandler } from '../../../../lambdas/runtime/handler.ts';
import { consume } from '../../../../lambdas/stream/consume.ts';
import { startDynamoDB, type TestDynamoDB } from '../../../support/dynamodb.ts';
import { CONTEXT, type Fate, kinesisEvent, type Surroundings, streamParts } from '../../../support/stream-parts.ts';
import { FIRST_ARRIVAL, type Produced, World } from '../../../support/world.ts';

/** Twelve values that belong to a person; each would be a leak anywhere but in the stores. */
const CANARIES = {
  name: 'Canary-Name-Aurelia',
  user: 'canary-user-7741',
  application: 'canary-application-8852',
  event: 'canary-event-9963',
  device: 'canary-device-1074',
  address: '203.0.113.177',
  region: 'Canary-Region-Lofoten',
  gender: 'canary-gender-x',
  purpose: 'canary-purpose-wedding',
  merchant: 'Canary-Merchant-Blomqvist',
  location: 'Canary-Location-Tromsoe',
  transaction: 'canary-transaction-2185',
};

const application = (more: object = {}): object => ({
  application_id: CANARIES.application,
  user_id: CANARIES.user,
  credit_score: 420,
  loan_amount: 16_000,
  timestamp: FIRST_ARRIVAL - 1_000,
  name: CANARIES.name,
  event_id: CANARIES.event,
  device_id: CANARIES.device,
  ip_address: CANARIES.address,
  region: CANARIES.region,
  gender: CANARIES.gender,
  loan_purpose: CANARIES.purpose,
  ...more,
});

const transaction = (more: object = {}): object => ({
  transaction_id: CANARIES.transaction,
  user_id: CANARIES.user,
  amount: 2_500,
  timestamp: FIRST_ARRIVAL - 1_000,
  merchant: CANARIES.merchant,
  location: CANARIES.location,
  device_id: CANARIES.device,
  ...more,
});

/** Good, malformed, oversized, conflicting and quarantined ones. */
const variants = (make: (more?: object) => object): ReadonlyArray<object | string> => [
  make(),
  make(),
  make({ loan_amount: 15_500, amount: 2_600 }),
  make({ note: CANARIES.name.repeat(20_000) }),
  make({ timestamp: CANARIES.name }),
  make({ credit_score: CANARIES.name, amount: CANARIES.address }),
  make({ user_id: [CANARIES.user] }),
  JSON.stringify(make()).slice(0, -9),
  `${CANARIES.name} ${CANARIES.user}`,
];

describe('no personal data leaves the stream functions', () => {
  let server: TestDynamoDB;
  let written = '';

  beforeAll(async () => {
    server = await startDynamoDB();
    const note = (chunk: unknown): boolean => {
      written += String(chunk);
      return true;
    };
    vi.spyOn(process.stdout, 'write').mockImplementation(note);
    vi.spyOn(process.stderr, 'write').mockImplementation(note);
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await server.stop();
  });

  async function run(stream: StreamName, make: (more?: object) => object, fate?: Fate): Promise<void> {
    const world = new World({ shards: 1 });
    const produced: Produced[] = world.produce(stream, ...variants(make));
    const id = randomUUID();
    await server.createCustomersTable(`customers-${id}`);
    await server.createAlertsTable(`alerts-${id}`);
    const around: Surroundings = {
      dynamodb: server.client,
      bucket: world.bucket,
      customersTable: `customers-${id}`,
      alertsTable: `alerts-${id}`,
      published: [],
    };
    const parts = streamParts(around, fate);
    const event = kinesisEvent(produced.map(({ record }) => record));
    await lambdaHandler(parts, () => consume(parts, stream, event))(event, CONTEXT).catch((error: Error) => {
      written += `${error.name} ${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;
    });
    written += around.published.join('\n');
  }

  const expectNoCanary = (): void => {
    for (const [what, canary] of Object.entries(CANARIES))
      expect(written.toLowerCase().includes(canary.toLowerCase()), `${what} leaked`).toBe(false);
    written = '';
  };

  it.each([
    [APPLICATIONS, application],
    [ACTIVITY, transaction],
  ] as const)('in logs, metrics and notifications of %s', async (stream, make) => {
    await run(stream, make);
    expect(written).toContain('RecordsReceived');
    expect(written).toContain('malformed_json');
    expectNoCanary();
  });

  it.each(['dynamodb', 's3', 'sns'])('in the errors of %s, which may quote what it was given', async (service) => {
    const fate: Fate = {
      before(asked, command) {
        if (asked !== service) return;
        const error = new Error(`refused: dup key: { _id: "${CANARIES.user}" }, given ${JSON.stringify(command)}`);
        Object.assign(error, { item: CANARIES, cause: new Error(CANARIES.name) });
        throw error;
      },
      done: () => {},
    };
    await run(APPLICATIONS, application, fate);
    expect(written).toContain('"level":"ERROR"');
    expectNoCanary();
  });

  it.each([
    ['a parser', () => JSON.parse(`{"name": "${CANARIES.name}", ${CANARIES.user}}`) as unknown],
    ['a thrown text', () => Promise.reject(CANARIES.name)],
    [
      'a driver',
      () => {
        throw new TypeError(`invalid value '${CANARIES.address}' for "${CANARIES.name}"`, { cause: CANARIES });
      },
    ],
  ])('in an error of %s that ends the invocation', async (_what, fail) => {
    const parts = streamParts({
      dynamodb: server.client,
      bucket: new World().bucket,
      customersTable: 'none',
      alertsTable: 'none',
      published: [],
    });
    const ended = lambdaHandler(parts, async () => fail())({}, CONTEXT);
    const error = (await ended.then(
      () => null,
      (thrown: unknown) => thrown,
    )) as Error;
    expect(error).toBeInstanceOf(Error);
    written += `${error.name} ${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;
    expect(written).toContain('The invocation failed');
    expectNoCanary();
  });
});
