import { describe, expect, it } from 'vitest';
import { CONTEXT_KEYS, loadSettings, SettingsError } from '../../lib/config/load.ts';

describe('settings', () => {
  it('come from the base, the stage and the command line, in this order', () => {
    expect(loadSettings({})).toMatchObject({ stage: 'local', shardsPerStream: 2, archiveWindowSeconds: 1 });
    expect(loadSettings({ shardsPerStream: '4', archiveWindowSeconds: '9' })).toMatchObject({
      shardsPerStream: 4,
      archiveWindowSeconds: 9,
    });
  });

  it('leave the CDK’s own keys alone', () => {
    const own = { '@aws-cdk/core:newStyleStackSynthesis': true, 'aws:cdk:bundling-stacks': [], 'cli-telemetry': false };
    expect(loadSettings(own)).toEqual(loadSettings({}));
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['an unknown key', { shards: '3' }, new RegExp(`unknown setting shards; allowed are ${CONTEXT_KEYS.join(', ')}`)],
    ['an unknown stage', { stage: 'test' }, /setting stage is "test"; allowed are .*local/],
    ['text for a number', { shardsPerStream: 'many' }, /setting shardsPerStream: /],
    ['too little', { shardsPerStream: '1' }, /setting shardsPerStream: .*2/],
    ['too much', { detectBatchSize: '10001' }, /setting detectBatchSize: .*10000/],
    ['half a shard', { shardsPerStream: '2.5' }, /setting shardsPerStream: /],
    [
      'shards where there are as many as it takes',
      { stage: 'prod', shardsPerStream: '4' },
      /no effect with streamMode/,
    ],
    ['another alert store', { alertStore: 'mongodb' }, /setting alertStore: .*dynamodb.*documentdb/],
    ['no schedule', { batchSchedule: 'hourly' }, /setting batchSchedule: must be cron/],
    ['a policy that is a path', { policy: '../secret' }, /setting policy: must be the name of a document/],
    ['a retention that records do not survive', { streamRetentionHours: '24' }, /streamRetentionHours is 24; at least/],
  ])('refuse %s, and say what is allowed', (_what, context, message) => {
    expect(() => loadSettings(context)).toThrow(SettingsError);
    expect(() => loadSettings(context)).toThrow(message);
  });

  it('name every wrong one at once', () => {
    expect(() => loadSettings({ shardsPerStream: '0', region: 'here' })).toThrow(
      /region.*shardsPerStream|shardsPerStream.*region/s,
    );
  });
});
