import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStacks,
  type StackStatus,
} from '@aws-sdk/client-cloudformation';
import { OPTIONAL_OUTPUTS, OUTPUTS, type OutputKey } from '../../core/contract/outputs.ts';
import { UserError } from '../errors.ts';

export type StageOutputs = Readonly<Partial<Record<OutputKey, string>>>;

/** A stack in one of these is there, whole. */
const STANDING: StackStatus[] = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_COMPLETE'];
const CHANGING = /_IN_PROGRESS$/;

/**
 * What the stacks of a deployed stage tell: names of streams, buckets and functions.
 *
 * @throws UserError when nothing of that name is deployed, or a part of it is missing
 */
export async function stageOutputs(client: CloudFormationClient, stage: string): Promise<StageOutputs> {
  const prefix = `credit-risk-${stage}-`;
  const names: string[] = [];
  const changing: string[] = [];
  for await (const { StackSummaries = [] } of paginateListStacks({ client }, {}))
    for (const { StackName = '', StackStatus = '' } of StackSummaries) {
      if (!StackName.startsWith(prefix)) continue;
      if (STANDING.some((status) => status === StackStatus)) names.push(StackName);
      else if (CHANGING.test(StackStatus) && !StackStatus.startsWith('DELETE')) changing.push(StackName);
    }
  if (names.length === 0 && changing.length === 0)
    throw new UserError(
      `--stage ${stage}: no stack of that stage is deployed in this account and region`,
      `Deploy it: npx cdk deploy --all -c stage=${stage}. Or choose another account or region with AWS_PROFILE and AWS_REGION.`,
    );
  const found: Partial<Record<OutputKey, string>> = {};
  for (const StackName of [...names, ...changing]) {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    for (const { OutputKey: key, OutputValue: value } of Stacks[0]?.Outputs ?? [])
      if (value !== undefined && OUTPUTS.some((known) => known === key)) found[key as OutputKey] = value;
  }
  const missing = OUTPUTS.filter((key) => found[key] === undefined && !OPTIONAL_OUTPUTS.includes(key));
  if (missing.length > 0)
    throw new UserError(
      `--stage ${stage}: its stacks do not tell ${missing.join(', ')}`,
      changing.length > 0
        ? `${changing.join(', ')} is being deployed: wait for the end of it.`
        : `It was deployed in part, or by another version: npx cdk deploy --all -c stage=${stage}.`,
    );
  return found;
}
