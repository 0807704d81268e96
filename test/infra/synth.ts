import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { App } from 'aws-cdk-lib/core';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { createPipeline } from '../../lib/app.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, any>>;
  readonly DeletionPolicy?: string;
}

export interface Template {
  readonly name: string;
  readonly resources: Readonly<Record<string, Resource>>;
  readonly outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}

export interface Synthesised {
  /** by the last part of the stack's name: data, streaming, batch */
  readonly stacks: Readonly<Record<string, Template>>;
  /** warnings and errors that constructs left */
  readonly messages: readonly string[];
  readonly validation: {
    readonly pluginReports: readonly {
      readonly pluginName: string;
      readonly conclusion: string;
      readonly violations?: readonly unknown[];
      readonly suppressedViolations?: readonly { readonly reason: string }[];
    }[];
  };
}

/** The project's app as `cdk synth -c key=value` would make it, but for the bundles. */
export function synthesise(context: Readonly<Record<string, unknown>> = {}): Synthesised {
  const outdir = mkdtempSync(path.join(tmpdir(), 'crp-synth-'));
  try {
    const cdk = JSON.parse(readFileSync(path.join(ROOT, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
    const { app } = createPipeline({ outdir, context: { ...cdk.context, 'aws:cdk:bundling-stacks': [], ...context } });
    const assembly = assemblyOf(app, outdir);
    return {
      stacks: Object.fromEntries(
        assembly.stacks.map(({ stackName, templateFullPath }) => {
          const { Resources, Outputs = {} } = JSON.parse(readFileSync(templateFullPath, 'utf8'));
          return [stackName.split('-').at(-1), { name: stackName, resources: Resources, outputs: Outputs }];
        }),
      ),
      messages: assembly.stacks.flatMap(({ messages }) => messages.map(({ entry }) => JSON.stringify(entry.data))),
      validation: JSON.parse(readFileSync(path.join(outdir, 'validation-report.json'), 'utf8')),
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/**
 * A finding of the rule pack fails the synth, when all is written. Tests want what was written: the one of the rule
 * pack reads the findings in its report, and others say by name what is wrong.
 */
function assemblyOf(app: App, outdir: string): CloudAssembly {
  try {
    return app.synth();
  } catch (error) {
    if ((error as Error).name !== 'ValidationFailed') throw error;
    return new CloudAssembly(outdir);
  }
}

export const resourcesOf = (app: Synthesised, type: string): Resource[] =>
  Object.values(app.stacks).flatMap(({ resources }) =>
    Object.values(resources).filter((resource) => resource.Type === type),
  );

/** Functions by their name in logs and metrics. */
export const functionsOf = (app: Synthesised): Record<string, Resource['Properties']> =>
  Object.fromEntries(
    resourcesOf(app, 'AWS::Lambda::Function').flatMap(({ Properties: p }) => {
      const name = p['Environment']?.Variables?.POWERTOOLS_SERVICE_NAME as string | undefined;
      return name === undefined ? [] : [[name, p]];
    }),
  );

/** Roles of what CDK itself brings to carry out triggers and calls of AWS: theirs are CDK's to keep small. */
export const isOfCdk = (logicalId: string): boolean => /^(AWSCDKTrigger|AWS679f53fac|Custom)/.test(logicalId);
