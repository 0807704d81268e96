import { Stack } from 'aws-cdk-lib/core';
import type { Construct, IConstruct } from 'constructs';
import type { Settings } from '../config/settings.ts';
import { DeploymentStep } from './deployment-step.ts';
import type { DocumentAlertStore } from './document-alert-store.ts';
import { PipelineFunction } from './pipeline-function.ts';
import type { PrivateNetwork } from './private-network.ts';
import { grantPassword } from './stage-key.ts';

export interface AlertUsersProps {
  readonly settings: Settings;
  readonly codeVersion: string;
  readonly network: PrivateNetwork | undefined;
  readonly alerts: DocumentAlertStore;
  /** what uses the alert store by itself as soon as it is there */
  readonly before: readonly IConstruct[];
}

const roles = (key: string, arns: string): Record<string, string> => (arns === '' ? {} : { [key]: arns });

/** Lets the functions of a stack that were granted the alert store log in to it; so it comes after those grants. */
export function prepareAlertUsers(scope: Construct, { alerts, ...props }: AlertUsersProps): void {
  const stack = Stack.of(scope);
  const step = new PipelineFunction(scope, 'PrepareAlertStore', {
    name: 'prepare-alert-store',
    description: `Lets the functions of this stack log in to the alert store ${alerts.name}`,
    settings: props.settings,
    codeVersion: props.codeVersion,
    network: props.network,
    environment: {
      DOCUMENTDB_URI: alerts.address,
      ADMINISTRATOR_SECRET_ARN: alerts.administrator.secretArn,
      ...roles('ALERT_WRITERS', alerts.rolesOf(stack, 'readWrite')),
      ...roles('ALERT_READERS', alerts.rolesOf(stack, 'read')),
    },
  });
  grantPassword(alerts.administrator, step);
  new DeploymentStep(scope, 'AlertUsers', step, props.before);
}
