import { Duration } from 'aws-cdk-lib/core';
import { Grant, type IGrantable, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Settings } from '../config/settings.ts';
import { removalPolicyOf } from '../secure-defaults.ts';

/**
 * The key of all that the stage keeps: streams, buckets, tables, databases, passwords, notifications. One key, because
 * each costs by the month and whoever may use one of the stores needs the others too.
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
    // Alarms, and events of the workflow, are published to encrypted topics in the services' own names.
    for (const service of ['cloudwatch', 'events'])
      key.grantEncryptDecrypt(new ServicePrincipal(`${service}.amazonaws.com`));
    this.key = key;
  }
}

/** To read and write what the key encrypts; nothing where AWS's own keys do. */
export function grantKey(key: IKey | undefined, grantee: IGrantable): void {
  if (key === undefined) return;
  Grant.addToPrincipal({ grantee, actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resourceArns: [key.keyArn] });
}
