import { Cron } from 'croner';
import { crontabOf, rateMinutes } from '../../core/contract/crontab.ts';
import type { CloudModel, MachineModel, ScheduleModel } from '../assembly/model.ts';
import { LocalError, messageOf } from '../errors.ts';

/** What is started, and when: the state machine that a schedule of the app targets. */
export interface ScheduledMachine {
  readonly machine: MachineModel;
  readonly schedule: ScheduleModel;
  readonly input: unknown;
}

/**
 * The workflow that the app runs on a schedule; it is also the one that is run by hand.
 * @throws LocalError when there is none, or more than one
 */
export function scheduledMachine(model: CloudModel): ScheduledMachine {
  const found = model.schedules.flatMap((schedule) => {
    const machine = model.machines.find(({ arn }) => arn === schedule.targetArn);
    return machine === undefined ? [] : [{ machine, schedule, input: JSON.parse(schedule.input) as unknown }];
  });
  const [first] = found;
  if (first === undefined)
    throw new LocalError('no schedule of the app starts a state machine', 'there is nothing that a batch could run');
  if (found.some(({ machine }) => machine.arn !== first.machine.arn))
    throw new LocalError(
      `several state machines have a schedule: ${found.map(({ machine }) => machine.name).join(', ')}`,
      'the local stack runs one batch',
    );
  return first;
}

export interface RunningSchedule {
  /** when it runs next */
  next(): Date | null;
  stop(): void;
}

/**
 * Runs `work` at the schedule's times, never twice at once.
 * @throws LocalError for an expression that is neither cron(…) nor rate(…)
 */
export function startSchedule(schedule: ScheduleModel, work: () => Promise<unknown>): RunningSchedule | undefined {
  if (!schedule.enabled) return undefined;
  const rate = rateMinutes(schedule.expression);
  if (rate !== null) return everyMs(rate * 60_000, work);
  const pattern = crontabOf(schedule.expression);
  try {
    if (pattern === null) throw new Error('it is neither cron(…) nor rate(…)');
    const job = new Cron(
      pattern,
      { timezone: schedule.timeZone, protect: true, unref: true, catch: true, sloppyRanges: true },
      async () => {
        await work();
      },
    );
    return { next: () => job.nextRun(), stop: () => job.stop() };
  } catch (cause) {
    throw new LocalError(
      `the schedule ${schedule.name} has an expression that cannot be run: ${schedule.expression}`,
      messageOf(cause),
      { cause },
    );
  }
}

function everyMs(interval: number, work: () => Promise<unknown>): RunningSchedule {
  let busy = false;
  let next = Date.now() + interval;
  // A timer holds 24 days at most.
  const timer = setInterval(
    () => {
      next = Date.now() + interval;
      if (busy) return;
      busy = true;
      void work()
        .catch(() => undefined)
        .finally(() => void (busy = false));
    },
    Math.min(interval, 2 ** 31 - 1),
  );
  timer.unref();
  return { next: () => new Date(next), stop: () => clearInterval(timer) };
}
