import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPipeline } from '../app.ts';
import type { Settings } from '../config/settings.ts';
import { PROJECT_ROOT } from '../paths.ts';

export type Properties = Readonly<Record<string, unknown>>;

/** A resource of a stage's templates. */
export interface Resource {
  /** where it is in the app, or its logical id: `data/Warehouse/Instance` */
  readonly name: string;
  readonly id: string;
  readonly stack: string;
  readonly type: string;
  readonly properties: Properties;
}

/** What a stage is made of, as CloudFormation would be given it. */
export interface Stage {
  readonly settings: Settings;
  readonly resources: readonly Resource[];
}

interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Properties;
  readonly Metadata?: { readonly 'aws:cdk:path'?: string };
}

/**
 * Synthesises the templates as `cdk synth -c key=value` would, but for the bundles, which cost nothing.
 *
 * @throws SettingsError naming a setting that is unknown or has a value that is not allowed
 */
export function synthesiseStage(context: Readonly<Record<string, unknown>>): Stage {
  const outdir = mkdtempSync(join(tmpdir(), 'crp-cost-'));
  try {
    const cdk = JSON.parse(readFileSync(join(PROJECT_ROOT, 'cdk.json'), 'utf8')) as { context: Properties };
    const { app, settings } = createPipeline({
      outdir,
      context: {
        ...cdk.context,
        'aws:cdk:bundling-stacks': [],
        'aws:cdk:enable-path-metadata': true,
        ...context,
      },
    });
    const resources = app.synth().stacks.flatMap(({ stackName, template }) => {
      const stack = stackName.split('-').at(-1)!;
      return resourcesOf(stack, (template as { Resources?: Record<string, TemplateResource> }).Resources ?? {});
    });
    return { settings, resources };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

export const resourcesOf = (stack: string, template: Readonly<Record<string, TemplateResource>>): Resource[] =>
  Object.entries(template).map(([id, { Type, Properties = {}, Metadata }]) => ({
    name: `${stack}/${nameOf(Metadata?.['aws:cdk:path']) ?? id}`,
    id,
    stack,
    type: Type,
    properties: Properties,
  }));

/** `credit-risk-dev-data/Warehouse/Instance/Resource` → `Warehouse/Instance` */
const nameOf = (path: string | undefined): string | undefined =>
  path
    ?.split('/')
    .slice(1)
    .join('/')
    .replace(/\/(?:Resource|Default)$/, '');

export const ofType = (stage: Stage, ...types: string[]): Resource[] =>
  stage.resources.filter(({ type }) => types.includes(type));

/** The resource that a property refers to by `Ref` or `Fn::GetAtt`, in its own stack. */
export function referredTo(stage: Stage, from: Resource, value: unknown): Resource | undefined {
  const reference = value as { readonly Ref?: string; readonly 'Fn::GetAtt'?: readonly string[] } | null | undefined;
  const id = reference?.Ref ?? reference?.['Fn::GetAtt']?.[0];
  return stage.resources.find((resource) => resource.stack === from.stack && resource.id === id);
}
