import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { documents, withTables } from '../../lib/cost/document.ts';
import { estimate } from '../../lib/cost/estimate.ts';
import { costOf, millionths, total } from '../../lib/cost/money.ts';
import { CostError, PRICES } from '../../lib/cost/prices.ts';
import type { Choice } from '../../lib/cost/choices.ts';
import { type Stage, synthesiseStage } from '../../lib/cost/stage.ts';
import { everyChoice, type Synthesise, synthesiser } from '../../lib/cost/table.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');

const LOAD = { applications: 10_000_000, activity: 20_000_000 };

describe('the cost of the stages as they are synthesised', () => {
  let synthesise: Synthesise;
  let all: (readonly [Choice, Stage])[];
  beforeAll(() => {
    synthesise = synthesiser();
    all = everyChoice().map((choice) => [choice, synthesise(choice)] as const);
  }, 240_000);

  it('comes of prices in the table, charge by charge, and nothing else', () => {
    for (const [choice, stage] of all) {
      const { fixed, clock, added, ...sums } = estimate(stage, LOAD);
      for (const { quantity, price: id, cost } of [...fixed, ...clock, ...added]) {
        const { price, per } = PRICES.get(id);
        expect(cost).toBe(costOf(price, per, millionths(quantity)));
      }
      expect(total(fixed.map(({ cost }) => cost)), JSON.stringify(choice)).toBe(sums.fixedCost);
      expect(total([...fixed, ...clock, ...added].map(({ cost }) => cost)), JSON.stringify(choice)).toBe(
        sums.totalCost,
      );
      expect(sums.fixedCost + sums.standingCost + sums.recordsCost).toBe(sums.totalCost);
    }
  });

  it('prices MSK as it is synthesised: a cluster, and pollers that all mappings share', () => {
    const of = (mskMode: string) =>
      estimate(synthesise({ stage: 'dev', stream: 'msk', mskMode, alertStore: 'dynamodb' }), LOAD);
    const pollers = (mskMode: string) => of(mskMode).fixed.filter(({ price }) => price === 'lambda.event-poller-hour');
    for (const mskMode of ['serverless', 'provisioned'])
      expect(pollers(mskMode).map(({ quantity }) => quantity)).toEqual([730]);
    expect(of('serverless').carrier).toBe('msk-serverless');
    expect(of('provisioned').carrier).toBe('msk-express');
    const arn = 'arn:aws:kafka:eu-central-1:123456789012:cluster/events/0a1b2c3d-1';
    const there = estimate(synthesiseStage({ stage: 'dev', stream: arn, alertStore: 'dynamodb' }), LOAD);
    expect(there.carrier).toBe('msk-existing');
    // The cluster is somebody else's; pollers and the connection to it are the stage's.
    expect(there.fixed.map(({ price }) => price).filter((price) => /^(msk|lambda)\./.test(price))).toEqual([
      'msk.connection-hour',
      'lambda.event-poller-hour',
    ]);
  });

  it('names each interface endpoint and each instance of a database', () => {
    const stage = synthesise({ stage: 'prod', stream: 'kinesis', alertStore: 'documentdb' });
    const { fixed } = estimate(stage, LOAD);
    const resources = (price: RegExp) => fixed.filter((line) => price.test(line.price)).map(({ resource }) => resource);
    expect(resources(/^vpc\.endpoint-hour$/)).toEqual(
      expect.arrayContaining([
        'network/Network/Vpc/kinesis',
        'network/Network/Vpc/secretsmanager',
        'network/Network/Vpc/sns',
      ]),
    );
    expect(resources(/^documentdb\.dcu-hour$/)).toEqual(['data/AlertCluster/Instance1', 'data/AlertCluster/Instance2']);
    expect(resources(/^rds\.instance\./)).toEqual(['data/Warehouse/Instance']);
  });

  it('follows any setting of the stage', () => {
    const choice = { stage: 'dev', stream: 'kinesis', alertStore: 'documentdb' };
    const fixed = (stage: Stage): bigint => estimate(stage, LOAD).fixedCost;
    const inOneZone = synthesiseStage({ ...choice, zones: '1' });
    // three endpoints, 730 hours at a cent
    expect(fixed(synthesise(choice)) - fixed(inOneZone)).toBe(21_900_000_000n);
  });

  it('is what the documents say: npm run cost -- --write', () => {
    for (const { text, current } of documents(synthesise)) expect(text).toBe(current);
  });

  it('knows every table that a document asks for', () => {
    const marked = (name: string) => `<!-- cost:${name} -->\nold\n<!-- /cost:${name} -->`;
    expect(withTables(marked('date'), synthesise)).toContain(PRICES.date);
    expect(withTables(marked('date'), synthesise)).not.toContain('old');
    expect(() => withTables(marked('dates'), synthesise)).toThrow(CostError);
  });
});

describe('npm run cost', () => {
  const run = (...flags: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', 'lib/cost/run.ts', ...flags],
      { cwd: ROOT, encoding: 'utf8' },
    );
    return { status, stdout, stderr };
  };

  it('prices one stage under one load, for programs', () => {
    const { status, stdout, stderr } = run(
      '--stage',
      'dev',
      '--alert-store',
      'dynamodb',
      '--applications',
      '2_000_000',
      '--activity',
      '500_000',
      '--json',
      '--detail',
    );
    expect(status).toBe(0);
    expect(stderr).toBe('pricing dev on kinesis with dynamodb …\n');
    const { prices, estimates } = JSON.parse(stdout);
    expect(prices).toEqual({ date: PRICES.date, region: 'us-east-1', currency: 'USD' });
    expect(estimates).toHaveLength(1);
    expect(estimates[0]).toMatchObject({
      stage: 'dev',
      stream: 'kinesis',
      alertStore: 'dynamodb',
      applications: 2_000_000,
      activity: 500_000,
    });
    const { fixed, standing, byRecord, total: whole, marginal, lines } = estimates[0];
    for (const amount of [fixed, standing, byRecord, whole, ...Object.values(marginal)])
      expect(amount).toMatch(/^\d+\.\d{6}$/);
    expect(lines.load.map(({ what }: { what: string }) => what)).toContain('writes of the index by_updated');
  });

  it('says what it takes', () => {
    const { status, stdout } = run('--help');
    expect(status).toBe(0);
    expect(stdout).toContain('--alert-store');
  });

  it.each([
    [['--stage', 'local'], '--stage'],
    [['--alert-store', 'mongodb'], '--alert-store'],
    [['--applications', '0'], 'It must be a whole number from 1'],
    [['--activity', '-1'], 'must be a whole number from 1'],
    [['--applications', '1e6'], 'It must be a whole number from 1'],
    [['-c', 'zones'], 'It must be key=value'],
    [['-c', 'stage=prod'], 'Say it with --stage'],
    [['-c', 'zons=1'], 'unknown setting zons'],
    [['-c', 'zones=9'], 'setting zones'],
    [['--stream', 'rabbitmq'], 'setting stream'],
    [['-c', 'databaseInstance=r7g.large'], 'there is no price "rds.instance.r7g.large"'],
    [['--surprise'], '--surprise'],
    [['dev'], 'too many arguments'],
  ])('refuses %j and says why', (flags, message) => {
    const { status, stdout, stderr } = run(...flags);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe('');
  });
});
