import { describe, expect, test, vi } from 'vitest';
import { type EventRecord, failing, failureObjects, numbers, textOf, texts, useBed } from './support/poller.ts';

const bed = useBed();

describe('a batch that fails', () => {
  test('is halved until the poison record is alone, which is given up after its retries', async () => {
    const stream = await bed().stream();
    await bed().put(stream, numbers(0, 16));
    const done: string[] = [];
    let alone = 0;
    const { poller } = await bed().poller({
      mappings: [{ stream, BisectBatchOnFunctionError: true, MaximumRetryAttempts: 2 }],
      consume: (batch) => {
        if (batch.includes('11')) {
          if (batch.length === 1) alone++;
          throw new Error('poison');
        }
        done.push(...batch);
        return undefined;
      },
    });
    await poller.drained();
    expect(done).toEqual(texts(numbers(0, 16)).filter((text) => text !== '11'));
    expect(alone).toBe(3);
    const [object, ...others] = (await failureObjects(bed().clients)).filter(({ body }) =>
      body.KinesisBatchInfo.streamArn.endsWith(stream),
    );
    expect(others).toEqual([]);
    expect(object?.key).toMatch(
      /^aws\/lambda\/mapping-0\/shardId-000000000000\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{36}$/,
    );
    expect(object?.body).toMatchObject({
      version: '1.0',
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      KinesisBatchInfo: { batchSize: 1, shardId: 'shardId-000000000000' },
    });
    const { Records: records } = JSON.parse(object?.body.payload ?? '') as { Records: EventRecord[] };
    expect(records.map(textOf)).toEqual(['11']);
    expect(records[0]?.kinesis.sequenceNumber).toBe(object?.body.KinesisBatchInfo.startSequenceNumber);
  });

  test('by naming a record is not halved: an outage would leave batches of one', async () => {
    const stream = await bed().stream();
    await bed().put(stream, numbers(0, 8));
    const batches: string[][] = [];
    const { poller } = await bed().poller({
      mappings: [{ stream, BisectBatchOnFunctionError: true, MaximumRetryAttempts: 100 }],
      consume: (batch, records) => (batches.push(batch), failing(batches.length < 5 ? records[0] : undefined)),
    });
    await poller.drained();
    expect(batches.map(({ length }) => length)).toEqual([8, 8, 8, 8, 8]);
  });

  test('is retried whole, without halving, and then given up whole', async () => {
    const stream = await bed().stream();
    await bed().put(stream, numbers(0, 4));
    let calls = 0;
    const later: string[] = [];
    const { poller } = await bed().poller({
      mappings: [{ stream, BatchSize: 4, MaximumRetryAttempts: 1 }],
      consume: (batch) => {
        if (!batch.includes('0')) return void later.push(...batch);
        calls++;
        throw new Error('always');
      },
    });
    await bed().put(stream, numbers(4, 6));
    await poller.drained();
    expect(calls).toBe(2);
    expect(later).toEqual(['4', '5']);
    expect(poller.status()[0]).toMatchObject({ givenUp: 4, delivered: 2, failures: 2 });
  });

  test('keeps its retries for what is left when it makes progress', async () => {
    const stream = await bed().stream();
    await bed().put(stream, numbers(0, 6));
    const { poller } = await bed().poller({
      mappings: [{ stream, MaximumRetryAttempts: 1 }],
      // Each call gets one record further: six partial answers, with one retry allowed.
      consume: (batch, records) => failing(batch.length > 1 ? records[1] : undefined),
    });
    await poller.drained();
    expect(poller.status()[0]).toMatchObject({ delivered: 6, givenUp: 0 });
  });

  test('is given up when its records are too old, and only those that are', async () => {
    const stream = await bed().stream();
    await bed().put(stream, numbers(0, 2));
    const { poller } = await bed().poller({
      mappings: [{ stream, MaximumRecordAgeInSeconds: 1 }],
      consume: (batch, records) => failing(batch.includes('0') ? records[0] : undefined),
    });
    await new Promise((resolve) => setTimeout(resolve, 700));
    await bed().put(stream, numbers(2, 4));
    await poller.drained();
    expect(poller.status()[0]).toMatchObject({ delivered: 2, givenUp: 2 });
    const object = (await failureObjects(bed().clients)).find(({ body }) =>
      body.KinesisBatchInfo.streamArn.endsWith(stream),
    );
    expect(object?.body).toMatchObject({
      requestContext: { condition: 'RecordAgeExceeded' },
      KinesisBatchInfo: { batchSize: 2 },
    });
  });

  test('blocks its shard and no other', async () => {
    const stream = await bed().stream(2);
    const done: string[] = [];
    let healed = false;
    const { poller } = await bed().poller({
      mappings: [{ stream }],
      consume: (batch) => {
        if (!healed && batch.includes('bad')) throw new Error('down');
        done.push(...batch);
      },
    });
    // md5 of these keys lies in the lower and the upper half.
    await bed().put(stream, [
      ['a', 'bad'],
      ['b', 'good'],
    ]);
    while (done.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(done).toEqual(['good']);
    await vi.waitFor(() => expect(poller.status().some(({ iteratorAgeMs }) => iteratorAgeMs > 0)).toBe(true));
    healed = true;
    await poller.drained();
    expect(done).toEqual(['good', 'bad']);
  });
});
