import { Stack } from 'aws-cdk-lib/core';
import { CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { CATALOGUE } from '../../bi/catalogue/index.ts';
import type { Choice } from '../../bi/catalogue/board-types.ts';
import { dashboardBody } from '../../bi/cloudwatch/dashboard.ts';
import { ACTIVITY, APPLICATIONS } from '../../core/contract/streams.ts';
import type { Settings } from '../config/settings.ts';
import type { DataStack } from '../stacks/data.ts';
import { DocumentAlertStore } from './document-alert-store.ts';
import type { PipelineFunction } from './pipeline-function.ts';
import { RdsWarehouse } from './warehouse.ts';

export interface DashboardsProps {
  readonly settings: Settings;
  readonly data: DataStack;
  readonly functions: readonly PipelineFunction[];
  readonly stateMachineArn: string;
}

/** The boards of the catalogue, with the names of this stage's resources in them. */
export class Dashboards extends Construct {
  constructor(scope: Construct, id: string, props: DashboardsProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const { stage, region } = props.settings;
    const names = namesOf(props);
    const nameOf = (place: string): string => {
      const name = names.get(place);
      if (name === undefined) throw new Error(`A dashboard names {${place}}, which the stage ${stage} does not have.`);
      return name;
    };
    for (const board of CATALOGUE.boards)
      new CfnDashboard(this, board.title, {
        dashboardName: `credit-risk-${stage}-${board.id}`,
        dashboardBody: stack.toJsonString(dashboardBody(board, { region, choices: choicesOf(props.data), nameOf })),
      });
  }
}

function choicesOf({ kafka, warehouse, alerts }: DataStack): ReadonlySet<Choice> {
  const choices = new Set<Choice>([kafka === undefined ? 'kinesis' : 'msk']);
  if (warehouse instanceof RdsWarehouse) choices.add('rds');
  if (alerts instanceof DocumentAlertStore) choices.add('documentdb');
  return choices;
}

function namesOf({ settings, data, functions, stateMachineArn }: DashboardsProps): ReadonlyMap<string, string> {
  const names = new Map([
    ['stage', settings.stage as string],
    [`stream:${APPLICATIONS}`, data.applications.streamName],
    [`stream:${ACTIVITY}`, data.activity.streamName],
    ['state-machine', stateMachineArn],
    ['customers-table', data.customers.table.tableName],
  ]);
  for (const one of functions) names.set(`function:${one.name}`, one.function.functionName);
  if (data.kafka !== undefined) names.set('kafka-cluster', data.kafka.name);
  if (data.warehouse instanceof RdsWarehouse) names.set('warehouse', data.warehouse.name);
  if (data.alerts instanceof DocumentAlertStore) names.set('alert-cluster', data.alerts.name);
  return names;
}
