import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PipelineError } from '../runtime/errors.ts';

export interface SqlFile {
  /** without `.sql` */
  readonly name: string;
  readonly text: string;
  /** SHA-256 (hex) of the bytes */
  readonly checksum: string;
}

/**
 * Where the SQL of the project lies: `SQL_DIR`, or else beside the bundle (in Lambda), or else in the source tree.
 *
 * @throws PipelineError when it is in none of these places
 */
export function sqlDirectory(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const places = [
    env['SQL_DIR'],
    env['LAMBDA_TASK_ROOT'] && path.join(env['LAMBDA_TASK_ROOT'], 'sql'),
    path.join(here, 'sql'),
    path.join(here, '..', '..', 'sql'),
  ];
  const found = places.find((place) => place && existsSync(path.join(place, 'migrations')));
  if (!found) throw new PipelineError('The SQL files are not beside the code. Set SQL_DIR to the directory sql/.');
  return found;
}

/** @returns the `.sql` files of a folder of sql/, in the order of their names */
export function readSqlFiles(folder: string, root = sqlDirectory()): SqlFile[] {
  const directory = path.join(root, folder);
  return readdirSync(directory)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const bytes = readFileSync(path.join(directory, file));
      return {
        name: file.slice(0, -'.sql'.length),
        text: bytes.toString('utf8'),
        checksum: createHash('sha256').update(bytes).digest('hex'),
      };
    });
}
