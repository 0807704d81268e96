import { ArnFormat, Duration, Stack } from 'aws-cdk-lib/core';
import { Grant, type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Settings } from '../config/settings.ts';
import { removalPolicyOf } from '../secure-defaults.ts';

/**
 * The key of all that the stage keeps: streams, buckets, tables, databases, passwords, logs, notifications. One key,
 * because each costs by the month and whoever may use one of the stores needs the others too.
 */
export class StageKey extends Construct {
  readonly key: IKey;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    const key = new Key(this, 'Key', {
      description: `credit-risk ${settings.stage}: what the pipeline keeps`,
      enableKeyRotation: true,
      rotationPeriod: Duration.days(365),
      removalPolicy: removalPolicyOf(settings),
    });
    // Services use it in their own names, and only for what is this account's, and of logs only for this stage's.
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsNotify',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': settings.account } },
      }),
    );
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'LogsAreKept',
        principals: [new ServicePrincipal(`logs.${settings.region}.amazonaws.com`)],
        actions: ['kms:Decrypt*', 'kms:Describe*', 'kms:Encrypt*', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
        resources: ['*'],
        conditions: {
          // Of AWS's condition keys, the one that CloudWatch Logs gives; it has the account in it.
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': logGroupsOf(settings.stage).map((name) =>
              Stack.of(this).formatArn({
                service: 'logs',
                resource: 'log-group',
                resourceName: name,
                arnFormat: ArnFormat.COLON_RESOURCE_NAME,
              }),
            ),
          },
        },
      }),
    );
    this.key = key;
  }
}

/** Names of the stage's log groups: CloudFormation's own begin with the stack's, services' end in what they log. */
const logGroupsOf = (stage: string): string[] => [
  `credit-risk-${stage}-*`,
  `/aws/rds/instance/credit-risk-${stage}-*`,
  `/aws/docdb/credit-risk-${stage}-*`,
  // The function that turns a password over is named after its path, without what is neither letter nor digit.
  `/aws/lambda/creditrisk${stage}data*`,
];

/** To read what the key encrypts; nothing where AWS's own keys do. */
export function grantKeyToRead(key: IKey | undefined, grantee: IGrantable): void {
  grant(key, grantee, ['kms:Decrypt']);
}

/** To write what the key encrypts, and to read it: whoever writes in parts, or again, must. */
export function grantKeyToWrite(key: IKey | undefined, grantee: IGrantable): void {
  grant(key, grantee, ['kms:Decrypt', 'kms:GenerateDataKey']);
}

/**
 * To read a password: by Secrets Manager, and the key by it alone. Not by the secret's own grant, which would name the
 * reader in the key's policy, and so make the key's stack wait for the reader's.
 */
export function grantPassword(secret: ISecret, grantee: IGrantable): void {
  Grant.addToPrincipal({
    grantee,
    actions: ['secretsmanager:GetSecretValue'],
    resourceArns: [secret.secretFullArn ?? secret.secretArn],
  });
  if (secret.encryptionKey === undefined) return;
  Grant.addToPrincipal({
    grantee,
    actions: ['kms:Decrypt'],
    resourceArns: [secret.encryptionKey.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${Stack.of(secret).region}.amazonaws.com` } },
  });
}

function grant(key: IKey | undefined, grantee: IGrantable, actions: string[]): void {
  if (key === undefined) return;
  Grant.addToPrincipal({ grantee, actions, resourceArns: [key.keyArn] });
}
