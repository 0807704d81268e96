import { App, Stack } from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { columnsRead, CATALOGUE } from '../../bi/catalogue/index.ts';
import { readGenerated } from '../../bi/files.ts';
import { DATA_SETS, DEFINITION } from '../../bi/quicksight/generator.ts';
import { loadSettings } from '../../lib/config/load.ts';
import { QuicksightDataSets } from '../../lib/constructs/quicksight-data-sets.ts';
import { startPostgres, type TestServer } from '../support/postgres.ts';
import { ADMIN, ANALYST, OFFICERS, QUICKSIGHT } from './quicksight.ts';
import { type Resource, resourcesOf, synthesise, type Synthesised } from './synth.ts';

let app: Synthesised;
let bi: Readonly<Record<string, Resource>>;
beforeAll(() => {
  app = synthesise({ stage: 'prod', alertStore: 'dynamodb', ...QUICKSIGHT });
  bi = app.stacks['bi']!.resources;
}, 300_000);
const of = (type: string): Resource['Properties'][] =>
  Object.values(bi).flatMap(({ Type, Properties }) => (Type === `AWS::QuickSight::${type}` ? [Properties] : []));
const only = (type: string): Resource['Properties'] => {
  const [first, ...more] = of(type);
  expect(more).toEqual([]);
  return first!;
};
const dataSet = (name: string) => of('DataSet').find(({ DataSetId }) => DataSetId === `credit-risk-prod-${name}`)!;
/** `{data-set-arn:view}` for the ARN of the data set of that view, and the like. */
function asGenerated(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asGenerated);
  if (typeof value !== 'object' || value === null) return value;
  const [id, attribute] = ((value as Record<string, unknown>)['Fn::GetAtt'] ?? []) as string[];
  if (attribute === 'Arn' && id !== undefined) {
    const { Type, Properties } = bi[id]!;
    if (Type === 'AWS::QuickSight::DataSource') return '{data-source-arn}';
    return `{data-set-arn:${(Properties['DataSetId'] as string).slice('credit-risk-prod-'.length)}}`;
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asGenerated(inner)]));
}
const committed = (file: string) => JSON.parse(readGenerated().get(file) ?? 'null');

/** A group by the logical id that a reference names, in this stack or another, without the digest at its end. */
const GROUP = /"(?:Ref|Fn::GetAtt|OutputName)":\[?"(?:PublishOutputFnGetAtt)?([A-Za-z]+?)[0-9A-F]{8}/;

describe('the stack of QuickSight', () => {
  it('is there when it is asked for, and the warehouse knows of it then alone', () => {
    const without = synthesise({ stage: 'prod', alertStore: 'dynamodb' });
    expect(Object.keys(app.stacks).filter((name) => without.stacks[name] === undefined)).toEqual(['bi']);
    expect(JSON.stringify(without.stacks)).not.toMatch(/quicksight/i);
  });

  it('shows in the analysis and the dashboard what is committed, and is refused where a name is wrong', () => {
    const definition = committed(DEFINITION);
    for (const type of ['Analysis', 'Dashboard']) {
      const { Definition, ValidationStrategy } = only(type);
      expect(asGenerated(Definition)).toEqual(definition);
      expect(ValidationStrategy).toEqual({ Mode: 'STRICT' });
    }
  });

  it('has one data set for each view that is shown, as it is committed, in the form that is not deprecated', () => {
    for (const { Name, ...set } of committed(DATA_SETS)) {
      const found = dataSet(Name);
      expect(asGenerated(found)).toMatchObject(set);
      expect(Object.keys(found)).not.toContain('LogicalTableMap');
      expect(Object.keys(found)).not.toContain('RowLevelPermissionDataSet');
    }
    const views = of('DataSet').filter(({ UseAs }) => UseAs === undefined);
    expect(views).toHaveLength([...columnsRead(CATALOGUE)].length);
  });

  it('refreshes each copy once an hour, from no day on, and has none of alerts', () => {
    const schedules = of('RefreshSchedule');
    const copies = of('DataSet').filter(({ ImportMode, UseAs }) => ImportMode === 'SPICE' && UseAs === undefined);
    expect(schedules.map(({ DataSetId }) => DataSetId)).toEqual(copies.map(({ DataSetId }) => DataSetId));
    for (const { Schedule } of schedules)
      expect(Schedule).toEqual({
        ScheduleId: 'after-the-batch',
        RefreshType: 'FULL_REFRESH',
        ScheduleFrequency: { Interval: 'HOURLY', TimeZone: 'UTC' },
      });
    expect(dataSet('fraud_alerts')['ImportMode']).toBe('DIRECT_QUERY');
  });

  it('refreshes once a day where the batch runs no oftener', () => {
    // Without the definitions, which take the validator of templates long.
    const context = { stage: 'dev', batchSchedule: 'cron(5 0 * * ? *)', batchIntervalMinutes: '1440', ...QUICKSIGHT };
    const stack = new Stack(new App(), 'bi');
    new QuicksightDataSets(stack, 'DataSets', { settings: loadSettings(context), dataSourceArn: 'arn' });
    const schedules = Object.values(Template.fromStack(stack).findResources('AWS::QuickSight::RefreshSchedule'));
    expect(schedules.length).toBeGreaterThan(10);
    for (const { Properties } of schedules)
      expect(Properties.Schedule.ScheduleFrequency).toEqual({
        Interval: 'DAILY',
        TimeOfTheDay: '06:00',
        TimeZone: 'UTC',
      });
  });
});

describe('the way to the warehouse', () => {
  it('is a connection into the network, over TLS, to the instance, by the login in the secret', () => {
    const { Type, VpcConnectionProperties, SslProperties, Credentials, DataSourceParameters } = only('DataSource');
    expect(Type).toBe('POSTGRESQL');
    expect(SslProperties).toEqual({ DisableSsl: false });
    expect(bi[VpcConnectionProperties.VpcConnectionArn['Fn::GetAtt'][0]]!.Type).toBe('AWS::QuickSight::VPCConnection');
    expect(JSON.stringify(Credentials)).toMatch(/^\{"SecretArn":.*WarehouseReports/);
    // Not the proxy: it takes tokens of IAM, and QuickSight has none.
    expect(JSON.stringify(DataSourceParameters)).toMatch(/WarehouseInstance.*"Port":5433/);
    expect(only('VPCConnection')['SubnetIds']).toHaveLength(2);
  });

  it('leads to the port of the warehouse and back, and nowhere else', () => {
    const rules = Object.values(bi).filter(({ Type }) => /SecurityGroup(In|E)gress$/.test(Type));
    const said = rules.map(({ Type, Properties: p }) => [Type, p['FromPort'], p['ToPort'], p['CidrIp']]);
    expect(said.sort()).toEqual([
      ['AWS::EC2::SecurityGroupEgress', 5433, 5433, undefined],
      ['AWS::EC2::SecurityGroupIngress', 0, 65_535, undefined],
      ['AWS::EC2::SecurityGroupIngress', 5433, 5433, undefined],
    ]);
    const [group] = Object.values(bi).filter(({ Type }) => Type === 'AWS::EC2::SecurityGroup');
    expect(JSON.stringify(group!.Properties['SecurityGroupEgress'] ?? [])).not.toContain('0.0.0.0');
  });

  it('is no door that is written down twice: EC2 refuses the second rule, and with it the stack', () => {
    const doors = Object.values(app.stacks).flatMap(({ resources }) =>
      Object.entries(resources).flatMap(([id, { Type, Properties: p }]) => {
        const name = (group: unknown): string => GROUP.exec(JSON.stringify(group))?.[1] ?? JSON.stringify(group);
        const door = (at: string, rule: Record<string, unknown>): string =>
          `${at} ← ${name(rule['SourceSecurityGroupId'] ?? rule['CidrIp'])}`;
        if (Type === 'AWS::EC2::SecurityGroupIngress') return [door(name(p['GroupId']), p)];
        const inside = (p?.['SecurityGroupIngress'] ?? []) as Record<string, unknown>[];
        return Type === 'AWS::EC2::SecurityGroup' ? inside.map((rule) => door(id.slice(0, -8), rule)) : [];
      }),
    );
    expect(doors).toContain('WarehouseGroup ← ConnectionGroup');
    expect(doors).toContain('WarehouseGroup ← NetworkFunctions');
    expect(doors.filter((door, i) => doors.indexOf(door) !== i)).toEqual([]);
  });

  it('is opened by a password that turns over, which migrate-database and QuickSight read and nobody else', () => {
    const data = app.stacks['data']!.resources;
    const [id] = Object.entries(data).find(([, { Type, Properties }]) => {
      const { SecretStringTemplate = '' } = Properties['GenerateSecretString'] ?? {};
      return Type === 'AWS::SecretsManager::Secret' && SecretStringTemplate.includes('"username":"quicksight"');
    })!;
    expect(data[id]!.DeletionPolicy).toBe('Retain');
    expect(data[id]!.Properties['KmsKeyId']).toBeDefined();
    expect(JSON.stringify(Object.values(bi).find(({ Type }) => Type === 'AWS::IAM::RolePolicy'))).toContain(
      'kms:Decrypt',
    );
    const attachments = Object.entries(data).flatMap(([attachment, { Properties }]) =>
      Properties?.['TargetType'] === 'AWS::RDS::DBInstance' ? [attachment] : [],
    );
    expect(attachments).toHaveLength(1);
    const [rotation] = resourcesOf(app, 'AWS::SecretsManager::RotationSchedule');
    expect(rotation!.Properties['SecretId']).toEqual({ Ref: attachments[0] });
    expect(rotation!.Properties['RotationRules']).toEqual({ ScheduleExpression: 'rate(30 days)' });
    const readers = [...resourcesOf(app, 'AWS::IAM::Policy'), ...resourcesOf(app, 'AWS::IAM::RolePolicy')].filter(
      ({ Properties }) => JSON.stringify(Properties['PolicyDocument']).includes('WarehouseReports'),
    );
    expect(readers.map(({ Properties: p }) => p['RoleName'] ?? p['Roles'][0].Ref)).toEqual([
      expect.stringContaining('MigrateDatabase'),
      'aws-quicksight-secretsmanager-role-v0',
    ]);
  });
});

describe('who sees what', () => {
  let server: TestServer;
  let client: Client;
  beforeAll(async () => {
    server = await startPostgres(['fsync=off']);
    client = await server.connect();
  });
  afterAll(async () => {
    await client.end();
    await server.stop();
  });

  const rulesOf = async (view: string): Promise<Record<string, unknown>[]> => {
    const { UseAs, PhysicalTableMap } = dataSet(`${view}-rules`);
    expect(UseAs).toBe('RLS_RULES');
    const { SqlQuery, Columns } = PhysicalTableMap.Query.CustomSql;
    const { rows, fields } = await client.query<Record<string, unknown>>(SqlQuery as string);
    expect(fields.map(({ name }) => name)).toEqual(Columns.map(({ Name }: { Name: string }) => Name));
    return rows;
  };

  it('is said in rules that are put on each view with single people, and on no other', () => {
    const ruled = of('DataSet').filter(({ SemanticModelConfiguration }) =>
      JSON.stringify(SemanticModelConfiguration).includes('RowLevelPermission'),
    );
    expect(ruled.map(({ DataSetId }) => DataSetId.replace('credit-risk-prod-', '')).sort()).toEqual([
      'applications',
      'data_quality_issues',
      'fraud_alerts',
      'transactions',
    ]);
    for (const { DataSetId, SemanticModelConfiguration } of ruled) {
      const { RowLevelPermissionDataSet } = SemanticModelConfiguration.TableMap.Table.RowLevelPermissionConfiguration;
      const { Arn, ...rest } = RowLevelPermissionDataSet;
      expect(bi[Arn['Fn::GetAtt'][0]]!.Properties['DataSetId']).toBe(`${DataSetId}-rules`);
      expect(rest).toEqual({ PermissionPolicy: 'GRANT_ACCESS', FormatVersion: 'VERSION_2', Status: 'ENABLED' });
    }
  });

  it('is by role: officers every application, the analyst those that are flagged, nobody what is not theirs', async () => {
    const officers = { UserARN: null, GroupARN: OFFICERS };
    const analyst = { UserARN: ANALYST, GroupARN: null };
    const admin = { UserARN: ADMIN, GroupARN: null };
    expect(await rulesOf('applications')).toEqual([
      { ...officers, is_fraud: null },
      { ...analyst, is_fraud: 'Flagged' },
      { ...admin, is_fraud: null },
    ]);
    expect(await rulesOf('transactions')).toEqual([analyst, admin]);
    expect(await rulesOf('fraud_alerts')).toEqual([
      { ...officers, subject_kind: 'application' },
      { ...analyst, subject_kind: null },
      { ...admin, subject_kind: null },
    ]);
    expect(await rulesOf('data_quality_issues')).toEqual([analyst, admin]);
  });

  it('is looked at: each reader may open the dashboard, once, and change nothing', () => {
    const { Permissions } = only('Dashboard');
    expect(Permissions.map(({ Principal }: { Principal: string }) => Principal)).toEqual([ADMIN, OFFICERS, ANALYST]);
    for (const { Actions } of Permissions.slice(1))
      expect(Actions).toEqual(
        ['DescribeDashboard', 'ListDashboardVersions', 'QueryDashboard'].map((a) => `quicksight:${a}`),
      );
    for (const type of ['DataSource', 'DataSet', 'Analysis'])
      for (const { Permissions: own } of of(type))
        expect(own.map(({ Principal }: { Principal: string }) => Principal)).toEqual([ADMIN]);
  });
});
