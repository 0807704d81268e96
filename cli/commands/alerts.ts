import { type Command, Option } from 'commander';
import { ALERT_STATUSES, type AlertStatus, SEVERITIES } from '../../core/contract/values.ts';
import { rowsOf } from '../../lambdas/adapters/warehouse-reader.ts';
import { type ListedAlert, showAlert, showAlerts } from '../desk/show.ts';
import { atDesk } from '../desk/work.ts';
import { type Place, placeFlags, wholeNumber } from '../flags.ts';
import { interruptible } from '../interrupt.ts';
import { openStores } from '../open-target.ts';
import { typed } from '../suggest.ts';
import { print, say } from '../ui.ts';

interface ListFlags extends Place {
  readonly status?: AlertStatus;
  readonly severity?: string;
  readonly limit: number;
  readonly json?: boolean;
}

interface DisposeFlags extends Place {
  readonly status: AlertStatus;
  readonly by: string;
  readonly reason: string;
  readonly seen?: number;
  readonly json?: boolean;
}

export function alertsCommand(parent: Command): void {
  const alerts = parent.command('alerts').description('fraud alerts, and what people make of them');
  placeFlags(alerts.command('list'))
    .description('list them as the warehouse has them, newest first')
    .addOption(new Option('--status <status>', 'of this status only').choices([...ALERT_STATUSES]))
    .addOption(new Option('--severity <severity>', 'of this severity only').choices([...SEVERITIES]))
    .option('--limit <n>', 'how many to show', wholeNumber(1, 10_000), 50)
    .option('--json', 'print JSON')
    .action(list);

  placeFlags(alerts.command('show').argument('<alert>', 'its id'))
    .description('show one as it is now, with its history')
    .option('--json', 'print JSON')
    .action(async (alertId: string, options: Place & { json?: boolean }) => {
      const shown = await atDesk(options, (desk) => desk.showAlert(alertId));
      if (options.json) print(JSON.stringify(shown, null, 1));
      else showAlert(shown);
    });

  placeFlags(alerts.command('dispose').argument('<alert>', 'its id'))
    .description('give one another status')
    .addOption(new Option('--status <status>', 'what it becomes').choices([...ALERT_STATUSES]).makeOptionMandatory())
    .requiredOption('--by <name>', 'who decides')
    .requiredOption('--reason <text>', 'why')
    .option(
      '--seen <version>',
      'the version that alerts show showed; refused when it has changed since (default: as it is now)',
      wholeNumber(1, 1_000_000),
    )
    .option('--json', 'print JSON')
    .action(async (alertId: string, options: DisposeFlags) => {
      const { status: to, by, reason, seen } = options;
      const shown = await atDesk(options, async (desk) => {
        const seenVersion = seen ?? (await desk.showAlert(alertId)).version;
        return desk.disposeAlert({ alertId, seenVersion, to, by, reason });
      });
      if (options.json) print(JSON.stringify(shown, null, 1));
      else showAlert(shown);
      say(`It reaches the warehouse with the next batch: ${typed('batch', options)}`);
    });
}

const LIST = `
select alert_id, status, severity, rule_id, coalesce(application_id, transaction_id) as subject, user_id, event_time
from dw.fraud_alerts
where ($1::text is null or status = $1) and ($2::text is null or severity = $2)
order by event_time desc, alert_id
limit $3`;
const COUNT = `
select count(*)::integer as found
from dw.fraud_alerts
where ($1::text is null or status = $1) and ($2::text is null or severity = $2)`;

async function list(options: ListFlags): Promise<void> {
  const chosen = [options.status ?? null, options.severity ?? null];
  await interruptible(async (signal) => {
    const stores = await openStores(options, ['postgres'], signal);
    try {
      const warehouse = await stores.warehouse();
      try {
        const [rows, counted] = await warehouse.read([
          { text: LIST, values: [...chosen, options.limit] },
          { text: COUNT, values: chosen },
        ]);
        const alerts = rowsOf<ListedAlert>(rows!);
        if (options.json) print(JSON.stringify(alerts, null, 1));
        else showAlerts(alerts, rowsOf<{ found: number }>(counted!)[0]!.found, options);
      } finally {
        await warehouse.end();
      }
    } finally {
      await stores.close();
    }
  });
}
