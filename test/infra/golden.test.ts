import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { resourcesOf, synthesise, type Synthesised } from './synth.ts';

/**
 * What no rule can say: the exact metrics, lines and periods of alarms, who lets whom in at which port, and how data is
 * kept. A change is looked at in the diff of the golden file; `UPDATE_GOLDEN=1 npm test -- golden` writes it anew.
 */
function compare(name: string, found: unknown): void {
  const file = path.join(import.meta.dirname, 'golden', `${name}.json`);
  const text = `${JSON.stringify(found, null, 1)}\n`;
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
  expect(existsSync(file), file).toBe(true);
  expect(found).toEqual(JSON.parse(readFileSync(file, 'utf8')));
}

/** A reference by the logical id it names, without the digest at its end. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const text = JSON.stringify(value);
  const id = /"(?:Ref|Fn::GetAtt|OutputName)":\[?"([A-Za-z]+?)(?:[0-9A-F]{8})/.exec(text)?.[1];
  if (id !== undefined) return `<${id.replace(/^(?:Publish|Exports)Output(?:Ref|FnGetAtt)/, '')}>`;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

const nameOf = (p: Record<string, any>): string => (p['AlarmName'] as string).split('/').slice(1).join('/');

const alarms = (app: Synthesised) =>
  Object.fromEntries(
    [
      ...resourcesOf(app, 'AWS::CloudWatch::CompositeAlarm').map(({ Properties: p }) => {
        const rule = (p['AlarmRule']['Fn::Join'][1] as unknown[]).map(plain).join('');
        return [nameOf(p), `${rule} → ${(p['AlarmActions'] as unknown[]).map(plain).join()}`] as const;
      }),
      ...resourcesOf(app, 'AWS::CloudWatch::Alarm').map(({ Properties: p }) => {
        const metric = (m: Record<string, any>): string => {
          const dimensions = m['Dimensions'] as { Name: string; Value: unknown }[];
          return `${m['Namespace']}/${m['MetricName']}{${dimensions.map(({ Name, Value }) => `${Name}=${plain(Value)}`).join()}}`;
        };
        const watched =
          p['Metrics'] === undefined
            ? [`${metric(p)} ${p['Statistic'] ?? p['ExtendedStatistic']} of ${p['Period']} s`]
            : (p['Metrics'] as Record<string, any>[]).map((m) =>
                m['MetricStat'] === undefined
                  ? m['Expression']
                  : `${metric(m['MetricStat'].Metric)} ${m['MetricStat'].Stat} of ${m['MetricStat'].Period} s`,
              );
        const line = [
          p['ComparisonOperator'],
          p['Threshold'] ?? 'band',
          `${p['DatapointsToAlarm']} of ${p['EvaluationPeriods']}`,
          p['TreatMissingData'],
        ];
        const told = p['AlarmActions'] === undefined ? 'nobody' : (p['AlarmActions'] as unknown[]).map(plain).join();
        return [nameOf(p), `${watched.join('; ')}: ${line.join(', ')} → ${told}`] as const;
      }),
    ].sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** `who is let in where`: rules inside a group and beside it. */
const ingress = (app: Synthesised) =>
  Object.entries(app.stacks).flatMap(([, { resources }]) =>
    Object.entries(resources).flatMap(([id, { Type, Properties: p }]) => {
      const rule = (at: string, r: Record<string, any>) =>
        `${at} ← ${JSON.stringify(plain(r['SourceSecurityGroupId'] ?? r['CidrIp']))} ${r['IpProtocol']} ` +
        `${JSON.stringify(plain(r['FromPort']))}-${JSON.stringify(plain(r['ToPort']))}`;
      if (Type === 'AWS::EC2::SecurityGroupIngress') return [rule(JSON.stringify(plain(p['GroupId'])), p)];
      if (Type !== 'AWS::EC2::SecurityGroup') return [];
      return ((p['SecurityGroupIngress'] ?? []) as Record<string, any>[]).map((r) => rule(id.slice(0, -8), r));
    }),
  );

const kept = (app: Synthesised) => ({
  warehouse: resourcesOf(app, 'AWS::RDS::DBInstance').map(({ Properties: p }) => ({
    BackupRetentionPeriod: p['BackupRetentionPeriod'],
    DeleteAutomatedBackups: p['DeleteAutomatedBackups'],
    EnableCloudwatchLogsExports: p['EnableCloudwatchLogsExports'],
    MaxAllocatedStorage: p['MaxAllocatedStorage'],
  })),
  parameters: resourcesOf(app, 'AWS::RDS::DBParameterGroup').map(({ Properties: p }) => p['Parameters']),
  alerts: resourcesOf(app, 'AWS::DocDB::DBCluster').map(({ Properties: p }) => ({
    BackupRetentionPeriod: p['BackupRetentionPeriod'],
    EnableCloudwatchLogsExports: p['EnableCloudwatchLogsExports'],
  })),
  alertParameters: resourcesOf(app, 'AWS::DocDB::DBClusterParameterGroup').map(({ Properties: p }) => p['Parameters']),
  buckets: resourcesOf(app, 'AWS::S3::Bucket').map(({ Properties: p }) => p['LifecycleConfiguration']),
});

describe.each(['dev', 'prod'])('%s, as it was agreed', (stage) => {
  const app = synthesise({ stage });
  it('has these alarms, on these metrics, at these lines', () => compare(`alarms-${stage}`, alarms(app)));
  it('lets these in, at these ports, and nobody else', () => compare(`ingress-${stage}`, ingress(app).sort()));
  it('keeps data and its traces like this', () => compare(`kept-${stage}`, kept(app)));
});

describe('a batch once a day', () => {
  it('has alarms that look no further back than CloudWatch does', () => {
    const app = synthesise({ stage: 'prod', batchSchedule: 'cron(5 0 * * ? *)', batchIntervalMinutes: '1440' });
    for (const { Properties: p } of resourcesOf(app, 'AWS::CloudWatch::Alarm')) {
      const periods = [
        p['Period'],
        ...((p['Metrics'] ?? []) as Record<string, any>[]).map((m) => m['MetricStat']?.Period),
      ];
      for (const period of periods.filter((one) => one !== undefined))
        expect(period * p['EvaluationPeriods'], p['AlarmName']).toBeLessThanOrEqual(period < 3600 ? 86_400 : 604_800);
    }
  });
});

describe('inside the network', () => {
  it('the function that turns the password over is in the group that endpoints and the cluster let in', () => {
    const app = synthesise({ stage: 'prod' });
    const [rotation] = resourcesOf(app, 'AWS::Serverless::Application');
    expect(JSON.stringify(rotation!.Properties['Parameters'].vpcSecurityGroupIds)).toContain('NetworkFunctions');
  });

  it('no door is written down twice: EC2 refuses the second rule, and with it the stack', () => {
    const rules = ingress(synthesise({ stage: 'prod' })).map((rule) => rule.replace(/ tcp .*/, ''));
    expect(rules.filter((rule, i) => rules.indexOf(rule) !== i)).toEqual([]);
  });

  it('readers reach the proxy at PostgreSQL’s own port, which is the only one it has', () => {
    const app = synthesise({ stage: 'prod' });
    const reader = resourcesOf(app, 'AWS::Lambda::Function').find(
      ({ Properties: p }) => p['Environment']?.Variables?.POWERTOOLS_SERVICE_NAME === 'query-warehouse',
    );
    expect(reader!.Properties['Environment'].Variables).toMatchObject({ PGPORT: '5432', PGUSER: 'reader' });
    expect(ingress(app).some((rule) => rule.includes('Proxy') && rule.endsWith('tcp 5432-5432'))).toBe(true);
  });
});
