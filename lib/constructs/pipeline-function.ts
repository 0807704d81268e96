import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib/core';
import { type IGrantable, type IPrincipal, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ApplicationLogLevel, Architecture, Runtime, SystemLogLevel } from 'aws-cdk-lib/aws-lambda';
import { type ICommandHooks, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionName } from '../../core/contract/functions.ts';
import { METRIC_NAMESPACE } from '../../core/contract/metrics.ts';
import type { Settings } from '../config/settings.ts';
import { PROJECT_ROOT } from '../paths.ts';
import type { PrivateNetwork } from './private-network.ts';

export interface PipelineFunctionProps {
  /** the folder under lambdas/ whose handler.ts is the entry; also the name in logs and metrics */
  readonly name: FunctionName;
  readonly description: string;
  readonly settings: Settings;
  /** version of the code in the bundle, beside each receipt */
  readonly codeVersion: string;
  /** @default - the common environment alone */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * A folder of the project that lies beside the bundle.
   * @default none
   */
  readonly carries?: 'sql' | 'policies';
  /**
   * The network that the function is in, for one that reaches a database there.
   * @default none: it reaches AWS alone
   */
  readonly network?: PrivateNetwork | undefined;
}

/**
 * pg and mongodb are CommonJS inside and call `require`, which an ES module has not.
 * Named so that it cannot meet a name of the bundle.
 */
export const REQUIRE_BANNER =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

/** What stands in for a package in the bundles. */
export const BUNDLE_ALIASES = {
  '@aws-sdk/credential-providers': './lambdas/runtime/credential-providers.ts',
  '@aws-sdk/credential-provider-node': './lambdas/runtime/credential-providers.ts',
  'whatwg-url': './lambdas/runtime/whatwg-url.ts',
  // The same code with its WebAssembly inside: the other form reads a file beside it, which a bundle has not.
  '@platformatic/wasm-utils': '@platformatic/wasm-utils/bundled',
  avsc: './lambdas/runtime/no-avro.ts',
} as const;

/** A Lambda function of the pipeline: how each is built, logs and is told about its surroundings. */
export class PipelineFunction extends Construct implements IGrantable {
  readonly function: NodejsFunction;
  readonly name: FunctionName;
  readonly grantPrincipal: IPrincipal;

  constructor(scope: Construct, id: string, props: PipelineFunctionProps) {
    super(scope, id);
    const { name, settings } = props;
    this.name = name;
    const own = settings.functions[name];
    const logGroup = new LogGroup(this, 'Logs');
    // Its own role, without the managed policy that may write to every log group of the account.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);

    if (props.network !== undefined) grantInterfaces(role);
    this.function = new NodejsFunction(this, 'Function', {
      ...(props.network === undefined
        ? {}
        : {
            vpc: props.network.vpc,
            vpcSubnets: props.network.subnets,
            securityGroups: [props.network.functions],
          }),
      description: props.description,
      entry: join(PROJECT_ROOT, 'lambdas', name, 'handler.ts'),
      projectRoot: PROJECT_ROOT,
      depsLockFilePath: join(PROJECT_ROOT, 'package-lock.json'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: own.memoryMb,
      timeout: Duration.seconds(own.timeoutSeconds),
      role,
      logGroup,
      applicationLogLevelV2: ApplicationLogLevel[settings.logLevel],
      systemLogLevelV2: SystemLogLevel.WARN,
      environment: {
        NODE_OPTIONS: '--enable-source-maps',
        POWERTOOLS_SERVICE_NAME: name,
        POWERTOOLS_METRICS_NAMESPACE: METRIC_NAMESPACE,
        POWERTOOLS_LOG_LEVEL: settings.logLevel,
        STAGE: settings.stage,
        CODE_VERSION: props.codeVersion,
        ...props.environment,
      },
      bundling: {
        format: OutputFormat.ESM,
        target: 'node24',
        mainFields: ['module', 'main'],
        minify: true,
        // A retry of the workflow goes by the error's class name.
        keepNames: true,
        sourceMap: true,
        sourcesContent: false,
        // The runtime's own SDK changes without notice; what was tested is what runs.
        bundleAwsSDK: true,
        banner: REQUIRE_BANNER,
        esbuildArgs: Object.fromEntries(Object.entries(BUNDLE_ALIASES).map(([of, path]) => [`--alias:${of}`, path])),
        ...(props.carries === undefined ? {} : { commandHooks: besideTheBundle(props.carries) }),
      },
    });
    this.grantPrincipal = this.function.grantPrincipal;
  }
}

/**
 * What Lambda does in the function's name to put it into a network. EC2 knows no resource for most of it, so the
 * managed policy has a star too; unlike that one, this has nothing about logs.
 */
function grantInterfaces(role: Role): void {
  role.addToPolicy(
    new PolicyStatement({
      actions: [
        'ec2:AssignPrivateIpAddresses',
        'ec2:CreateNetworkInterface',
        'ec2:DeleteNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:UnassignPrivateIpAddresses',
      ],
      resources: ['*'],
    }),
  );
}

const besideTheBundle = (folder: string): ICommandHooks => ({
  beforeBundling: () => [],
  beforeInstall: () => [],
  afterBundling: (inputDir, outputDir) => [`cp -R "${join(inputDir, folder)}" "${join(outputDir, folder)}"`],
});
