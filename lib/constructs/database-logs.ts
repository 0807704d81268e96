import { createHash } from 'node:crypto';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Settings } from '../config/settings.ts';

/**
 * The name of a database or cluster. It must be known before that is there: log groups are named after it, and alarms
 * and deployment steps, whose template would otherwise stay as it is, and be left out of a deployment, when another one
 * takes its place. A setting that CloudFormation takes a new one for is part of it: two cannot have the same name at the
 * same time.
 *
 * @param replacing values that replace it when they change
 */
export function databaseName({ stage }: Settings, what: string, ...replacing: (string | boolean)[]): string {
  const digest = createHash('sha256').update(JSON.stringify(replacing)).digest('hex');
  return `credit-risk-${stage}-${what}-${digest.slice(0, 8)}`;
}

/**
 * The log groups that a database's service writes to. It would make each by itself, to be kept for ever by AWS's key:
 * they must be there first.
 */
export class DatabaseLogs extends Construct {
  /** @param names of the log groups, by what they hold */
  constructor(scope: Construct, id: string, names: Readonly<Record<string, string>>) {
    super(scope, id);
    for (const [what, logGroupName] of Object.entries(names)) new LogGroup(this, what, { logGroupName });
  }
}
