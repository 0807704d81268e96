import { Stack, type StackProps } from 'aws-cdk-lib/core';
import { CfnAnalysis, CfnDashboard } from 'aws-cdk-lib/aws-quicksight';
import type { Construct } from 'constructs';
import { CATALOGUE } from '../../bi/catalogue/index.ts';
import { definition } from '../../bi/quicksight/definition.ts';
import type { Settings } from '../config/settings.ts';
import type { PrivateNetwork } from '../constructs/private-network.ts';
import { MAY, principalsOf, readersOf } from '../constructs/quicksight-access.ts';
import { QuicksightConnection } from '../constructs/quicksight-connection.ts';
import { QuicksightDataSets } from '../constructs/quicksight-data-sets.ts';
import { RdsWarehouse } from '../constructs/warehouse.ts';
import type { BatchStack } from './batch.ts';
import type { DataStack } from './data.ts';

export interface BiStackProps extends StackProps {
  readonly settings: Settings;
  readonly network: PrivateNetwork;
  readonly data: DataStack;
  /** whose migrations make the views, and the role that reads them */
  readonly batch: BatchStack;
}

/** QuickSight on the views of reports: the account's subscription, its users and groups are there before. */
export class BiStack extends Stack {
  constructor(scope: Construct, id: string, { settings, network, data, batch, ...props }: BiStackProps) {
    super(scope, id, props);
    const { warehouse } = data;
    if (!(warehouse instanceof RdsWarehouse) || warehouse.reports === undefined)
      throw new Error('QuickSight reads an RDS warehouse that has a login for it');
    this.addStackDependency(batch);
    const { dataSourceArn } = new QuicksightConnection(this, 'Connection', {
      settings,
      network,
      warehouse,
      login: warehouse.reports,
    });
    const sets = new QuicksightDataSets(this, 'DataSets', { settings, dataSourceArn });

    const { stage, account, quicksightAdmin } = settings;
    const named = { awsAccountId: account, name: `credit-risk ${stage}` };
    // A definition with a name that is not there is refused, and not shown with a hole in it.
    const strict = { validationStrategy: { mode: 'STRICT' } };
    new CfnAnalysis(this, 'Analysis', {
      ...named,
      ...strict,
      analysisId: `credit-risk-${stage}`,
      definition: definition(CATALOGUE, sets.arnOf),
      permissions: [{ principal: quicksightAdmin, actions: [...MAY.ownAnalysis] }],
    });
    new CfnDashboard(this, 'Dashboard', {
      ...named,
      ...strict,
      dashboardId: `credit-risk-${stage}`,
      definition: definition(CATALOGUE, sets.arnOf),
      dashboardPublishOptions: {
        adHocFilteringOption: { availabilityStatus: 'ENABLED' },
        sheetControlsOption: { visibilityState: 'EXPANDED' },
      },
      permissions: [
        { principal: quicksightAdmin, actions: [...MAY.ownDashboard] },
        ...principalsOf(readersOf(settings))
          .filter((principal) => principal !== quicksightAdmin)
          .map((principal) => ({ principal, actions: [...MAY.viewDashboard] })),
      ],
    });
  }
}
