import { createHash } from 'node:crypto';
import { LocalError } from '../errors.ts';
import type { Resource } from './template.ts';

/** What `Ref` and `Fn::GetAtt` of a type of resource give; CloudFormation knows it, we must be told. */
interface TypeNames {
  /** what `Ref` gives @default name */
  readonly ref?: 'arn';
  /** property that names the resource when its author did */
  readonly named?: string;
  /** longest name that the service allows */
  readonly most: number;
  readonly lowerCase?: true;
  readonly arn?: (name: string, scope: string) => string;
  /** attribute that is the ARN @default Arn */
  readonly arnAttribute?: string;
  readonly nameAttribute?: string;
}

const inRegion =
  (service: string, prefix: string) =>
  (name: string, scope: string): string =>
    `arn:aws:${service}:${scope}:${prefix}${name}`;

const TYPES: Readonly<Record<string, TypeNames>> = {
  'AWS::Kinesis::Stream': { named: 'Name', most: 128, arn: inRegion('kinesis', 'stream/') },
  'AWS::DynamoDB::Table': { named: 'TableName', most: 255, arn: inRegion('dynamodb', 'table/') },
  'AWS::DynamoDB::GlobalTable': { named: 'TableName', most: 255, arn: inRegion('dynamodb', 'table/') },
  'AWS::S3::Bucket': { named: 'BucketName', most: 63, lowerCase: true, arn: (name) => `arn:aws:s3:::${name}` },
  'AWS::SNS::Topic': {
    ref: 'arn',
    named: 'TopicName',
    most: 256,
    arn: inRegion('sns', ''),
    arnAttribute: 'TopicArn',
    nameAttribute: 'TopicName',
  },
  'AWS::SQS::Queue': { named: 'QueueName', most: 80, arn: inRegion('sqs', ''), nameAttribute: 'QueueName' },
  'AWS::Lambda::Function': { named: 'FunctionName', most: 64, arn: inRegion('lambda', 'function:') },
  'AWS::Lambda::EventSourceMapping': { most: 64, arn: inRegion('lambda', 'event-source-mapping:') },
  'AWS::StepFunctions::StateMachine': {
    ref: 'arn',
    named: 'StateMachineName',
    most: 80,
    arn: inRegion('states', 'stateMachine:'),
    nameAttribute: 'Name',
  },
  'AWS::Scheduler::Schedule': { named: 'Name', most: 64, arn: inRegion('scheduler', 'schedule/default/') },
  'AWS::IAM::Role': {
    named: 'RoleName',
    most: 64,
    arn: (name, scope) => `arn:aws:iam::${scope.split(':')[1]}:role/${name}`,
  },
  'AWS::KMS::Key': { most: 64, arn: inRegion('kms', 'key/') },
  'AWS::Logs::LogGroup': { named: 'LogGroupName', most: 512, arn: inRegion('logs', 'log-group:') },
};

/** What a resource is called here. Names are made of stack and logical id, so that they stay on every start. */
export interface ResourceNames {
  readonly ref: string;
  attribute(name: string): string;
}

/**
 * @param scope `region:account`
 * @param given the name that the template gives, resolved, if it does
 * @throws LocalError for a type whose names are not known here
 */
export function namesOf(stack: string, id: string, resource: Resource, scope: string, given?: string): ResourceNames {
  const type = TYPES[resource.Type];
  if (type === undefined)
    throw new LocalError(
      `the local stack does not know what ${resource.Type} is called (${stack}, ${id})`,
      'something that runs locally refers to it: leave that out of the local stage, or add the type to local/assembly/names.ts',
    );
  const name = given ?? generated(stack, id, type);
  const arn = type.arn?.(name, scope) ?? name;
  return {
    ref: type.ref === 'arn' ? arn : name,
    attribute(attribute) {
      if (attribute === (type.arnAttribute ?? 'Arn')) return arn;
      if (attribute === type.nameAttribute) return name;
      throw new LocalError(
        `the local stack does not know ${attribute} of ${resource.Type} (${stack}, ${id})`,
        'add it to local/assembly/names.ts if it has a meaning on one machine',
      );
    },
  };
}

/** @returns the property by which a template names a resource of this type */
export const namingProperty = (type: string): string | undefined => TYPES[type]?.named;

function generated(stack: string, id: string, { most, lowerCase }: TypeNames): string {
  const whole = lowerCase ? `${stack}-${id}`.toLowerCase() : `${stack}-${id}`;
  if (whole.length <= most) return whole;
  const digest = createHash('sha256').update(whole).digest('hex').slice(0, 8);
  return `${whole.slice(0, most - 9)}-${digest}`;
}
