import { UserError, messageOf } from '../errors.ts';
import { step } from '../ui.ts';

/** What builds the browser side, and finds what was built already. */
interface Builder {
  buildConsole(): Promise<string>;
}

/** @returns the folder of the built browser side @throws UserError when it cannot be built */
export const builtWeb = (): Promise<string> =>
  step('Building the console (a second or two, when its code has changed)', async () => {
    // By address: what only a browser runs is no part of the command line.
    const builder = new URL('../../console/web/build.ts', import.meta.url).href;
    try {
      return await ((await import(builder)) as Builder).buildConsole();
    } catch (error) {
      throw new UserError(
        `The console cannot be built: ${messageOf(error)}`,
        'npm ci installs what it is built with.',
        1,
      );
    }
  });
