import { type Command, Option } from 'commander';
import type { Role } from '../../console/api/types.ts';
import { openBrowser } from '../console/browser.ts';
import { openConsole } from '../console/open.ts';
import { type Place, placeFlags, wholeNumber } from '../flags.ts';
import { interruptible } from '../interrupt.ts';
import { openTarget } from '../open-target.ts';
import { print, say } from '../ui.ts';

interface Flags extends Place {
  readonly port?: number;
  readonly open?: boolean;
  readonly role: Role;
}

export const roleFlag = (): Option =>
  new Option('--role <role>', 'as whom: only an admin sees who people are; an engineer decides nothing')
    .choices(['analyst', 'engineer', 'admin'])
    .default('analyst');

export const portFlag = (): Option =>
  new Option('--port <n>', 'port on this machine (default: one that is free)').argParser(wholeNumber(1, 65_535));

export function consoleCommand(parent: Command): void {
  placeFlags(
    parent
      .command('console')
      .description('the screens of analysts and engineers, in a browser on this machine, until Ctrl-C')
      .addOption(portFlag())
      .option('--open', 'open it in the browser')
      .addOption(roleFlag()),
  ).action(async ({ port, open, role, ...place }: Flags) => {
    await interruptible(async (signal) => {
      // All of it is up, so that other commands work beside it.
      const stores = await openTarget(place, signal, 'existing');
      try {
        const console = await openConsole(stores, { role, port, data: place.stage === undefined ? place.data : null });
        try {
          print(console.url);
          say(`The console of ${stores.title}, as ${role}. Ctrl-C stops it.`);
          if (open === true) openBrowser(console.url);
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
        } finally {
          await console.close();
        }
      } finally {
        await stores.close();
      }
    });
  });
}
