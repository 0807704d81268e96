import { beforeAll, describe, expect, it } from 'vitest';
import { resourcesOf, type Synthesised, synthesise } from './synth.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Principal: { readonly AWS?: unknown; readonly Service?: string | readonly string[] };
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

const ACCOUNT = '123456789012';

describe.each([
  { stage: 'dev', alertStore: 'documentdb' },
  { stage: 'prod', alertStore: 'dynamodb', stream: 'msk', mskMode: 'provisioned' },
])('the key of $stage', (context) => {
  let app: Synthesised;
  let statements: Statement[];
  beforeAll(() => {
    app = synthesise({ ...context, account: ACCOUNT });
    statements = resourcesOf(app, 'AWS::KMS::Key').flatMap(({ Properties }) => Properties['KeyPolicy'].Statement);
  });
  const of = ({ Condition = {} }: Statement, key: string): string[] =>
    Object.values(Condition).flatMap((keys) => [keys[key] ?? []].flat());
  const servicesOf = ({ Principal }: Statement): string[] => [Principal.Service ?? []].flat();

  it('is used by services in their own names only for what is this account’s', () => {
    const forServices = statements.filter((one) => servicesOf(one).length > 0);
    expect(forServices.flatMap(servicesOf).sort()).toEqual([
      'cloudwatch.amazonaws.com',
      'logs.us-east-1.amazonaws.com',
    ]);
    for (const one of forServices) {
      const accounts = of(one, 'aws:SourceAccount');
      const arns = [...of(one, 'aws:SourceArn'), ...of(one, 'kms:EncryptionContext:aws:logs:arn')];
      expect([...accounts, ...arns], JSON.stringify(one)).not.toEqual([]);
      expect(accounts.filter((account) => account !== ACCOUNT)).toEqual([]);
      expect(arns.filter((arn) => arn.split(':')[4] !== ACCOUNT)).toEqual([]);
    }
  });

  it('names nobody but the account itself and services: readers are allowed by their roles', () => {
    const named = statements.flatMap(({ Principal }) => (Principal.AWS === undefined ? [] : [Principal.AWS]));
    expect(new Set(named.map((one) => JSON.stringify(one).replace(/^.*(\d{12}):root.*$/, '$1')))).toEqual(
      new Set([ACCOUNT]),
    );
  });

  it('encrypts logs of this stage alone, and each of them', () => {
    const logs = statements.filter((one) => servicesOf(one).some((service) => service.startsWith('logs.')));
    const patterns = logs.flatMap((one) => of(one, 'kms:EncryptionContext:aws:logs:arn'));
    expect(patterns.filter((arn) => !new RegExp(`credit-?risk-?${context.stage}`).test(arn))).toEqual([]);
    const prefix = `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:`;
    const fits = (name: string): boolean =>
      patterns.some((pattern) => pattern.endsWith('*') && `${prefix}${name}`.startsWith(pattern.slice(0, -1)));
    // Where no name is given, CloudFormation's begins with the stack's.
    const names = Object.values(app.stacks).flatMap(({ name, resources }) =>
      Object.values(resources).flatMap(({ Type, Properties = {} }) =>
        Type === 'AWS::Logs::LogGroup' ? [(Properties['LogGroupName'] as string | undefined) ?? `${name}-Some`] : [],
      ),
    );
    expect(names.length).toBeGreaterThan(15);
    expect(names.filter((name) => !fits(name))).toEqual([]);
    expect(fits('credit-risk-other-data-Logs')).toBe(false);
  });

  it('is there before everything that it encrypts', () => {
    expect(Object.keys(app.stacks)[0]).toBe('key');
  });
});
