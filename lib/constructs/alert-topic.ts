import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { grantKeyToWrite } from './stage-key.ts';

/** Tells subscribers of new alerts, at least once; a message carries the alert's id. */
export class AlertTopic extends Construct {
  readonly topic: ITopic;

  private readonly key: IKey | undefined;

  constructor(scope: Construct, id: string, key?: IKey) {
    super(scope, id);
    this.key = key;
    this.topic = new Topic(this, 'Topic', {
      displayName: 'Fraud alerts',
      ...(key === undefined ? {} : { masterKey: key }),
    });
  }

  grantPublish(grantee: IGrantable): Grant {
    grantKeyToWrite(this.key, grantee);
    return Grant.addToPrincipal({ grantee, actions: ['sns:Publish'], resourceArns: [this.topic.topicArn] });
  }
}
