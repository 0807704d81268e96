import { Command } from 'commander';
import { alertsCommand } from './commands/alerts.ts';
import { batchCommand } from './commands/batch.ts';
import { consoleCommand } from './commands/console.ts';
import { demoCommand } from './commands/demo.ts';
import { explainCommand } from './commands/explain.ts';
import { policyCommand } from './commands/policy.ts';
import { produceCommand } from './commands/produce.ts';
import { quarantineCommand } from './commands/quarantine.ts';
import { queryCommand } from './commands/query.ts';
import { redriveCommand } from './commands/redrive.ts';
import { replayCommand } from './commands/replay.ts';
import { reportCommand } from './commands/report.ts';
import { reviewCommand } from './commands/review.ts';
import { statusCommand } from './commands/status.ts';
import { summaryCommand } from './commands/summary.ts';
import { upCommand } from './commands/up.ts';

const EXAMPLES = `
Examples:
  npm start                                        the whole pipeline on generated records
  npm start -- --input FILE.ndjson --report r.json   … on your own
  npm run crp -- query "select risk_level, count(*) from dw.credit_scores group by 1"
  npm run crp -- explain APPLICATION_ID
  npm run crp -- replay

Exit codes: 0 all is well; 1 something was found that is not (a line was refused, a position is missing …);
2 it could not run as asked; 130 interrupted.`;

/** The command line. Its actions throw; {@link fail} turns that into a message and an exit code. */
export function program(): Command {
  const crp = new Command('crp')
    .description(
      'Credit-risk pipeline: lending decisions and fraud flags from streams of applications and account activity',
    )
    .addHelpText('after', EXAMPLES)
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .helpCommand(true);
  for (const add of [
    demoCommand,
    upCommand,
    produceCommand,
    batchCommand,
    statusCommand,
    reportCommand,
    summaryCommand,
    consoleCommand,
    queryCommand,
    explainCommand,
    alertsCommand,
    reviewCommand,
    quarantineCommand,
    redriveCommand,
    replayCommand,
    policyCommand,
  ])
    add(crp);
  for (const command of everyCommand(crp)) {
    command.exitOverride();
    command.showHelpAfterError(`(${pathOf(command)} --help lists what it takes)`);
    command.showSuggestionAfterError(true);
  }
  return crp;
}

const everyCommand = (command: Command): Command[] => [command, ...command.commands.flatMap(everyCommand)];

const pathOf = (command: Command): string =>
  command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
