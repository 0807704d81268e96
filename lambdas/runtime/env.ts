import * as z from 'zod';

/** What every function's environment holds; a function's own schema extends it. */
export const commonEnv = z.object({
  POWERTOOLS_SERVICE_NAME: z.string(),
  POWERTOOLS_METRICS_NAMESPACE: z.string(),
  POWERTOOLS_LOG_LEVEL: z.enum(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'SILENT', 'CRITICAL']),
  STAGE: z.string(),
  CODE_VERSION: z.string(),
});
export type CommonEnv = z.output<typeof commonEnv>;

/** The environment lacks keys or holds values of a wrong form. Names every such key, and no value. */
export class EnvError extends Error {
  readonly keys: readonly string[];

  constructor(problems: ReadonlyArray<{ readonly key: string; readonly problem: string }>) {
    super(`The environment is incomplete: ${problems.map(({ key, problem }) => `${key} ${problem}`).join('; ')}.`);
    this.name = 'EnvError';
    this.keys = problems.map(({ key }) => key);
  }
}

/**
 * Reads the environment once, when a function starts. A blank value counts as absent.
 *
 * @throws EnvError naming every missing or wrong key
 */
export function readEnv<S extends z.ZodType>(
  schema: S,
  source: Readonly<Record<string, string | undefined>> = process.env,
): z.output<S> {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value?.trim()));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const problems = new Map<string, string>();
  for (const issue of result.error.issues) {
    const key = issue.path.join('.') || 'the environment';
    if (problems.has(key)) continue;
    problems.set(key, given[key] === undefined ? 'is missing' : wrong(issue));
  }
  throw new EnvError([...problems].map(([key, problem]) => ({ key, problem })));
}

/** Zod's messages may repeat a value (an address with credentials, say), so we build our own. */
function wrong(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`;
  if (issue.code === 'custom') return issue.message;
  return 'has a wrong form';
}
