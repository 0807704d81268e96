import type { Command } from 'commander';
import { UserError } from '../errors.ts';
import { explain } from '../explain/explain.ts';
import { explainedJson, showExplained } from '../explain/show.ts';
import { type Place, placeFlags } from '../flags.ts';
import { interruptible, orInterrupted } from '../interrupt.ts';
import { openStores } from '../open-target.ts';
import { typed } from '../suggest.ts';
import { print, say } from '../ui.ts';

export function explainCommand(parent: Command): void {
  placeFlags(
    parent
      .command('explain')
      .argument('<id>', 'an application_id (or a transaction_id)')
      .option('--user <id>', 'the applicant, where several use the id')
      .option('--receipt', 'print the receipt, too')
      .option('--json', 'print JSON, the receipt included')
      .description('why it was decided as it was: inputs, history seen, rules with their values, receipt, position'),
  ).action(async (id: string, options: Place & { user?: string; receipt?: boolean; json?: boolean }) => {
    await interruptible(async (signal) => {
      const stores = await openStores(options, ['s3'], signal);
      try {
        const found = await orInterrupted(
          signal,
          explain(stores.objects(), { id: id.trim(), user: options.user?.trim() ?? null }, ({ key, reason }) =>
            say(`unreadable: ${key}: ${reason}`),
          ),
        );
        if (found.length === 0)
          throw new UserError(
            `No record of application or transaction "${id}"${options.user === undefined ? '' : ` of user "${options.user}"`} in the log of ${stores.title}.`,
            `Ids are listed by: ${typed('query "select application_id, user_id from dw.fact_loan_application limit 20"', options)}`,
            1,
          );
        if (options.json) print(JSON.stringify(found.map(explainedJson), null, 1));
        else for (const each of found) showExplained(each, options.receipt === true);
      } finally {
        await stores.close();
      }
    });
  });
}
