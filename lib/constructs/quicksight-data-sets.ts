import { CfnDataSet, CfnRefreshSchedule } from 'aws-cdk-lib/aws-quicksight';
import { Construct } from 'constructs';
import { CATALOGUE, type View } from '../../bi/catalogue/index.ts';
import { type DataSet, dataSets, TABLE, table } from '../../bi/quicksight/data-sets.ts';
import type { Settings } from '../config/settings.ts';
import { MAY, ruleTable } from './quicksight-access.ts';

export interface QuicksightDataSetsProps {
  readonly settings: Settings;
  readonly dataSourceArn: string;
}

/** Longer between two runs of the batch than this, and a refresh each hour would find nothing new. */
const HOURLY_UP_TO_MINUTES = 720;

/** A data set for each view that the catalogue shows, its refresh, and the rules of who sees which rows. */
export class QuicksightDataSets extends Construct {
  private readonly made = new Map<View, CfnDataSet>();
  private readonly settings: Settings;

  constructor(scope: Construct, id: string, { settings, dataSourceArn }: QuicksightDataSetsProps) {
    super(scope, id);
    this.settings = settings;
    for (const set of dataSets(CATALOGUE, dataSourceArn)) {
      const rules = this.addRules(set.view, dataSourceArn);
      const added = this.add(set, rules);
      this.made.set(set.view, added);
      if (set.importMode === 'SPICE') this.refresh(set.view, added);
    }
  }

  /** @throws Error when no page shows the view */
  readonly arnOf = (view: View): string => {
    const found = this.made.get(view);
    if (found === undefined) throw new Error(`No page shows the view ${view}, so there is no data set of it.`);
    return found.attrArn;
  };

  private add({ view, ...set }: DataSet, rules: CfnDataSet | undefined): CfnDataSet {
    return new CfnDataSet(this, pascalCase(view), {
      ...this.named(view),
      ...set,
      semanticModelConfiguration: {
        tableMap: {
          [TABLE]: {
            alias: view,
            destinationTableId: TABLE,
            ...(rules === undefined
              ? {}
              : {
                  rowLevelPermissionConfiguration: {
                    rowLevelPermissionDataSet: {
                      arn: rules.attrArn,
                      // Who is named sees the rows that are named; who is not named sees none.
                      permissionPolicy: 'GRANT_ACCESS',
                      formatVersion: 'VERSION_2',
                      status: 'ENABLED',
                    },
                  },
                }),
          },
        },
      },
    });
  }

  /** Constants, which change with a deployment and are copied anew by it. */
  private addRules(view: View, dataSourceArn: string): CfnDataSet | undefined {
    const rules = ruleTable(view, this.settings);
    if (rules === undefined) return undefined;
    const name = `${view}-rules`;
    return new CfnDataSet(this, `${pascalCase(view)}Rules`, {
      ...this.named(name),
      importMode: 'SPICE',
      useAs: 'RLS_RULES',
      ...table(name, dataSourceArn, rules.sql, rules.columns),
      semanticModelConfiguration: { tableMap: { [TABLE]: { alias: name, destinationTableId: TABLE } } },
    });
  }

  private named(name: string) {
    const { stage, account, quicksightAdmin } = this.settings;
    return {
      awsAccountId: account,
      dataSetId: this.idOf(name),
      name: `credit-risk ${stage} ${name}`,
      permissions: [{ principal: quicksightAdmin, actions: [...MAY.ownDataSet] }],
    };
  }

  /** Without a first day, which would be another at each synth, or lie in the past. */
  private refresh(view: View, set: CfnDataSet): void {
    const { account, batchIntervalMinutes } = this.settings;
    const schedule = new CfnRefreshSchedule(this, `${pascalCase(view)}Refresh`, {
      awsAccountId: account,
      dataSetId: this.idOf(view),
      schedule: {
        scheduleId: 'after-the-batch',
        refreshType: 'FULL_REFRESH',
        scheduleFrequency:
          batchIntervalMinutes <= HOURLY_UP_TO_MINUTES
            ? { interval: 'HOURLY', timeZone: 'UTC' }
            : { interval: 'DAILY', timeOfTheDay: '06:00', timeZone: 'UTC' },
      },
    });
    schedule.addResourceDependency(set);
  }

  private idOf(name: string): string {
    return `credit-risk-${this.settings.stage}-${name}`;
  }
}

/** `rule_days` → `RuleDays` */
const pascalCase = (name: string): string =>
  name.replace(/(?:^|_)([a-z])/g, (_match, letter: string) => letter.toUpperCase());
