/**
 * What is tried again, how often and how soon. Every function of the batch may run again after any end of an earlier
 * run, so more is tried again than must be; only what would fail the same way is left alone.
 * Waiting times are spread at random (full jitter), or all groups of a map would come back at once.
 */
const jittered = { JitterStrategy: 'FULL' } as const;

/** Names of errors that say: it will be the same next time. They are thrown by class name. */
export const PERMANENT_ERRORS = ['QualityError', 'NoPolicyInForce', 'PolicyError', 'EnvError'] as const;

export const RETRY = [
  { ErrorEquals: [...PERMANENT_ERRORS], MaxAttempts: 0 },
  // Lambda has no room for us now: patience, not insistence.
  {
    ErrorEquals: ['Lambda.TooManyRequestsException'],
    IntervalSeconds: 5,
    BackoffRate: 1.5,
    MaxAttempts: 12,
    MaxDelaySeconds: 60,
    ...jittered,
  },
  // Faults of the service between us and the function.
  {
    ErrorEquals: [
      'Lambda.ServiceException',
      'Lambda.AWSLambdaException',
      'Lambda.SdkClientException',
      'Lambda.ClientExecutionTimeoutException',
    ],
    IntervalSeconds: 2,
    BackoffRate: 2,
    MaxAttempts: 6,
    MaxDelaySeconds: 60,
    ...jittered,
  },
  // A time-out once more only: the second run finds part of the work done.
  { ErrorEquals: ['States.Timeout', 'Sandbox.Timedout'], IntervalSeconds: 5, MaxAttempts: 1, ...jittered },
  // A database that fails over, a connection cut: gone within a minute or two. Waits at random are half as long in the
  // mean, so it takes eight to outlast that.
  {
    ErrorEquals: ['States.ALL'],
    IntervalSeconds: 5,
    BackoffRate: 2,
    MaxAttempts: 8,
    MaxDelaySeconds: 60,
    ...jittered,
  },
];
