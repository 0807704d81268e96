import { Stack, type StackProps } from 'aws-cdk-lib/core';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { Settings } from '../config/settings.ts';
import { StageKey } from '../constructs/stage-key.ts';

export interface KeyStackProps extends StackProps {
  readonly settings: Settings;
}

/** The stage's key, before everything that is encrypted with it: logs of the network are, and they come next. */
export class KeyStack extends Stack {
  readonly key: IKey;

  constructor(scope: Construct, id: string, props: KeyStackProps) {
    super(scope, id, props);
    this.key = new StageKey(this, 'Key', props.settings).key;
  }
}
