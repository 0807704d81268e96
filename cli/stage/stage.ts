import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { OutputKey } from '../../core/contract/outputs.ts';
import { ACTIVITY, APPLICATIONS, type StreamName } from '../../core/contract/streams.ts';
import { S3Objects } from '../../lambdas/adapters/s3-objects.ts';
import { createKinesis, createS3 } from '../../lambdas/runtime/clients.ts';
import { emulatorEndpoint, emulatorEnvironment } from '../../local/emulator/endpoint.ts';
import { LocalError } from '../../local/errors.ts';
import { UserError, messageOf } from '../errors.ts';
import { kinesisSender } from '../produce/kinesis.ts';
import type { Target } from '../target.ts';
import { functionSender } from './function-sender.ts';
import { stageOutputs } from './outputs.ts';
import { stageDesk } from './desk.ts';
import { settled } from './settled.ts';
import { stageWarehouse } from './warehouse.ts';
import { runStageWorkflow } from './workflow.ts';

/**
 * A stage that is deployed, found by the outputs of its stacks, with the credentials, region and addresses that every
 * AWS tool takes from its environment (AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL …).
 *
 * @throws UserError when it is not deployed, or nobody may look
 */
export async function openStage(stage: string): Promise<Target> {
  // The stage that no account has: its region and keys are the emulator's, whatever the person's own are.
  if (stage === 'local') Object.assign(process.env, emulated());
  const cloudFormation = new CloudFormationClient({});
  const outputs = await stageOutputs(cloudFormation, stage)
    .catch((error: unknown) => {
      throw explained(error, stage);
    })
    .finally(() => cloudFormation.destroy());
  const output = (key: OutputKey): string => {
    const value = outputs[key];
    if (value === undefined) throw new Error(`the stage ${stage} has no output ${key}`);
    return value;
  };
  const streams: Readonly<Record<StreamName, OutputKey>> = {
    [APPLICATIONS]: 'ApplicationsStreamName',
    [ACTIVITY]: 'ActivityStreamName',
  };
  const s3 = createS3();
  const kinesis = createKinesis();
  const lambda = new LambdaClient({});
  const sfn = new SFNClient({});
  const objects = new S3Objects(s3, output('LogBucketName'));
  return {
    title: `stage ${stage}`,
    running: { pid: null, since: null, endpoints: outputs },
    endpoints: outputs,
    // A thread of ours has the same environment as we.
    env: {},
    shared: true,
    objects: () => objects,
    batchIntervalMinutes: Number(output('BatchIntervalMinutes')),
    sender: (stream) => {
      if (output('StreamKind') === 'kinesis') return kinesisSender(kinesis, output(streams[stream]));
      const { PutFunctionName } = outputs;
      if (PutFunctionName !== undefined) return functionSender(lambda, PutFunctionName, stream);
      throw new UserError(
        `--stage ${stage}: its streams are topics of MSK, and it has no function yet that puts records there`,
        `It was deployed by an older version: npx cdk deploy --all -c stage=${stage}, with the settings it has.`,
      );
    },
    warehouse: async () => stageWarehouse(lambda, output('QueryFunctionName')),
    atDesk: async (work) => work(stageDesk(lambda, output('ReviewFunctionName'))),
    readers: async () => stageWarehouse(lambda, output('QueryFunctionName')),
    drained: async (onDelivered, signal, sent) =>
      sent === undefined ? undefined : settled(objects, sent, onDelivered, signal),
    runWorkflow: (onState, signal, full = false) =>
      runStageWorkflow(sfn, { stateMachineArn: output('WorkflowArn'), full }, onState, signal),
    close: async () => {
      for (const client of [s3, kinesis, lambda, sfn]) client.destroy();
    },
  };
}

/** @throws UserError when it is not said where the emulator is */
function emulated(): Record<string, string> {
  try {
    return emulatorEnvironment(emulatorEndpoint(process.env), {});
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    throw new UserError(`--stage local: ${error.message}`, 'Start one with npm run emulator, and do what it says.');
  }
}

/** What goes wrong before anything was asked for is nearly always about who asks, and where. */
function explained(error: unknown, stage: string): unknown {
  if (error instanceof UserError) return error;
  const { name = '', code } = error as { name?: string; code?: string };
  if (name === 'CredentialsProviderError' || /Token|Credential|SignatureDoesNotMatch|InvalidClientTokenId/.test(name))
    return new UserError(
      `--stage ${stage}: AWS does not know who asks: ${messageOf(error)}`,
      'Log in (aws sso login, or AWS_PROFILE, or AWS_ACCESS_KEY_ID …) to the account that the stage is in.',
    );
  if (/Region is missing/.test(messageOf(error)))
    return new UserError(`--stage ${stage}: no region is set`, 'Set AWS_REGION to the region that the stage is in.');
  if (/AccessDenied|Unauthorized/.test(name))
    return new UserError(
      `--stage ${stage}: ${messageOf(error)}`,
      'docs/deploy.md lists what a person who works with a stage must be allowed.',
    );
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND')
    return new UserError(
      `--stage ${stage}: nothing answers at ${process.env['AWS_ENDPOINT_URL'] ?? 'AWS'}: ${messageOf(error)}`,
      'Look at AWS_ENDPOINT_URL and at the way to the network.',
    );
  return error;
}
