import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { setTimeout as sleep } from 'node:timers/promises';
import { EMULATED } from '../../local/emulator/ministack.ts';
import { CREDENTIALS } from '../../local/stack/clients.ts';

/** Properties with which a type is asked for, where its gap is about them and not about the type. */
const PROPERTIES: Readonly<Record<string, Record<string, unknown>>> = {
  'AWS::CloudWatch::Alarm': {
    ComparisonOperator: 'GreaterThanThreshold',
    EvaluationPeriods: 1,
    Threshold: 1,
    Metrics: [
      { Id: 'half', Expression: 'one / 2', ReturnData: true },
      {
        Id: 'one',
        MetricStat: { Metric: { Namespace: 'n', MetricName: 'm' }, Period: 60, Stat: 'Sum' },
        ReturnData: false,
      },
    ],
  },
};

/** Asks the emulator for a stack with one resource of a type. @returns why it refused it; null when it made it */
export async function refusal(endpoint: string, type: string): Promise<string | null> {
  const client = new CloudFormationClient({ endpoint, region: EMULATED.region, credentials: CREDENTIALS });
  const StackName = `probe-${type.replaceAll('::', '-')}`;
  const template = { Resources: { Probe: { Type: type, Properties: PROPERTIES[type] ?? {} } } };
  try {
    await client.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(template) }));
    const failure = await end(client, StackName);
    await client.send(new DeleteStackCommand({ StackName }));
    return failure;
  } catch (error) {
    return (error as Error).message;
  } finally {
    client.destroy();
  }
}

async function end(client: CloudFormationClient, StackName: string): Promise<string | null> {
  for (;;) {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    const status = stack?.StackStatus ?? 'gone';
    if (status === 'CREATE_COMPLETE') return null;
    if (!status.endsWith('_IN_PROGRESS')) {
      const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName }));
      const failed = StackEvents.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED');
      return failed?.ResourceStatusReason ?? status;
    }
    await sleep(100);
  }
}
