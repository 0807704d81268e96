import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { CATALOGUE } from '../../bi/catalogue/index.ts';
import type { Files } from '../../bi/generator.ts';
import { powerbi } from '../../bi/powerbi/generator.ts';

const ORIGIN = 'https://developer.microsoft.com/json-schemas/';
const FOLDER = join(import.meta.dirname, '../bi/powerbi-schemas');

export const MODEL = 'powerbi/CreditRisk.SemanticModel/definition';
export const PAGES = 'powerbi/CreditRisk.Report/definition/pages';

export const generated: Files = powerbi.generate(CATALOGUE);

/** The file. @throws Error when there is none */
export function textOf(path: string, files: Files = generated): string {
  const text = files.get(path);
  if (text === undefined) throw new Error(`There is no file ${path}.`);
  return text;
}

/** The files, one of them changed. @throws Error when `from` is not in it */
export function changed(path: string, from: string, to: string): Files {
  const text = textOf(path);
  if (!text.includes(from)) throw new Error(`${path} has no ${from}`);
  return new Map([...generated, [path, text.replace(from, to)]]);
}

/** Microsoft's schemas, as they lie beside the tests. @returns what is wrong with a document, by the schema that it names */
export function validator(): (document: unknown) => readonly string[] {
  const ajv = new Ajv({ strict: false, allErrors: true });
  for (const entry of readdirSync(FOLDER, { recursive: true, withFileTypes: true })) {
    if (!entry.name.endsWith('.json')) continue;
    const file = join(entry.parentPath, entry.name);
    const schema: { $id?: string } = JSON.parse(readFileSync(file, 'utf8'));
    // Some are referred to by another name than the one that they give themselves.
    const url = `${ORIGIN}${file.slice(FOLDER.length + 1).replaceAll('\\', '/')}`;
    ajv.addSchema({ ...schema, $id: url });
  }
  return (document) => {
    const name = (document as { $schema?: string }).$schema ?? 'none';
    const validate = ajv.getSchema(name);
    if (validate === undefined) return [`the schema ${name} is not among those that are kept`];
    return validate(document)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
}
