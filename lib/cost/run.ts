/** `npm run cost`: what a stage costs, from its templates and from a load. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { ALERT_STORES, STAGES } from './choices.ts';
import { PRICES } from './prices.ts';
import type { Flags } from './report.ts';

function wholeNumber(text: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (!/^[\d_]+$/.test(text) || !Number.isSafeInteger(value) || value < 1 || value > 1e12)
    throw new InvalidArgumentError('It must be a whole number from 1 to 1,000,000,000,000.');
  return value;
}

function setting(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const [, key, value] = /^([A-Za-z]+)=(.*)$/.exec(text) ?? [];
  if (key === undefined || value === undefined)
    throw new InvalidArgumentError('It must be key=value, such as detectWindowSeconds=10.');
  if (key in OF_THE_CHOICE) throw new InvalidArgumentError(`Say it with ${OF_THE_CHOICE[key as 'stage']}.`);
  return { ...before, [key]: value };
}

const OF_THE_CHOICE = { stage: '--stage', stream: '--stream', alertStore: '--alert-store' } as const;

const command = new Command('cost')
  .description('What a stage costs a month, in US dollars: by standing there, and by what goes through it')
  .addOption(new Option('--stage <name>', 'the stage (default: all of them)').choices([...STAGES]))
  .option('--stream <name>', 'kinesis, msk or the ARN of an MSK cluster')
  .addOption(new Option('--alert-store <name>', 'where alerts are kept').choices([...ALERT_STORES]))
  .option('--applications <n>', 'credit applications a month', wholeNumber)
  .option('--activity <n>', 'records of account activity a month', wholeNumber)
  .option('-c, --context <key=value>', 'any other setting of the stage, as for cdk; can be repeated', setting, {})
  .option('--detail', 'every charge: resource, quantity × price id = cost', false)
  .option('--json', 'the same for programs; amounts are decimal text', false)
  .option('--write', 'write the tables of docs/cost.md and README.md anew', false)
  .addHelpText(
    'after',
    `
Without a stage, stream, store, load or setting it is the table of all of them. Prices: lib/cost/prices.json
(${PRICES.region}, ${PRICES.date}); those that could not be verified have a question mark. What is supposed: docs/cost.md.

Examples:
  npm run cost
  npm run cost -- --stage prod --stream kinesis --alert-store dynamodb --applications 10_000_000 --detail
  npm run cost -- --stage prod --applications 1_000_000 --activity 20_000_000
  npm run cost -- --stage dev -c detectWindowSeconds=10 -c zones=1`,
  )
  .allowExcessArguments(false)
  .exitOverride()
  .showHelpAfterError('(npm run cost -- --help lists what it takes)');

// `npm run cost -- --detail | head` closes the pipe early: nobody is left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
});

/** Errors that say all there is to say, by name: their classes come with the library that takes seconds to load. */
const FOR_PEOPLE = ['CostError', 'SettingsError'];

try {
  const flags = command.parse().opts<Flags>();
  const { report } = await import('./report.ts');
  report(flags);
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    const { name, message, stack } = error as Error;
    const known = FOR_PEOPLE.includes(name);
    process.stderr.write(`error: ${known || process.env['CRP_DEBUG'] === undefined ? message : stack}\n`);
    process.exitCode = known ? 2 : 1;
  }
}
