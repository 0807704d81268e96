import type { IPropertyInjector, InjectionContext } from 'aws-cdk-lib/core';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { TableEncryptionV2, TableV2, type TablePropsV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Stream, StreamEncryption, type StreamProps } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Function as LambdaFunction, type FunctionProps, LoggingFormat, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type LogGroupProps } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption, type BucketProps } from 'aws-cdk-lib/aws-s3';
import { Topic, type TopicProps } from 'aws-cdk-lib/aws-sns';
import { StateMachine, type StateMachineProps } from 'aws-cdk-lib/aws-stepfunctions';
import type { Settings } from './config/settings.ts';

/**
 * Encryption, TLS, retention and tracing for every resource of these kinds, wherever in the tree it is made and
 * whoever makes it. A construct that says otherwise wins; one that says nothing cannot be insecure.
 *
 * @param key of the stage, for what nobody else gives one @default AWS's own keys
 */
export function secureDefaults(settings: Settings, key?: IKey): IPropertyInjector[] {
  const removalPolicy = removalPolicyOf(settings);
  return [
    defaults<BucketProps>(Bucket.PROPERTY_INJECTION_ID, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      removalPolicy,
      // A bucket that holds something cannot be deleted. An emulator's goes with the emulator.
      autoDeleteObjects: settings.removalPolicy === 'destroy' && settings.stage !== 'local',
    }),
    defaults<StreamProps>(Stream.PROPERTY_INJECTION_ID, { encryption: StreamEncryption.MANAGED, removalPolicy }),
    defaults<Omit<TablePropsV2, 'partitionKey'>>(TableV2.PROPERTY_INJECTION_ID, {
      encryption: TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy,
    }),
    defaults<TopicProps>(Topic.PROPERTY_INJECTION_ID, { enforceSSL: true }),
    // Logs can be had again from a new run and hold no record; they go with their stack on every stage.
    defaults<LogGroupProps>(LogGroup.PROPERTY_INJECTION_ID, {
      retention: settings.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(key === undefined ? {} : { encryptionKey: key }),
    }),
    defaults<Partial<FunctionProps>>(LambdaFunction.PROPERTY_INJECTION_ID, {
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
    }),
    defaults<StateMachineProps>(StateMachine.PROPERTY_INJECTION_ID, { tracingEnabled: true }),
  ];
}

export const removalPolicyOf = (settings: Settings): RemovalPolicy =>
  settings.removalPolicy === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;

function defaults<Props extends object>(constructUniqueId: string, values: Partial<Props>): IPropertyInjector {
  return {
    constructUniqueId,
    inject(given: object | undefined, _context: InjectionContext): object {
      // A property given as `undefined` says nothing: a plain spread would let it undo the default.
      const said = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
      return { ...values, ...Object.fromEntries(said) };
    },
  };
}
