import { type App, AspectPriority, Aspects, CfnResource, type IAspect } from 'aws-cdk-lib/core';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';

/**
 * A log group for each function that was given none: those that CDK brings to carry out triggers, calls of AWS and the
 * emptying of buckets. Lambda would make one by itself, which is kept for ever, by AWS's key, after the stack is gone.
 * CDK's own way to give one (the flag useCdkManagedLogGroup, off in cdk.json) knows functions of one of its classes only,
 * and makes the group after the function.
 */
class FunctionLogs implements IAspect {
  visit(node: IConstruct): void {
    if (!(node instanceof CfnResource) || node.cfnResourceType !== 'AWS::Lambda::Function' || hasLogGroup(node)) return;
    const group = new LogGroup(node.node.scope!, 'Logs');
    node.addPropertyOverride('LoggingConfig.LogGroup', group.logGroupName);
  }
}

/** Only our own functions are given one, and they are made by CDK's class; its own are not all. */
function hasLogGroup(node: CfnResource): boolean {
  if (!(node instanceof CfnFunction)) return false;
  const { loggingConfig } = node;
  return loggingConfig !== undefined && 'logGroup' in loggingConfig && loggingConfig.logGroup !== undefined;
}

export function keepFunctionLogs(app: App): void {
  Aspects.of(app).add(new FunctionLogs(), { priority: AspectPriority.MUTATING });
}
