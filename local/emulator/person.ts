import { LocalError, messageOf } from '../errors.ts';

/** Remarks go to standard error, results to standard output. */
export const say = (line: string): void => void process.stderr.write(`▸ ${line}\n`);

/**
 * Runs a command and ends the process: 0; 2 when it could not run as asked; 1 for what should not happen.
 * An error that a person can mend is told without a stack.
 */
export async function withErrors(command: () => Promise<void>): Promise<void> {
  try {
    await command();
    process.exit(0);
  } catch (error) {
    process.stderr.write(`error: ${messageOf(error)}\n`);
    const ofArguments = ((error as { code?: unknown }).code ?? '').toString().startsWith('ERR_PARSE_ARGS');
    if (ofArguments) process.stderr.write('  --help lists what it takes\n');
    process.exit(error instanceof LocalError || ofArguments ? 2 : 1);
  }
}

/** @throws LocalError when it is no port */
export function wholePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new LocalError(`--port ${text} is not a port`, 'it must be a whole number from 1 to 65535');
}

/** Settings that deploying to an emulator means. */
const OF_THE_EMULATOR = new Set(['stage', 'emulator', 'account', 'region']);

/** @throws LocalError for an argument that is not `key=value` */
export function settingsOf(context: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    context.map((entry) => {
      const [key = '', value] = [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)];
      if (!entry.includes('=') || key === '')
        throw new LocalError(`-c ${entry} is not a setting`, 'it must be key=value, such as -c policy=founding');
      if (OF_THE_EMULATOR.has(key))
        throw new LocalError(
          `-c ${key} cannot be given`,
          'an emulator gets the stage local; npx cdk deploy takes the others to AWS',
        );
      return [key, value];
    }),
  );
}
