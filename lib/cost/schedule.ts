import type { Assumed } from './assumptions.ts';
import { consumersOf, carrierOf, functionsOf } from './consumers.ts';
import { CostError, type Line, type PriceTable } from './prices.ts';
import { ofType, type Stage } from './stage.ts';
import { HOURS } from './time.ts';

const GB = 1024 ** 3;

/**
 * @param expression of EventBridge: `rate(…)`, or `cron(…)` whose minute and hour are numbers, lists, steps or `*`
 * @throws CostError for days of some kind only, which are not priced
 */
export function runsAMonth(expression: string): number {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate !== null) return HOURS / (Number(rate[1]) * { minute: 1 / 60, hour: 1, day: 24 }[rate[2] as 'hour']);
  const cron = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)$/.exec(expression);
  const [, minute = '', hour = '', ...days] = cron ?? [];
  if (cron === null || !days.every((field) => field === '*' || field === '?'))
    throw new CostError(`how often in a month is ${expression}? Only schedules of every day are priced`);
  return (HOURS / 24) * times(minute, 60) * times(hour, 24);
}

/** How many of `all` values a field of a cron expression names. */
function times(field: string, all: number): number {
  if (field === '*') return all;
  const step = /^(?:\*|\d+)\/(\d+)$/.exec(field);
  if (step !== null) return Math.ceil(all / Number(step[1]));
  if (/^\d+(,\d+)*$/.test(field)) return field.split(',').length;
  const range = /^(\d+)-(\d+)$/.exec(field);
  if (range !== null) return Number(range[2]) - Number(range[1]) + 1;
  throw new CostError(`how often in a month is ${field} in a schedule?`);
}

/** What goes on by the clock, however little there is to do: runs of the batch, keys, a look at the policies. */
export function standingCost(stage: Stage, assumed: Assumed, prices: PriceTable): readonly Line[] {
  const runs = ofType(stage, 'AWS::Scheduler::Schedule').length * runsAMonth(stage.settings.batchSchedule);
  const functions = functionsOf(stage);
  const [some] = functions.values();
  const nothing = { count: 0, bytes: 1 };
  const consumers = consumersOf(
    stage,
    carrierOf(stage, assumed),
    { credit_applications: nothing, account_activity: nothing },
    assumed,
  );
  const lookers = consumers.filter(({ of }) => of.name !== 'archive-log').length;
  const looks = lookers * assumed.policyLooksPerHour * HOURS;
  const keyed = ofType(stage, 'AWS::KMS::Key').length > 0 ? functions.size * assumed.storesPerFunction : 0;
  return [
    { what: 'starts of the batch', quantity: runs, price: 'scheduler.invocation' },
    { what: 'state transitions', quantity: runs * assumed.runSteps, price: 'states.transition' },
    { what: 'calls', quantity: runs * assumed.runCalls, price: 'lambda.request' },
    {
      what: 'GB-seconds',
      quantity: runs * assumed.runGbSeconds,
      price: some?.arm === false ? 'lambda.x86-gb-second' : 'lambda.arm-gb-second',
    },
    { what: 'traces', quantity: some?.traced === true ? runs : 0, price: 'xray.trace' },
    { what: 'GB of logs', quantity: (runs * assumed.runLogBytes) / GB, price: 'cloudwatch.logs-in' },
    { what: 'lists of windows without objects', quantity: runs * assumed.listsPerRun, price: 's3.put' },
    { what: 'lists of the policies', quantity: looks, price: 's3.put' },
    { what: 'policies read', quantity: looks, price: 's3.get' },
    { what: 'requests to KMS', quantity: keyed * assumed.keyCallsPerHour * HOURS, price: 'kms.request' },
  ]
    .filter(({ quantity }) => quantity > 0)
    .map((charge) => prices.line('by the clock', charge));
}
