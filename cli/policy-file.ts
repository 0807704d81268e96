import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PolicyError } from '../core/policy/errors.ts';
import { parsePolicy, type Policy } from '../core/policy/policy.ts';
import { UserError, errorCode, messageOf } from './errors.ts';
import { say } from './ui.ts';

const SHIPPED = join(import.meta.dirname, '..', 'policies');

export interface PolicyFile {
  readonly file: string;
  /** the exact text, which is what gets published */
  readonly text: string;
  readonly policy: Policy;
}

export const shippedPolicies = (): string[] =>
  readdirSync(SHIPPED)
    .filter((name) => name.endsWith('.json'))
    .map((name) => basename(name, '.json'))
    .sort();

/**
 * @param nameOrFile a shipped policy's name, or the path of a file
 * @param flag for the message: how the person named it
 * @throws UserError that names the place in the document
 */
export function loadPolicy(nameOrFile: string, flag = '--policy'): PolicyFile {
  const shipped = join(SHIPPED, `${nameOrFile}.json`);
  const file = /^[\w-]+$/.test(nameOrFile) && existsSync(shipped) ? shipped : nameOrFile;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const reason =
      errorCode(error) === 'ENOENT'
        ? 'there is neither a shipped policy nor a file of that name'
        : errorCode(error) === 'EISDIR'
          ? 'it is a directory'
          : messageOf(error);
    throw new UserError(
      `${flag} ${nameOrFile}: ${reason}`,
      `Shipped policies: ${shippedPolicies().join(', ')}. Or give the path of a document like those in policies/.`,
    );
  }
  let policy: Policy;
  try {
    policy = parsePolicy(text);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw new UserError(
      `${flag} ${file}: ${error.message}`,
      flag === 'policy'
        ? 'Mend the document and check it again.'
        : 'Nothing was started. Mend the document; `npm run crp -- policy check FILE` validates it.',
    );
  }
  const shippedName = editedShipped(policy);
  if (shippedName !== null)
    say(
      `warning: ${file} calls itself ${policy.id} ${policy.version}, as the shipped policy "${shippedName}" does, and says something else. ` +
        'Give it an id or a version of its own: reports and alerts name a policy by these.',
    );
  return { file, text, policy };
}

/** @returns the shipped policy whose id and version a document carries without being it, or null */
export function editedShipped({ id, version, digest }: Pick<Policy, 'id' | 'version' | 'digest'>): string | null {
  for (const name of shippedPolicies()) {
    const shipped = parsePolicy(readFileSync(join(SHIPPED, `${name}.json`), 'utf8'));
    if (shipped.id === id && shipped.version === version && shipped.digest !== digest) return name;
  }
  return null;
}
