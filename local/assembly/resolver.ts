import { LocalError } from '../errors.ts';
import { LOCAL_ACCOUNT } from '../servers/kinesis.ts';
import { namesOf, namingProperty, type ResourceNames } from './names.ts';
import type { Resource, StackTemplate } from './template.ts';

const DEFAULT_REGION = 'us-east-1';

/** Stands for AWS::NoValue: a property that has it is left out. */
const NOTHING = Symbol('AWS::NoValue');

/**
 * Gives CloudFormation's intrinsic functions their values on this machine. Values are resolved when something local
 * asks for them, so a network or a key that only AWS needs may use what is not known here.
 */
export class Resolver {
  readonly region: string;
  private readonly stacks: readonly StackTemplate[];

  /** @throws LocalError when the stacks are bound to another account, or to several regions */
  constructor(stacks: readonly StackTemplate[]) {
    this.stacks = stacks;
    const regions = new Set(stacks.map(({ region }) => region).filter((region) => !region.startsWith('unknown')));
    const accounts = stacks.map(({ account }) => account).filter((account) => !account.startsWith('unknown'));
    const foreign = accounts.find((account) => account !== LOCAL_ACCOUNT);
    if (foreign !== undefined || regions.size > 1)
      throw new LocalError(
        `the local stack hosts one region of account ${LOCAL_ACCOUNT}, but the app has ${foreign ?? [...regions].join(' and ')}`,
        'look at the settings of the local stage',
      );
    this.region = [...regions][0] ?? DEFAULT_REGION;
  }

  /** The names that the resource goes by; a Lambda version or alias goes by its function's. */
  names(stack: StackTemplate, id: string): ResourceNames {
    const resource = this.resource(stack, id);
    const property = namingProperty(resource.Type);
    const given = property === undefined ? undefined : resource.Properties?.[property];
    return namesOf(
      stack.name,
      id,
      resource,
      `${this.region}:${LOCAL_ACCOUNT}`,
      given === undefined ? undefined : this.text(given, stack),
    );
  }

  /** @throws LocalError naming stack and expression when the value uses what is not known here */
  resolve(value: unknown, stack: StackTemplate): unknown {
    const resolved = this.value(value, stack);
    return resolved === NOTHING ? undefined : resolved;
  }

  text(value: unknown, stack: StackTemplate): string {
    const resolved = this.resolve(value, stack);
    if (typeof resolved === 'string') return resolved;
    if (typeof resolved === 'number' || typeof resolved === 'boolean') return String(resolved);
    throw new LocalError(`expected a text in ${stack.name}, but got ${JSON.stringify(value)}`, 'mend the CDK code');
  }

  /** Outputs of all stacks by their keys; those that CDK makes for its own references are left out. */
  outputs(): Record<string, string> {
    const found: Record<string, string> = {};
    for (const stack of this.stacks)
      for (const [key, output] of stack.outputs)
        if (output.Export === undefined) found[key] = this.text(output.Value, stack);
    return found;
  }

  private value(value: unknown, stack: StackTemplate): unknown {
    if (Array.isArray(value)) return value.map((item) => this.value(item, stack)).filter((item) => item !== NOTHING);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (entries.length === 1 && only !== undefined && (only[0] === 'Ref' || only[0].startsWith('Fn::')))
      return this.intrinsic(only[0], only[1], stack);
    return Object.fromEntries(
      entries.map(([key, item]) => [key, this.value(item, stack)]).filter(([, item]) => item !== NOTHING),
    );
  }

  private intrinsic(name: string, argument: unknown, stack: StackTemplate): unknown {
    const list = (): unknown[] => this.value(argument, stack) as unknown[];
    switch (name) {
      case 'Ref':
        return this.ref(String(argument), stack);
      case 'Fn::GetAtt': {
        const [id = '', ...attribute] = typeof argument === 'string' ? argument.split('.') : (argument as string[]);
        return this.attribute(id, attribute.join('.'), stack);
      }
      case 'Fn::Join': {
        const [separator, parts] = argument as [string, unknown];
        return (this.value(parts, stack) as unknown[]).map(String).join(separator);
      }
      case 'Fn::Sub':
        return this.substitute(argument, stack);
      case 'Fn::Select': {
        const [index, items] = list() as [number | string, unknown[]];
        return items[Number(index)];
      }
      case 'Fn::Split': {
        const [separator, text] = list() as [string, string];
        return text.split(separator);
      }
      case 'Fn::ImportValue':
        return this.exported(this.text(argument, stack));
      case 'Fn::GetStackOutput':
        return this.stackOutput(this.value(argument, stack) as { StackName: string; OutputName: string }, stack);
      default:
        throw new LocalError(
          `the local stack does not know ${name} (in ${stack.name}: ${JSON.stringify(argument).slice(0, 120)})`,
          'write it without, or teach it to local/assembly/resolver.ts',
        );
    }
  }

  private ref(id: string, stack: StackTemplate): unknown {
    if (id.startsWith('AWS::')) return this.pseudoParameter(id, stack);
    if (stack.parameters.has(id)) return stack.parameters.get(id);
    const { Type, Properties } = this.resource(stack, id);
    if (Type === 'AWS::Lambda::Version' || Type === 'AWS::Lambda::Alias')
      return `${this.functionArn(Properties?.['FunctionName'], stack)}:${Type === 'AWS::Lambda::Alias' ? 'live' : '1'}`;
    return this.names(stack, id).ref;
  }

  private attribute(id: string, attribute: string, stack: StackTemplate): string {
    return this.names(stack, id).attribute(attribute);
  }

  private functionArn(functionName: unknown, stack: StackTemplate): string {
    const name = this.text(functionName, stack);
    return name.startsWith('arn:') ? name : `arn:aws:lambda:${this.region}:${LOCAL_ACCOUNT}:function:${name}`;
  }

  private pseudoParameter(id: string, stack: StackTemplate): unknown {
    const values: Readonly<Record<string, unknown>> = {
      'AWS::AccountId': LOCAL_ACCOUNT,
      'AWS::Region': this.region,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': stack.name,
      'AWS::StackId': `arn:aws:cloudformation:${this.region}:${LOCAL_ACCOUNT}:stack/${stack.name}/local`,
      'AWS::NoValue': NOTHING,
    };
    if (!(id in values))
      throw new LocalError(`the local stack does not know ${id} (in ${stack.name})`, 'do without it');
    return values[id];
  }

  private substitute(argument: unknown, stack: StackTemplate): string {
    const [text, variables] = (Array.isArray(argument) ? argument : [argument, {}]) as [
      string,
      Record<string, unknown>,
    ];
    return text.replace(/\$\{(!?)([^}]+)\}/g, (whole: string, literal: string, name: string) => {
      if (literal === '!') return whole.replace('!', '');
      if (name in variables) return this.text(variables[name], stack);
      const [id = '', ...attribute] = name.split('.');
      return attribute.length === 0 ? this.text({ Ref: id }, stack) : this.attribute(id, attribute.join('.'), stack);
    });
  }

  private exported(name: string): unknown {
    for (const stack of this.stacks)
      for (const output of stack.outputs.values())
        if (output.Export !== undefined && this.text(output.Export.Name, stack) === name)
          return this.resolve(output.Value, stack);
    throw new LocalError(`no stack exports ${name}`, 'synthesise the whole app, not one of its stacks');
  }

  private stackOutput(
    { StackName, OutputName }: { StackName: string; OutputName: string },
    from: StackTemplate,
  ): unknown {
    const stack = this.stacks.find(({ name }) => name === StackName);
    const output = stack?.outputs.get(OutputName);
    if (stack === undefined || output === undefined)
      throw new LocalError(
        `${from.name} refers to the output ${OutputName} of ${StackName}, which there is not`,
        'synthesise the whole app',
      );
    return this.resolve(output.Value, stack);
  }

  private resource(stack: StackTemplate, id: string): Resource {
    const resource = stack.resources.get(id);
    if (resource === undefined)
      throw new LocalError(
        `${stack.name} refers to ${id}, which it does not have`,
        'the assembly is damaged: synthesise again',
      );
    return resource;
  }
}
