import { Duration } from 'aws-cdk-lib/core';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import {
  CustomState,
  DefinitionBody,
  DistributedMap,
  Fail,
  type IChainable,
  JsonPath,
  LogLevel,
  StateMachine,
  StateMachineType,
  Succeed,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { PipelineFunction } from './pipeline-function.ts';
import { RETRY } from './workflow-retries.ts';

/** The functions of the batch, in the order they run. */
export interface ScoringWorkflowProps {
  readonly planBatch: PipelineFunction;
  readonly scoreRecords: PipelineFunction;
  readonly loadReceipts: PipelineFunction;
  readonly markUndecided: PipelineFunction;
  readonly extractAlerts: PipelineFunction;
  readonly loadWarehouse: PipelineFunction;
  readonly checkQuality: PipelineFunction;
  readonly reconcile: PipelineFunction;
  readonly exportLake: PipelineFunction;
  readonly recordFailure: PipelineFunction;
  /** groups of objects that are worked on at the same time */
  readonly concurrency: number;
  /** of a whole execution */
  readonly timeout: Duration;
}

/** The run is the execution: its name is in every row and plan it writes, and a retry finds them. */
const RUN = { 'runId.$': '$$.Execution.Name' } as const;

interface Step {
  readonly payload: Readonly<Record<string, string>>;
  /** what the state passes on: what it was given, or what the function answered */
  readonly passesOn: 'input' | 'answer';
}

/**
 * The batch: plan, score and load in bounded parallel, merge into the warehouse, prove it right.
 *
 * Written as states of our own JSON with substitutions for the ARNs, because CDK's own tasks turn the definition into
 * a join of fragments that only CloudFormation can put together; this way a local host reads it as it is.
 *
 * Executions may overlap: what one has loaded the other finds in the ledger, and the loads commute.
 */
export class ScoringWorkflow extends Construct {
  readonly stateMachine: StateMachine;
  private readonly substitutions: Record<string, string> = {};
  private readonly invoked: PipelineFunction[] = [];

  constructor(scope: Construct, id: string, props: ScoringWorkflowProps) {
    super(scope, id);

    const failed = new Fail(this, 'Failed', { errorPath: '$.error.Error', causePath: '$.error.Cause' });
    const recordFailure = this.task('RecordFailure', props.recordFailure, {
      payload: { ...RUN, 'error.$': '$.error' },
      passesOn: 'input',
    });
    // The run has failed either way, and why it did must not be hidden by why that could not be written down.
    recordFailure.addCatch(failed, { resultPath: '$.recording' }).next(failed);

    const task = (name: string, pipelineFunction: PipelineFunction, step: Step): CustomState =>
      this.task(name, pipelineFunction, step).addCatch(recordFailure, { resultPath: '$.error' });
    const forEach = (name: string, itemsPath: string, item: CustomState): DistributedMap => {
      const map = new DistributedMap(this, name, {
        itemsPath,
        label: name,
        maxConcurrency: props.concurrency,
        mapExecutionType: StateMachineType.STANDARD,
        // The ledger has the results, in the same transaction as the rows.
        resultPath: JsonPath.DISCARD,
      });
      map.addCatch(recordFailure, { resultPath: '$.error' });
      return map.itemProcessor(item);
    };
    const onTheRun = { payload: RUN, passesOn: 'input' } as const;
    const onTheGroup = { payload: { 'runId.$': '$.runId', 'manifest.$': '$.manifest' }, passesOn: 'answer' } as const;

    const definition: IChainable = task('PlanBatch', props.planBatch, {
      // What the execution was started with: the schedule says nothing, an operator may ask for more.
      payload: { ...RUN, 'input.$': '$' },
      passesOn: 'answer',
    })
      // Receipts first: they tell which records must be kept whole.
      .next(forEach('LoadReceipts', '$.receiptGroups', this.task('LoadGroup', props.loadReceipts, onTheGroup)))
      .next(forEach('ScoreRecords', '$.logGroups', this.task('ScoreGroup', props.scoreRecords, onTheGroup)))
      // When log and receipts are staged, the difference is what nobody decided.
      .next(task('MarkUndecided', props.markUndecided, onTheRun))
      .next(task('ExtractAlerts', props.extractAlerts, onTheRun))
      .next(task('LoadWarehouse', props.loadWarehouse, onTheRun))
      .next(task('CheckQuality', props.checkQuality, onTheRun))
      .next(task('Reconcile', props.reconcile, { payload: RUN, passesOn: 'answer' }))
      // Last: only what was found right goes out, and a fault of the lake hides no finding. The finding is the answer.
      .next(task('ExportLake', props.exportLake, onTheRun))
      .next(new Succeed(this, 'Reconciled'));

    this.stateMachine = new StateMachine(this, 'StateMachine', {
      definitionBody: DefinitionBody.fromChainable(definition),
      definitionSubstitutions: this.substitutions,
      timeout: props.timeout,
      // Inputs and outputs are keys and counts, but an error's cause is not ours to vouch for.
      logs: { destination: new LogGroup(this, 'Logs'), level: LogLevel.ALL, includeExecutionData: false },
    });
    // The function itself, not its versions and aliases, which `grantInvoke` would add.
    Grant.addToPrincipal({
      grantee: this.stateMachine,
      actions: ['lambda:InvokeFunction'],
      resourceArns: [...new Set(this.invoked.map(({ function: { functionArn } }) => functionArn))],
    });
  }

  /** A call of a function. The state outlives the function's own time-out, so that it is the function's that is seen. */
  private task(name: string, pipelineFunction: PipelineFunction, step: Step): CustomState {
    const substitution = `${name}Arn`;
    this.substitutions[substitution] = pipelineFunction.function.functionArn;
    this.invoked.push(pipelineFunction);
    const seconds = pipelineFunction.function.timeout?.toSeconds();
    if (seconds === undefined) throw new Error(`the function of the state ${name} has no time-out`);
    return new CustomState(this, name, {
      stateJson: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Parameters: { FunctionName: `\${${substitution}}`, Payload: step.payload },
        TimeoutSeconds: seconds + 30,
        Retry: RETRY,
        ...(step.passesOn === 'answer' ? { OutputPath: '$.Payload' } : { ResultPath: null }),
      },
    });
  }
}
