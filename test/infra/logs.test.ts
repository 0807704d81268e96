import { beforeAll, describe, expect, it } from 'vitest';
import { type Resource, type Synthesised, synthesise } from './synth.ts';

describe.each([
  { stage: 'local', alertStore: 'dynamodb' },
  { stage: 'dev', alertStore: 'documentdb' },
  { stage: 'dev', alertStore: 'dynamodb', stream: 'msk', mskMode: 'provisioned' },
  { stage: 'prod', alertStore: 'documentdb' },
])('logs of $stage with alerts in $alertStore ($stream)', (context) => {
  let app: Synthesised;
  beforeAll(() => {
    app = synthesise(context);
  });
  const each = (type: string): (Resource & { readonly id: string; readonly stack: string })[] =>
    Object.entries(app.stacks).flatMap(([stack, { resources }]) =>
      Object.entries(resources).flatMap(([id, resource]) =>
        resource.Type === type ? [{ ...resource, id, stack }] : [],
      ),
    );
  const groups = () => each('AWS::Logs::LogGroup');
  const referred = (value: unknown): string | undefined => (value as { Ref?: string } | undefined)?.Ref;

  it('each function has a group of its own, also those that CDK brings', () => {
    const functions = each('AWS::Lambda::Function');
    const used = functions.map(({ id, stack, Properties }) => {
      const group = referred(Properties['LoggingConfig']?.LogGroup);
      expect(
        groups().some((one) => one.stack === stack && one.id === group),
        `${stack}/${id}`,
      ).toBe(true);
      return `${stack}/${group}`;
    });
    expect(functions.some(({ id }) => id.startsWith('AWSCDKTrigger'))).toBe(true);
    expect(new Set(used).size).toBe(functions.length);
  });

  /** Names that services log under; each must be a group's, and there before what logs. */
  const logged = (): {
    readonly name: string;
    readonly by: Resource & { readonly DependsOn?: readonly string[] };
  }[] => [
    ...each('AWS::RDS::DBInstance').flatMap((by) =>
      (by.Properties['EnableCloudwatchLogsExports'] as string[]).map((log) => ({
        name: `/aws/rds/instance/${by.Properties['DBInstanceIdentifier']}/${log}`,
        by,
      })),
    ),
    ...each('AWS::DocDB::DBCluster').flatMap((by) =>
      (by.Properties['EnableCloudwatchLogsExports'] as string[]).map((log) => ({
        name: `/aws/docdb/${by.Properties['DBClusterIdentifier']}/${log}`,
        by,
      })),
    ),
    ...each('AWS::Serverless::Application').map((by) => ({
      name: `/aws/lambda/${by.Properties['Parameters'].functionName}`,
      by,
    })),
  ];

  it('each log that a database exports, and the one of what turns its password over, has its group before it', () => {
    if (context.stage !== 'local') expect(logged().length).toBeGreaterThan(0);
    for (const { name, by } of logged()) {
      const group = groups().find(({ Properties }) => Properties['LogGroupName'] === name);
      expect(group, name).toBeDefined();
      expect(by.DependsOn ?? [], name).toContain(group!.id);
    }
  });

  it('each group ends, and on AWS is encrypted with the stage’s key', () => {
    for (const { id, Properties } of groups()) {
      expect(Properties['RetentionInDays'], id).toBeGreaterThan(0);
      if (context.stage === 'local') expect(Properties['KmsKeyId'], id).toBeUndefined();
      else expect(JSON.stringify(Properties['KmsKeyId']), id).toMatch(/Key[0-9A-F]{8}/);
    }
  });
});

describe('the name of a database', () => {
  const nameIn = (context: Readonly<Record<string, unknown>>): string => {
    const app = synthesise({ stage: 'dev', ...context });
    const found = Object.values(app.stacks['data']!.resources).find(({ Type }) => Type === 'AWS::RDS::DBInstance');
    return found!.Properties['DBInstanceIdentifier'] as string;
  };

  it('changes with what replaces it, which could not be made beside it otherwise, and with nothing else', () => {
    const name = nameIn({});
    expect(name).toMatch(/^credit-risk-dev-warehouse-[0-9a-f]{8}$/);
    expect(nameIn({ databaseInstance: 'm7g.large', databaseStorageGb: '50' })).toBe(name);
    expect(nameIn({ warehouseDatabase: 'credit_risk_2' })).not.toBe(name);
    expect(nameIn({ ownKeys: 'false' })).not.toBe(name);
  });
});
