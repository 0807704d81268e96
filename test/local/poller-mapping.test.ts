import { describe, expect, test } from 'vitest';
import { LocalError } from '../../local/errors.ts';
import { readMapping } from '../../local/poller/mapping.ts';

describe('a mapping', () => {
  const properties = {
    FunctionName: 'fn',
    EventSourceArn: 'arn:aws:kinesis:eu-central-1:000000000000:stream/s',
    StartingPosition: 'TRIM_HORIZON',
  };

  test('that is switched off is not read', () => {
    expect(readMapping({ id: 'm', properties: { ...properties, Enabled: false } })).toBeUndefined();
  });

  test("has Lambda's defaults where the template is silent", () => {
    expect(readMapping({ id: 'm', properties })).toMatchObject({
      batchSize: 100,
      windowMs: 0,
      parallelization: 1,
      maxRetries: Number.POSITIVE_INFINITY,
      maxAgeMs: Number.POSITIVE_INFINITY,
      bisects: false,
      reportsItems: false,
    });
  });

  test.each([
    ['FilterCriteria', { FilterCriteria: { Filters: [] } }],
    ['TumblingWindowInSeconds', { TumblingWindowInSeconds: 5 }],
    ['starting position AT_TIMESTAMP', { StartingPosition: 'AT_TIMESTAMP' }],
    ['event source arn:aws:sqs', { EventSourceArn: 'arn:aws:sqs:eu-central-1:000000000000:q' }],
    ['failure destination arn:aws:sqs', { DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:x' } } }],
  ])('that asks for %s is refused by name', (what, more) => {
    const read = (): unknown => readMapping({ id: 'the-mapping', properties: { ...properties, ...more } });
    expect(read).toThrow(LocalError);
    expect(read).toThrow(what);
    expect(read).toThrow('the-mapping');
  });
});
