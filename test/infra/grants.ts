import { resourcesOf, type Synthesised } from './synth.ts';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: {
    readonly StringLike?: { readonly 's3:prefix'?: readonly string[] };
    readonly StringEquals?: { readonly 'kms:ViaService'?: string };
  };
}

/** What references in policies refer to, by the logical id within; the first that fits. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/LogBucket/, 'log'],
  [/FailuresBucket/, 'failures'],
  [/LakeBucket/, 'lake'],
  [/CustomersTable/, 'customers'],
  [/AlertsTable/, 'alerts'],
  [/AlertTopic/, 'alert topic'],
  [/ApplicationsStream/, 'applications'],
  [/ActivityStream/, 'activity'],
  [/WarehouseProxy/, 'proxy'],
  [/WarehouseInstance.*Secret/, 'password of the warehouse'],
  [/WarehouseInstance/, 'warehouse'],
  [/AlertClusterSecret/, 'password of the alert store'],
  [/Kafka(Serverless|Brokers)/, 'kafka'],
  [/(^|GetAtt)Key[0-9A-F]{8}/, 'key'],
  [/Logs[0-9A-F]{8}$/, 'own log group'],
  [/WorkflowStateMachine/, 'workflow'],
  [/MissedStarts/, 'missed starts'],
  [/^Page[0-9A-F]{8}$/, 'page'],
  [/^Warn[0-9A-F]{8}$/, 'warn'],
];

/** A resource of a statement as people name it: `log/receipts/*` for keys below a prefix of the log bucket. */
export function named(resource: unknown): string {
  const text = JSON.stringify(resource);
  const id = [...text.matchAll(/"(?:Ref|OutputName)":"([^"]+)"|"Fn::GetAtt":\["([^"]+)"/g)].map(
    ([, ref, owner]) => (ref ?? owner)!,
  )[0];
  if (id === undefined) return resource as string;
  const name = NAMES.find(([pattern]) => pattern.test(id))?.[1] ?? id.replace(/[0-9A-F]{8}$/, '');
  const [, kind = ''] = /":(topic|group)\/"/.exec(text) ?? [];
  const [, rest = ''] = /"((?:\/|:\*)[^"]*)"\]\]\}$/.exec(text) ?? [];
  return `${name}${kind && `:${kind}`}${rest}`;
}

/** What a role may do, an action and a resource a line: `s3:PutObject log/receipts/*`, `kms:Decrypt key by secretsmanager`. Sorted, without doubles. */
export function grantsOf(app: Synthesised, role: string): string[] {
  const lines = resourcesOf(app, 'AWS::IAM::Policy')
    .filter(({ Properties }) => Properties['Roles'].some(({ Ref }: { Ref: string }) => Ref === role))
    .flatMap(({ Properties }) => Properties['PolicyDocument'].Statement as Statement[])
    .flatMap(({ Action, Resource, Condition }) =>
      [Action].flat().flatMap((action) =>
        [Resource].flat().flatMap((resource) => {
          const below = Condition?.StringLike?.['s3:prefix'] ?? [''];
          const [, via] = /^(\w+)\./.exec(Condition?.StringEquals?.['kms:ViaService'] ?? '') ?? [];
          return below.map(
            (prefix) => `${action} ${named(resource)}${prefix && `/${prefix}`}${via === undefined ? '' : ` by ${via}`}`,
          );
        }),
      ),
    );
  return [...new Set(lines)].sort();
}
