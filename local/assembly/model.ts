import { existsSync } from 'node:fs';
import path from 'node:path';
import { LocalError } from '../errors.ts';
import { Resolver } from './resolver.ts';
import type { Resource, StackTemplate } from './template.ts';

export interface StreamModel {
  readonly name: string;
  readonly arn: string;
  readonly shards: number;
}
export interface TableModel {
  readonly name: string;
  /** the template's properties, resolved */
  readonly properties: Readonly<Record<string, unknown>>;
}
export interface FunctionModel {
  /** short name, for logs and people: its service name, where it has one of its own */
  readonly name: string;
  readonly physicalName: string;
  readonly arn: string;
  /** directory of the bundle, and the file and export within */
  readonly directory: string;
  readonly file: string;
  readonly exportName: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly reservedConcurrency: number | undefined;
}
export interface MappingModel {
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
}
export interface MachineModel {
  readonly name: string;
  readonly arn: string;
  /** Amazon States Language, substitutions made */
  readonly definition: string;
}
export interface ScheduleModel {
  readonly name: string;
  readonly expression: string;
  readonly timeZone: string;
  readonly enabled: boolean;
  readonly targetArn: string;
  readonly input: string;
}

/** What of a synthesised app is run on this machine, every reference resolved. */
export interface CloudModel {
  readonly region: string;
  readonly streams: readonly StreamModel[];
  readonly tables: readonly TableModel[];
  readonly buckets: readonly string[];
  readonly topics: readonly string[];
  readonly functions: readonly FunctionModel[];
  readonly mappings: readonly MappingModel[];
  readonly machines: readonly MachineModel[];
  readonly schedules: readonly ScheduleModel[];
  /** functions that a deployment calls once, in order: names */
  readonly triggers: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
}

/** What Kinesis gives a stream that is paid by use; locally nothing scales. */
const ON_DEMAND_SHARDS = 4;

/** Types without a meaning on one machine. A type that is neither here nor hosted is refused. */
const WITHOUT_MEANING =
  /^(AWS::(IAM|KMS|Logs|CloudWatch|EC2|RDS|DocDB|SecretsManager|SSM|CDK|SQS|CloudFormation|ApplicationSignals|Budgets|XRay)::|AWS::(Kinesis::ResourcePolicy|S3::BucketPolicy|SNS::(TopicPolicy|Subscription)|Lambda::(Permission|Version|Alias|EventInvokeConfig)|Scheduler::ScheduleGroup)$|Custom::(S3AutoDeleteObjects|VpcRestrictDefaultSG|LogRetention)$)/;

type Entry = readonly [StackTemplate, string, Resource];

/** @throws LocalError naming stack and resource, for whatever is not known here */
export function readModel(stacks: readonly StackTemplate[]): CloudModel {
  const resolver = new Resolver(stacks);
  const all: Entry[] = stacks.flatMap((stack) =>
    [...stack.resources].map(([id, resource]): Entry => [stack, id, resource]),
  );
  const seen = new Set<Entry>();
  const of = (...types: string[]): Entry[] => {
    const found = all.filter(([, , resource]) => types.includes(resource.Type));
    for (const entry of found) seen.add(entry);
    return found;
  };
  const properties = ([stack, , resource]: Entry) =>
    (resolver.resolve(resource.Properties ?? {}, stack) ?? {}) as Record<string, unknown>;
  const names = ([stack, id]: Entry) => resolver.names(stack, id);

  const model: CloudModel = {
    region: resolver.region,
    streams: of('AWS::Kinesis::Stream').map((entry) => ({
      name: names(entry).ref,
      arn: names(entry).attribute('Arn'),
      shards: Number(entry[2].Properties?.['ShardCount'] ?? ON_DEMAND_SHARDS),
    })),
    tables: of('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable').map((entry) => ({
      name: names(entry).ref,
      properties: tableProperties(entry, resolver),
    })),
    buckets: of('AWS::S3::Bucket').map((entry) => names(entry).ref),
    topics: of('AWS::SNS::Topic').map((entry) => names(entry).attribute('TopicName')),
    functions: withShortNames(
      of('AWS::Lambda::Function')
        .filter(isHosted)
        .map((entry) => functionModel(entry, resolver)),
    ),
    mappings: of('AWS::Lambda::EventSourceMapping').map((entry) => ({
      id: names(entry).ref,
      properties: properties(entry),
    })),
    machines: of('AWS::StepFunctions::StateMachine').map((entry) => machineModel(entry, resolver)),
    schedules: of('AWS::Scheduler::Schedule').map((entry) => scheduleModel(names(entry).ref, properties(entry))),
    triggers: of('Custom::Trigger').map((entry) => String(properties(entry)['HandlerArn'])),
    outputs: resolver.outputs(),
  };
  for (const entry of all) {
    const [stack, id, resource] = entry;
    if (!seen.has(entry) && !WITHOUT_MEANING.test(resource.Type))
      throw new LocalError(
        `the local stack does not know ${resource.Type} (${stack.name}, ${id})`,
        'leave it out of the local stage, or teach it to local/assembly/model.ts',
      );
  }
  return model;
}

/** Encryption, tags and protection mean nothing here, and may refer to what is not known. */
function tableProperties([stack, , { Properties = {} }]: Entry, resolver: Resolver): Record<string, unknown> {
  const wanted = [
    'KeySchema',
    'AttributeDefinitions',
    'GlobalSecondaryIndexes',
    'LocalSecondaryIndexes',
    'TimeToLiveSpecification',
    'StreamSpecification',
  ];
  return resolver.resolve(
    Object.fromEntries(wanted.filter((key) => key in Properties).map((key) => [key, Properties[key]])),
    stack,
  ) as Record<string, unknown>;
}

/** The providers of CDK's own custom resources have their code elsewhere, and nothing here calls them. */
const isHosted = ([, id]: Entry): boolean => !/^(AWSCDKTriggerCustomResourceProvider|Custom)/.test(id);

function functionModel([stack, id, { Properties = {} }]: Entry, resolver: Resolver): FunctionModel {
  const where = `${id} of ${stack.name}`;
  const runtime = String(Properties['Runtime']);
  if (!/^nodejs2[4-9]\.x$/.test(runtime))
    throw new LocalError(`${where} has the runtime ${runtime}`, 'the local stack hosts functions for Node 24');
  const key = resolver.resolve((Properties['Code'] as Record<string, unknown>)?.['S3Key'], stack);
  const directory = stack.assets.get(String(key).replace(/\.zip$/, ''));
  if (directory === undefined || !existsSync(directory))
    throw new LocalError(
      `the bundle of ${where} is not in the assembly`,
      'delete .cache/cloud-assembly and start again',
    );
  const [module = '', exportName = ''] = resolver.text(Properties['Handler'], stack).split('.');
  const file = ['.mjs', '.js', '.cjs'].map((ending) => path.join(directory, module + ending)).find(existsSync);
  if (file === undefined)
    throw new LocalError(`the bundle of ${where} has no ${module}.mjs`, `it should be in ${directory}`);
  const variables = resolver.resolve((Properties['Environment'] as { Variables?: unknown })?.Variables ?? {}, stack);
  const environment = Object.fromEntries(
    Object.entries(variables as Record<string, unknown>).map(([name, value]) => [name, String(value)]),
  );
  const names = resolver.names(stack, id);
  return {
    name: environment['POWERTOOLS_SERVICE_NAME'] ?? names.ref,
    physicalName: names.ref,
    arn: names.attribute('Arn'),
    directory,
    file,
    exportName,
    memoryMb: Number(Properties['MemorySize'] ?? 128),
    timeoutSeconds: Number(Properties['Timeout'] ?? 3),
    environment: { ...loggingEnvironment(Properties['LoggingConfig']), ...environment },
    reservedConcurrency:
      Properties['ReservedConcurrentExecutions'] === undefined
        ? undefined
        : Number(Properties['ReservedConcurrentExecutions']),
  };
}

/** Lambda tells the runtime by these how to log. */
function loggingEnvironment(config: unknown): Record<string, string> {
  const { LogFormat: format, ApplicationLogLevel: level } = (config ?? {}) as Record<string, string | undefined>;
  return {
    ...(format === undefined ? {} : { AWS_LAMBDA_LOG_FORMAT: format }),
    ...(level === undefined ? {} : { AWS_LAMBDA_LOG_LEVEL: level }),
  };
}

/** A service name that several functions share names none of them. */
function withShortNames(functions: readonly FunctionModel[]): FunctionModel[] {
  const isShared = (name: string) => functions.filter((other) => other.name === name).length > 1;
  return functions.map((model) => (isShared(model.name) ? { ...model, name: model.physicalName } : model));
}

function machineModel([stack, id, { Properties = {} }]: Entry, resolver: Resolver): MachineModel {
  const names = resolver.names(stack, id);
  const text = resolver.text(Properties['DefinitionString'], stack);
  const substitutions = (resolver.resolve(Properties['DefinitionSubstitutions'] ?? {}, stack) ?? {}) as Record<
    string,
    unknown
  >;
  const definition = text.replace(/\$\{([A-Za-z0-9_]+)\}/g, (whole: string, name: string) =>
    name in substitutions ? String(substitutions[name]) : whole,
  );
  return { name: names.attribute('Name'), arn: names.attribute('Arn'), definition };
}

function scheduleModel(name: string, properties: Record<string, unknown>): ScheduleModel {
  const target = properties['Target'] as { Arn: string; Input?: string };
  return {
    name,
    expression: String(properties['ScheduleExpression']),
    timeZone: String(properties['ScheduleExpressionTimezone'] ?? 'UTC'),
    enabled: properties['State'] !== 'DISABLED',
    targetArn: target.Arn,
    input: target.Input ?? '{}',
  };
}
