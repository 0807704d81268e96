/** The functions of a stage as they are deployed: bundled, with the environment of the template. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createPipeline } from '../lib/app.ts';

const ROOT = path.join(import.meta.dirname, '..');

export interface Bundle {
  readonly name: string;
  /** path of the module that Lambda imports */
  readonly module: string;
  /** of that module, source map apart */
  readonly bytes: number;
  /** what the template sets; a reference to a resource is replaced by a text of its form */
  readonly environment: Readonly<Record<string, string>>;
}

interface FunctionResource {
  readonly Type: string;
  readonly Properties: { readonly Environment?: { readonly Variables: Readonly<Record<string, unknown>> } };
  readonly Metadata?: Readonly<Record<string, string>>;
}

/** @param work is done while the bundles are there; they are removed after it */
export async function withBundles<T>(
  context: Readonly<Record<string, unknown>>,
  work: (bundles: readonly Bundle[]) => T | Promise<T>,
): Promise<T> {
  const outdir = mkdtempSync(path.join(tmpdir(), 'crp-bundles-'));
  try {
    const cdk = JSON.parse(readFileSync(path.join(ROOT, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
    const { app } = createPipeline({
      outdir,
      // As the command line does: each function says where its bundle lies.
      context: { ...cdk.context, 'aws:cdk:enable-asset-metadata': true, ...context },
    });
    const bundles = app.synth().stacks.flatMap(({ templateFullPath }) => {
      const template = JSON.parse(readFileSync(templateFullPath, 'utf8')) as {
        Resources: Record<string, FunctionResource>;
      };
      return Object.values(template.Resources).flatMap((resource) => bundleOf(outdir, resource));
    });
    return await work(bundles);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function bundleOf(outdir: string, { Type, Properties, Metadata }: FunctionResource): Bundle[] {
  const variables = Properties.Environment?.Variables;
  const name = variables?.['POWERTOOLS_SERVICE_NAME'];
  if (Type !== 'AWS::Lambda::Function' || variables === undefined || typeof name !== 'string') return [];
  const asset = Metadata?.['aws:asset:path'];
  if (asset === undefined) throw new Error(`the function ${name} has no bundle`);
  const module = path.join(outdir, asset, 'index.mjs');
  const environment = Object.entries(variables).map(([key, value]) => [
    key,
    typeof value === 'string' ? value : key.endsWith('PORT') ? '5432' : 'known-after-deployment',
  ]);
  return [{ name, module, bytes: statSync(module).size, environment: Object.fromEntries(environment) }];
}
