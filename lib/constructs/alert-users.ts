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
  /** who is let in: all that were granted to add alerts, or to read them, so it comes after those grants */
  readonly who: 'writers' | 'readers';
  /** what uses the alert store by itself as soon as it is there */
  readonly before: readonly IConstruct[];
}

/** Lets the roles of functions log in to the alert store before anything calls them. */
export function prepareAlertUsers(scope: Construct, { alerts, who, ...props }: AlertUsersProps): void {
  const step = new PipelineFunction(scope, 'PrepareAlertStore', {
    name: 'prepare-alert-store',
    description: `Lets the ${who} of alerts log in to their store`,
    settings: props.settings,
    codeVersion: props.codeVersion,
    network: props.network,
    environment: {
      DOCUMENTDB_URI: alerts.address,
      ADMINISTRATOR_SECRET_ARN: alerts.administrator.secretArn,
      ALERT_ROLES: alerts[who].join(','),
      ALERT_ROLES_MAY: who === 'writers' ? 'readWrite' : 'read',
    },
  });
  grantPassword(alerts.administrator, step);
  new DeploymentStep(scope, 'AlertUsers', step, props.before);
}
