import { afterEach, expect, it, vi } from 'vitest';
import { METRICS } from '../../../../core/contract/metrics.ts';
import { CONTEXT, ENVIRONMENT, kinesisEvent } from '../../../support/stream-parts.ts';
import { World } from '../../../support/world.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

it('asks for the records again that S3 did not take, and says so in a metric: Lambda counts no error', async () => {
  const environment = {
    ...ENVIRONMENT,
    POWERTOOLS_SERVICE_NAME: 'archive-log',
    LOG_BUCKET: 'log',
    APPLICATIONS_STREAM_ARN: 'arn:aws:kinesis:eu-central-1:000000000000:stream/credit_applications',
    ACTIVITY_STREAM_ARN: 'arn:aws:kinesis:eu-central-1:000000000000:stream/account_activity',
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    // Nobody listens there.
    AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
    AWS_MAX_ATTEMPTS: '1',
  };
  for (const [key, value] of Object.entries(environment)) vi.stubEnv(key, value);
  let written = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    written += String(chunk);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const { handler } = await import('../../../../lambdas/archive-log/handler.ts');

  const records = new World({ shards: 1 }).applications('{"a":1}', '{"b":2}').map(({ record }) => record);
  expect(await handler(kinesisEvent(records), CONTEXT)).toEqual({
    batchItemFailures: [{ itemIdentifier: records[0]!.position.seq }],
  });
  const metrics = written.split('\n').filter((line) => line.startsWith('{"_aws"'));
  expect(metrics.map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({ [METRICS.serviceFaults]: 1, service: 'archive-log', stage: 'test' }),
  ]);
});
