import { CfnOutput, type Stack } from 'aws-cdk-lib/core';
import type { OutputKey } from '../../core/contract/outputs.ts';

/** Outputs under the keys that the command line and the local host know; one without a value is left out. */
export function addOutputs(stack: Stack, values: Partial<Record<OutputKey, string | undefined>>): void {
  for (const [key, value] of Object.entries(values)) if (value !== undefined) new CfnOutput(stack, key, { value });
}
