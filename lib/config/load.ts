import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod';
import { ADMINISTRATOR, REPORTS_USER } from '../../core/contract/environment.ts';
import { longestInterval } from './batch-times.ts';
import { knownMemoryBytes } from './instance-memory.ts';
import { PROJECT_ROOT } from '../paths.ts';
import { type Settings, type Stage, STAGES, settingsSchema } from './settings.ts';
import { BASE, OVERRIDES } from './stages.ts';
import { leastZones, zoneCount } from './zones.ts';

/** A setting is unknown or has a value that is not allowed. The message names the key and what is allowed. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** Keys of the CDK itself in the context: feature flags (`@aws-cdk/…`), `aws:cdk:…`, looked-up values, CLI options. */
const isToolKey = (key: string): boolean =>
  /[:@/]/.test(key) || key === 'cli-telemetry' || key === 'acknowledged-issue-numbers';

/** Settings that `-c key=value` may carry. */
export const CONTEXT_KEYS = Object.keys(settingsSchema.shape).filter((key) => key !== 'functions');

/**
 * @param context the app's context: `-c key=value` of the command line (always text) and cdk.json
 * @returns the base, then the stage's overrides, then the command line's
 * @throws SettingsError naming each unknown key and each value that is not allowed
 */
export function loadSettings(context: Readonly<Record<string, unknown>>): Settings {
  const given = Object.entries(context).filter(([key]) => !isToolKey(key));
  const unknown = given.filter(([key]) => !CONTEXT_KEYS.includes(key)).map(([key]) => key);
  if (unknown.length > 0)
    throw new SettingsError(`unknown setting ${unknown.join(', ')}; allowed are ${CONTEXT_KEYS.join(', ')}`);

  const overrides = Object.fromEntries(given.map(([key, value]) => [key, fromText(key, value)]));
  const stage = overrides['stage'] ?? 'local';
  if (!isStage(stage)) throw new SettingsError(`setting stage is "${String(stage)}"; allowed are ${STAGES.join(', ')}`);

  const own = OVERRIDES[stage];
  const together: Record<string, unknown> = {
    ...BASE,
    ...own,
    ...overrides,
    stage,
    functions: { ...BASE.functions, ...own.functions },
  };
  const result = settingsSchema.safeParse(together);
  if (!result.success) {
    const wrong = result.error.issues.map((issue) => explain(issue, together));
    throw new SettingsError([...new Set(wrong)].join('; '));
  }
  const { stream, streamMode } = result.data;
  if ('shardsPerStream' in overrides && stream === 'kinesis' && streamMode === 'on-demand')
    throw new SettingsError(
      `setting shardsPerStream is ${result.data.shardsPerStream}, which has no effect with streamMode on-demand: that has ` +
        'as many shards as the load asks for; leave it out, or set streamMode to provisioned',
    );
  return consistent(result.data);
}

const DAY_MINUTES = 1440;
const RESERVED_ROLES = new RegExp(`^(pg_.*|rds.*|postgres|public|none|${ADMINISTRATOR}|${REPORTS_USER})$`);
const RESERVED_DATABASES = /^(_.*|postgres|rdsadmin|template0|template1|db)$/;

const isStage = (value: unknown): value is Stage => STAGES.some((stage) => stage === value);

/** The command line knows text only: what the base has as a number or as true or false is read as such. */
function fromText(key: string, value: unknown): unknown {
  const type = typeof (BASE as Record<string, unknown>)[key];
  if (typeof value !== 'string') return value;
  if (type === 'number' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}

/** What was given and what is allowed, in our words. Functions are set in the files alone, by who reads the schema. */
function explain({ path, message }: z.core.$ZodIssue, given: Readonly<Record<string, unknown>>): string {
  const [key] = path;
  const allowed =
    path.length === 1 ? settingsSchema.shape[key as keyof typeof settingsSchema.shape]?.description : null;
  if (!allowed) return `setting ${path.join('.')}: ${message}`;
  return `setting ${String(key)} is ${JSON.stringify(given[String(key)])}; allowed are ${allowed}`;
}

/** What no single field can say. */
function consistent(settings: Settings): Settings {
  // An `undecided` record is sent again from the stream's own copy or the log well after it was given up.
  if (settings.streamRetentionHours < settings.maxRecordAgeHours + 24)
    throw new SettingsError(
      `setting streamRetentionHours is ${settings.streamRetentionHours}; at least maxRecordAgeHours + 24 ` +
        `(${settings.maxRecordAgeHours + 24}) is allowed`,
    );
  if (settings.documentDbMaxCapacity < settings.documentDbMinCapacity)
    throw new SettingsError(
      `setting documentDbMaxCapacity is ${settings.documentDbMaxCapacity}; at least documentDbMinCapacity ` +
        `(${settings.documentDbMinCapacity}) is allowed`,
    );
  if (settings.databaseMultiAz && zoneCount(settings) < 2)
    throw new SettingsError('setting databaseMultiAz is true; with one zone only false is allowed');
  if (typeof settings.zones === 'string' && zoneCount(settings) < leastZones(settings))
    throw new SettingsError(
      `setting zones is "${settings.zones}"; with mskMode provisioned, whose brokers are in ${leastZones(settings)} zones, ` +
        `only ${leastZones(settings)} letters are allowed, or a number`,
    );
  const memory = knownMemoryBytes(settings.databaseInstance);
  if (memory === null)
    throw new SettingsError(
      `setting databaseInstance is "${settings.databaseInstance}"; allowed are classes of the families t, m and r, ` +
        'such as t4g.micro, m7g.large and r7g.xlarge',
    );
  checkSchedule(settings);
  const policies = readdirSync(join(PROJECT_ROOT, 'policies')).flatMap((file) =>
    file.endsWith('.json') ? [file.slice(0, -'.json'.length)] : [],
  );
  if (!policies.includes(settings.policy))
    throw new SettingsError(
      `setting policy is "${settings.policy}"; allowed are ${policies.join(', ')}, as under policies/`,
    );
  if (settings.emulator && settings.stage !== 'local')
    throw new SettingsError(
      `setting emulator is true; on the stage ${settings.stage}, which is AWS itself, only false is allowed`,
    );
  if (settings.warehouse === 'host' && settings.stage !== 'local')
    throw new SettingsError(
      `setting warehouse is "host"; on the stage ${settings.stage}, whose functions are hosted by AWS, only rds is allowed`,
    );
  checkNames(settings);
  checkQuicksight(settings);
  if (settings.stage === 'local' && settings.stream !== 'kinesis')
    throw new SettingsError(`setting stream is "${settings.stream}"; the local stage has kinesis only`);
  return settings;
}

/** Alarms and reports go by the longest time between two starts: a schedule and an interval that differ are a false alarm. */
function checkSchedule({ batchSchedule, batchIntervalMinutes }: Settings): void {
  const minutes = longestInterval(batchSchedule);
  if (minutes === null)
    throw new SettingsError(
      `setting batchSchedule is "${batchSchedule}"; allowed are schedules that EventBridge knows: numbers within the range ` +
        'of their field, and ? in one of day-of-month and day-of-week',
    );
  if (minutes > DAY_MINUTES)
    throw new SettingsError(
      `setting batchSchedule is "${batchSchedule}", which leaves up to ${minutes} minutes between two starts; ` +
        `at most ${DAY_MINUTES} are allowed, which is a batch a day`,
    );
  if (minutes !== batchIntervalMinutes)
    throw new SettingsError(
      `setting batchIntervalMinutes is ${batchIntervalMinutes}; with batchSchedule ${batchSchedule} only ${minutes} is allowed`,
    );
}

/** Roles that are the same would have each other's rights: who may only read could then write. */
function checkNames({ warehouseDatabase, warehouseUser, warehouseReader }: Settings): void {
  for (const [key, name] of Object.entries({ warehouseUser, warehouseReader }))
    if (RESERVED_ROLES.test(name))
      throw new SettingsError(
        `setting ${key} is "${name}"; allowed are names that are none of PostgreSQL's (pg_…, public, none), ` +
          `of RDS's (rds…, postgres) and of the stage's other logins (${ADMINISTRATOR}, ${REPORTS_USER})`,
      );
  if (warehouseUser === warehouseReader)
    throw new SettingsError(
      `setting warehouseReader is "${warehouseReader}"; allowed are names other than warehouseUser, who may write`,
    );
  if (RESERVED_DATABASES.test(warehouseDatabase))
    throw new SettingsError(
      `setting warehouseDatabase is "${warehouseDatabase}"; allowed are names that begin with a letter and are none of ` +
        'postgres, rdsadmin, template0, template1 and db',
    );
}

/** QuickSight is AWS's, asks an RDS of the stage's own, and gives what it is given to somebody. */
function checkQuicksight({ stage, warehouse, quicksight, quicksightAdmin, quicksightReaders }: Settings): void {
  if (!quicksight) {
    const given = Object.entries({ quicksightAdmin, quicksightReaders }).find(([, value]) => value !== '');
    if (given !== undefined)
      throw new SettingsError(
        `setting ${given[0]} is "${given[1]}", which has no effect without quicksight; leave it out, or set quicksight`,
      );
    return;
  }
  if (stage === 'local' || warehouse !== 'rds')
    throw new SettingsError(
      `setting quicksight is true; on the stage ${stage} with warehouse ${warehouse} only false is allowed, ` +
        'because QuickSight reaches an RDS instance in AWS and nothing else',
    );
  if (quicksightAdmin === '')
    throw new SettingsError(
      'setting quicksightAdmin is empty; with quicksight the ARN of a user or group of QuickSight is needed, ' +
        'such as `aws quicksight list-users --namespace default --aws-account-id ACCOUNT` shows',
    );
}
