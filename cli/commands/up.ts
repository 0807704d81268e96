import { type Command } from 'commander';
import { dataFlag, policyFlag } from '../flags.ts';
import { sayReplaced } from '../held-run.ts';
import { interruptible } from '../interrupt.ts';
import { startTarget } from '../open-target.ts';
import { loadPolicy } from '../policy-file.ts';
import { step } from '../ui.ts';
import { stayUp } from './demo.ts';

export function upCommand(parent: Command): void {
  policyFlag(dataFlag(parent.command('up')))
    .description('start the embedded stack on a data directory (kept, or made) and stay up until Ctrl-C')
    .option('--fresh', 'empty the directory first')
    .action(async (options: { policy?: string; data: string; fresh?: boolean }) => {
      const policy = options.policy === undefined ? null : loadPolicy(options.policy);
      await interruptible(async (signal) => {
        const target = await step(`Starting the embedded stack in ${options.data}`, () => {
          if (options.fresh === true) sayReplaced(options.data);
          return startTarget({ data: options.data, mode: options.fresh === true ? 'replace' : 'keep', policy, signal });
        });
        try {
          await stayUp(target.endpoints, signal);
        } finally {
          await target.close();
        }
      });
    });
}
