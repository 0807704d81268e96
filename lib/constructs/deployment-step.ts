import { Duration } from 'aws-cdk-lib/core';
import { Trigger } from 'aws-cdk-lib/triggers';
import { Construct, type IConstruct } from 'constructs';
import type { PipelineFunction } from './pipeline-function.ts';

/**
 * Calls a function on each deployment that changes it, what it carries (migrations, say) included; when it fails the
 * deployment is rolled back. What it does must bear being done again, and the state that a later version has left.
 *
 * It is done again when the function's template changes, and where the function finds what it works on is not in it, but
 * an output of another stack. So the function's description names the database or cluster, see databaseName: for another
 * one it is done again.
 */
export class DeploymentStep extends Construct {
  /** @param before what is made or changed only after it was done */
  constructor(scope: Construct, id: string, step: PipelineFunction, before: readonly IConstruct[] = []) {
    super(scope, id);
    const seconds = step.function.timeout?.toSeconds() ?? 0;
    const trigger = new Trigger(this, 'Trigger', {
      handler: step.function,
      // Longer than the function's own: whoever gives up first would call it again while it works.
      timeout: Duration.seconds(Math.min(900, seconds + 60)),
    });
    trigger.executeAfter(step);
    trigger.executeBefore(...before);
  }
}
