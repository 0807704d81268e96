import { describe, expect, it } from 'vitest';
import { CONTEXT_KEYS, loadSettings, SettingsError } from '../../lib/config/load.ts';
import { networkZones, zoneCount } from '../../lib/config/zones.ts';
import { QUICKSIGHT } from './quicksight.ts';

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
    ['text for a number', { shardsPerStream: 'many' }, /setting shardsPerStream is "many"; allowed are whole numbers/],
    ['too little', { shardsPerStream: '1' }, /setting shardsPerStream is 1; allowed are .* from 2 to 500/],
    ['too much', { detectBatchSize: '10001' }, /setting detectBatchSize is 10001; allowed are .* to 10000/],
    ['half a shard', { shardsPerStream: '2.5' }, /setting shardsPerStream is 2.5; allowed are whole/],
    [
      'shards where there are as many as it takes',
      { stage: 'prod', shardsPerStream: '4' },
      /setting shardsPerStream is 4, which has no effect with streamMode/,
    ],
    [
      'another alert store',
      { alertStore: 'mongodb' },
      /setting alertStore is "mongodb"; allowed are dynamodb, documentdb/,
    ],
    ['no schedule', { batchSchedule: 'hourly' }, /setting batchSchedule is "hourly"; allowed are cron/],
    [
      'a policy that is a path',
      { policy: '../secret' },
      /setting policy is "..\/secret"; allowed are names of documents/,
    ],
    ['no zone', { zones: '0' }, /setting zones is 0; allowed are 1, 2, 3, and two or three different letters/],
    ['one zone by letter', { zones: 'a' }, /setting zones is "a"; allowed are /],
    ['a zone twice', { zones: 'a,b,a' }, /setting zones is "a,b,a"; allowed are /],
    ['a zone that no region has', { zones: 'a,z' }, /setting zones is "a,z"; allowed are /],
    [
      'whole names of zones',
      { zones: 'us-east-1a,us-east-1d' },
      /setting zones is "us-east-1a,us-east-1d"; allowed are /,
    ],
    [
      'two zones for brokers, which want three',
      { stage: 'dev', stream: 'msk', mskMode: 'provisioned', zones: 'a,d' },
      /setting zones is "a,d"; with mskMode provisioned.* only 3 letters are allowed/,
    ],
    [
      'an owner of reports who is no user of QuickSight',
      { stage: 'dev', quicksight: 'true', quicksightAdmin: 'me@example.com' },
      /setting quicksightAdmin is "me@example.com"; allowed are the ARN of a user or group of QuickSight/,
    ],
    [
      'a reader of reports in a role that there is not',
      { ...QUICKSIGHT, stage: 'dev', quicksightReaders: `boss=${QUICKSIGHT.quicksightAdmin}` },
      /setting quicksightReaders is .*allowed are role=ARN .*roles being credit, fraud, data-quality, operations, all/,
    ],
    ['reports without an owner', { stage: 'dev', quicksight: 'true' }, /quicksightAdmin is empty.*list-users/],
    [
      'readers of reports that there are not',
      { stage: 'dev', quicksightReaders: QUICKSIGHT.quicksightReaders },
      /quicksightReaders is .*has no effect without quicksight/,
    ],
    ['reports of one machine in AWS', { ...QUICKSIGHT, stage: 'local' }, /on the stage local .*only false is allowed/],
    [
      'an address twice',
      { alarmAddresses: 'a@b.eu,a@b.eu' },
      /alarmAddresses is "a@b.eu,a@b.eu"; allowed are different/,
    ],
    [
      'an hour that no day has',
      { batchSchedule: 'cron(0 99 * * ? *)' },
      /batchSchedule is .*allowed are schedules that/,
    ],
    ['days said twice', { batchSchedule: 'cron(0 5 * * * *)' }, /batchSchedule is .*\? in one of day-of-month and/],
    [
      'a batch on weekdays alone, whose weekend would be an alarm',
      { batchSchedule: 'cron(5 6 ? * MON-FRI *)', batchIntervalMinutes: '1440' },
      /batchSchedule is .*up to 4320 minutes between two starts; at most 1440 are allowed/,
    ],
    [
      'an interval that is not the schedule’s',
      { stage: 'dev', batchSchedule: 'cron(5 6,18 * * ? *)' },
      /batchIntervalMinutes is 60; with batchSchedule .* only 720 is allowed/,
    ],
    [
      'a reader who may write',
      { warehouseReader: 'pipeline' },
      /warehouseReader is "pipeline"; .*other than warehouseUser/,
    ],
    [
      'the administrator as a reader',
      { warehouseReader: 'administrator' },
      /warehouseReader is "administrator"; allowed/,
    ],
    ['the login of reports as a writer', { warehouseUser: 'quicksight' }, /warehouseUser is "quicksight"; allowed/],
    ['a role of RDS', { warehouseUser: 'rds_superuser' }, /warehouseUser is "rds_superuser"; allowed are names that/],
    ['a database of RDS', { warehouseDatabase: 'rdsadmin' }, /warehouseDatabase is "rdsadmin"; allowed are names that/],
    [
      'a server that AWS does not host',
      { stage: 'dev', warehouse: 'host' },
      /warehouse is "host"; .* only rds is allowed/,
    ],
    ['a class that there is not', { stage: 'dev', databaseInstance: 'm7g.medium' }, /databaseInstance is "m7g.medium"/],
    ['a retention that records do not survive', { streamRetentionHours: '24' }, /streamRetentionHours is 24; at least/],
  ])('refuse %s, and say what is allowed', (_what, context, message) => {
    expect(() => loadSettings(context)).toThrow(SettingsError);
    expect(() => loadSettings(context)).toThrow(message);
  });

  it.each(CONTEXT_KEYS)('say of %s what was given and what is allowed, in their own words', (key) => {
    let message = '';
    try {
      loadSettings({ [key]: '!' });
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(new RegExp(`^setting ${key} is "!"; allowed are \\S`));
    // The schema's library has words of its own, which name neither the value nor all of what is allowed.
    expect(message).not.toMatch(/invalid|\bexpected\b|too (small|big)/i);
  });

  it('take the longest time between two starts from a schedule', () => {
    for (const [batchSchedule, batchIntervalMinutes] of [
      ['cron(5 8-18 * * ? *)', '840'],
      ['cron(0/15 * * * ? *)', '15'],
      ['cron(0 3 ? * 1-7 *)', '1440'],
      ['rate(2 hours)', '120'],
    ] as const)
      expect(loadSettings({ batchSchedule, batchIntervalMinutes })).toMatchObject({ batchSchedule });
  });

  it('take zones by number or by letter', () => {
    expect(networkZones(loadSettings({ zones: '3' }))).toEqual(['us-east-1a', 'us-east-1b', 'us-east-1c']);
    expect(networkZones(loadSettings({ zones: '1' }))).toEqual(['us-east-1a', 'us-east-1b']);
    expect(networkZones(loadSettings({ zones: 'a,d' }))).toEqual(['us-east-1a', 'us-east-1d']);
    expect(zoneCount(loadSettings({ zones: 'f,b,a' }))).toBe(3);
  });

  it('name every wrong one at once', () => {
    expect(() => loadSettings({ shardsPerStream: '0', region: 'here' })).toThrow(
      /region.*shardsPerStream|shardsPerStream.*region/s,
    );
  });
});
