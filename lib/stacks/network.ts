import { Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Settings } from '../config/settings.ts';
import { PrivateNetwork } from '../constructs/private-network.ts';

export interface NetworkStackProps extends StackProps {
  readonly settings: Settings;
}

/** Where the databases are, and the functions that reach them. */
export class NetworkStack extends Stack {
  readonly network: PrivateNetwork;

  constructor(scope: Construct, id: string, props: NetworkStackProps) {
    super(scope, id, props);
    this.network = new PrivateNetwork(this, 'Network', { settings: props.settings });
  }
}

/** Only databases and brokers live in a network: without one of the stage's own there is nothing to protect. */
export const needsNetwork = ({ alertStore, warehouse, stream }: Settings): boolean =>
  alertStore === 'documentdb' || warehouse === 'rds' || stream !== 'kinesis';
