import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LocalError } from '../errors.ts';

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
}

interface Template {
  readonly Resources?: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { Value: unknown; Export?: { Name: unknown } }>>;
  readonly Parameters?: Readonly<Record<string, { Default?: unknown }>>;
}

/** One stack of the assembly: its template, and where its assets are. */
export interface StackTemplate {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly resources: ReadonlyMap<string, Resource>;
  readonly outputs: ReadonlyMap<string, { Value: unknown; Export?: { Name: unknown } }>;
  readonly parameters: ReadonlyMap<string, unknown>;
  /** directory or file of an asset, by the hash in its object key */
  readonly assets: ReadonlyMap<string, string>;
}

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly properties?: { readonly templateFile?: string; readonly stackName?: string; readonly file?: string };
  readonly dependencies?: readonly string[];
}

/**
 * The stacks of a cloud assembly in the order in which they can be deployed (CDK writes a stack after those that it
 * depends on).
 *
 * @throws LocalError when the directory holds no assembly, or one of nested assemblies, which nobody here makes
 */
export function readAssembly(directory: string): StackTemplate[] {
  const manifest = path.join(directory, 'manifest.json');
  if (!existsSync(manifest))
    throw new LocalError(`${directory} holds no cloud assembly`, 'cdk synth writes one; give its output directory');
  const artifacts = readJson(manifest)['artifacts'] as Record<string, Artifact>;
  const nested = Object.entries(artifacts).find(([, artifact]) => artifact.type === 'cdk:cloud-assembly');
  if (nested !== undefined)
    throw new LocalError(
      `the local stack does not host nested assemblies (${nested[0]} in ${manifest})`,
      'put the stacks into the app itself, not into a Stage',
    );
  const order = inOrder(artifacts);
  return order.map((id) => readStack(directory, id, artifacts));
}

/** Depth first along the dependencies; stable otherwise. */
function inOrder(artifacts: Readonly<Record<string, Artifact>>): string[] {
  const done = new Set<string>();
  const visit = (id: string): void => {
    const artifact = artifacts[id];
    if (artifact?.type !== 'aws:cloudformation:stack' || done.has(id)) return;
    for (const dependency of artifact.dependencies ?? []) visit(dependency);
    done.add(id);
  };
  for (const id of Object.keys(artifacts)) visit(id);
  return [...done];
}

function readStack(directory: string, id: string, artifacts: Readonly<Record<string, Artifact>>): StackTemplate {
  const artifact = artifacts[id] as Artifact;
  const [account = '', region = ''] = (artifact.environment ?? '').replace('aws://', '').split('/');
  const template = readJson(path.join(directory, artifact.properties?.templateFile ?? '')) as Template;
  const assets = new Map<string, string>();
  for (const dependency of artifact.dependencies ?? []) {
    const assetManifest = artifacts[dependency];
    if (assetManifest?.type !== 'cdk:asset-manifest') continue;
    const { files = {} } = readJson(path.join(directory, assetManifest.properties?.file ?? '')) as {
      files?: Record<string, { source: { path?: string } }>;
    };
    for (const [hash, file] of Object.entries(files))
      if (file.source.path !== undefined) assets.set(hash, path.resolve(directory, file.source.path));
  }
  return {
    name: artifact.properties?.stackName ?? id,
    account,
    region,
    resources: new Map(Object.entries(template.Resources ?? {})),
    outputs: new Map(Object.entries(template.Outputs ?? {})),
    parameters: new Map(Object.entries(template.Parameters ?? {}).map(([name, { Default }]) => [name, Default])),
    assets,
  };
}

function readJson(file: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch (cause) {
    throw new LocalError(
      `the cloud assembly is damaged: ${file} cannot be read`,
      'delete .cache/cloud-assembly; it is made again by itself',
      { cause },
    );
  }
}
