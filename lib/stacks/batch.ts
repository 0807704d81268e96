import { Duration, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { BatchFunctionName } from '../../core/contract/functions.ts';
import { WAREHOUSE_SLACK_MINUTES } from '../../core/contract/objectives.ts';
import {
  LOG_PREFIX,
  PLANS_PREFIX,
  POLICIES_PREFIX,
  RECEIPTS_PREFIX,
  UNDECIDED_PREFIX,
} from '../../core/contract/storage.ts';
import { reachEnvironment } from '../config/reach.ts';
import type { Settings } from '../config/settings.ts';
import { prepareAlertUsers } from '../constructs/alert-users.ts';
import { BatchSchedule } from '../constructs/batch-schedule.ts';
import { DeploymentStep } from '../constructs/deployment-step.ts';
import { DocumentAlertStore } from '../constructs/document-alert-store.ts';
import { PipelineFunction } from '../constructs/pipeline-function.ts';
import { ScoringWorkflow } from '../constructs/scoring-workflow.ts';
import type { PrivateNetwork } from '../constructs/private-network.ts';
import { grantPassword } from '../constructs/stage-key.ts';
import type { DataStack } from './data.ts';
import { addOutputs } from './outputs.ts';

export interface BatchStackProps extends StackProps {
  readonly settings: Settings;
  readonly codeVersion: string;
  readonly data: DataStack;
  readonly network: PrivateNetwork | undefined;
}

/** The scheduled way from the log to the warehouse, and the warehouse's migrations. */
export class BatchStack extends Stack {
  readonly workflow: ScoringWorkflow;
  readonly schedule: BatchSchedule;
  /** that run on their own, and not in a deployment */
  readonly functions: readonly PipelineFunction[];

  constructor(scope: Construct, id: string, props: BatchStackProps) {
    super(scope, id, props);
    const { settings, data } = props;

    const warehouse = data.warehouse.environment;
    const log = { LOG_BUCKET: data.log.bucket.bucketName };
    const streams = {
      APPLICATIONS_STREAM_NAME: data.applications.streamName,
      ACTIVITY_STREAM_NAME: data.activity.streamName,
      ...data.applications.environment,
    };
    const add = (name: BatchFunctionName, description: string, environment: Readonly<Record<string, string>> = {}) => {
      const added = new PipelineFunction(this, pascalCase(name), {
        name,
        description,
        settings,
        codeVersion: props.codeVersion,
        environment: { ...warehouse, ...environment },
        carries: 'sql',
        network: props.network,
      });
      data.warehouse.grantConnect(added);
      return added;
    };

    const planBatch = add('plan-batch', 'Groups the objects of the log that are not in the ledger', {
      ...log,
      ...reachEnvironment(settings),
      FRESH_WITHIN_MINUTES: String(settings.batchIntervalMinutes + WAREHOUSE_SLACK_MINUTES),
    });
    const scoreRecords = add('score-records', 'Checks and bands a group of log objects into staging', log);
    const loadReceipts = add('load-receipts', 'Loads a group of receipt objects into staging', log);
    const markUndecided = add('mark-undecided', 'Gives a receipt to each position that the stream gave up', {
      ...log,
      ...reachEnvironment(settings),
    });
    const extractAlerts = add('extract-alerts', 'Copies new and changed alerts to staging', data.alerts.environment);
    const loadWarehouse = add('load-warehouse', 'Merges staging into the star schema', log);
    const checkQuality = add('check-quality', 'Runs the queries that must return no rows');
    const reconcile = add('reconcile', 'Compares the positions of stream, log, receipts and warehouse', {
      ...streams,
      LOG_LAG_SECONDS: String(settings.logLagSeconds),
      ...reachEnvironment(settings),
    });
    const exportLake = add('export-lake', 'Writes the days of the lake that changed as Parquet', {
      LAKE_BUCKET: data.lake.bucket.bucketName,
    });
    const recordFailure = add('record-failure', 'Writes the lineage row of a run that failed');
    const { administrator, reports, name = settings.warehouseDatabase } = data.warehouse;
    const migrateDatabase = add(
      'migrate-database',
      `Makes the role of the functions and brings the warehouse ${name} to the version of this code`,
      administrator === undefined
        ? {}
        : {
            ADMINISTRATOR_SECRET_ARN: administrator.secretArn,
            READER_USER: settings.warehouseReader,
            ...(reports === undefined ? {} : { REPORTS_SECRET_ARN: reports.secretArn }),
          },
    );
    data.warehouse.grantAdminister(migrateDatabase);
    if (reports !== undefined) grantPassword(reports, migrateDatabase);

    const queryWarehouse = new PipelineFunction(this, 'QueryWarehouse', {
      name: 'query-warehouse',
      description: 'Answers questions to the warehouse from outside its network; reads only',
      settings,
      codeVersion: props.codeVersion,
      environment: data.warehouse.readerEnvironment,
      network: props.network,
    });
    data.warehouse.grantRead(queryWarehouse);

    const reviewCases = new PipelineFunction(this, 'ReviewCases', {
      name: 'review-cases',
      description: 'Shows alerts and applications to people, and takes their decisions',
      settings,
      codeVersion: props.codeVersion,
      environment: { ...data.warehouse.readerEnvironment, ...data.alerts.environment },
      network: props.network,
    });
    data.warehouse.grantRead(reviewCases);
    data.alerts.grantReview(reviewCases);

    data.log.grantRead(planBatch, LOG_PREFIX, RECEIPTS_PREFIX);
    data.log.grantWrite(planBatch, PLANS_PREFIX);
    data.log.grantRead(scoreRecords, LOG_PREFIX, PLANS_PREFIX, POLICIES_PREFIX);
    data.log.grantRead(loadReceipts, RECEIPTS_PREFIX, PLANS_PREFIX);
    data.log.grantRead(markUndecided, LOG_PREFIX, POLICIES_PREFIX);
    data.log.grantWrite(markUndecided, RECEIPTS_PREFIX);
    data.log.grantWrite(markUndecided, UNDECIDED_PREFIX);
    data.log.grantRead(loadWarehouse, LOG_PREFIX);
    data.lake.grantExport(exportLake);
    data.alerts.grantExtract(extractAlerts);
    for (const stream of [data.applications, data.activity]) stream.grantRead(reconcile);

    const steps = {
      planBatch,
      scoreRecords,
      loadReceipts,
      markUndecided,
      extractAlerts,
      loadWarehouse,
      checkQuality,
      reconcile,
      exportLake,
      recordFailure,
    };
    this.workflow = new ScoringWorkflow(this, 'Workflow', {
      ...steps,
      concurrency: settings.batchConcurrency,
      timeout: Duration.minutes(settings.batchTimeoutMinutes),
    });
    this.functions = [...Object.values(steps), queryWarehouse, reviewCases];
    this.schedule = new BatchSchedule(this, 'Schedule', {
      workflow: this.workflow,
      expression: settings.batchSchedule,
    });
    // A run of new code on the old schema would fail.
    new DeploymentStep(this, 'Migrations', migrateDatabase, [this.workflow, this.schedule]);
    if (data.alerts instanceof DocumentAlertStore)
      prepareAlertUsers(this, {
        ...props,
        alerts: data.alerts,
        before: [this.workflow, this.schedule],
      });

    addOutputs(this, {
      WorkflowArn: this.workflow.stateMachine.stateMachineArn,
      BatchIntervalMinutes: String(settings.batchIntervalMinutes),
      QueryFunctionName: queryWarehouse.function.functionName,
      ReviewFunctionName: reviewCases.function.functionName,
      MigrateDatabaseFunctionName: migrateDatabase.function.functionName,
    });
  }
}

/** `plan-batch` → `PlanBatch` */
const pascalCase = (name: string): string =>
  name.replace(/(?:^|-)([a-z])/g, (_match, letter: string) => letter.toUpperCase());
