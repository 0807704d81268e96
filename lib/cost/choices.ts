/** What the tables are made of, and what the command line takes: apart, because it asks before anything is synthesised. */
export const STAGES = ['dev', 'prod'] as const;
/** What carries the streams, as settings say it. */
export const CARRIERS: readonly Pick<Choice, 'stream' | 'mskMode'>[] = [
  { stream: 'kinesis' },
  { stream: 'msk', mskMode: 'serverless' },
  { stream: 'msk', mskMode: 'provisioned' },
];
export const ALERT_STORES = ['documentdb', 'dynamodb'] as const;
/** credit applications a month, or records of account activity */
export const VOLUMES = [1_000_000, 10_000_000, 100_000_000] as const;

/** A stage as it is asked for. */
export interface Choice {
  readonly stage: string;
  readonly stream: string;
  /** of a cluster of the stage's own */
  readonly mskMode?: string;
  readonly alertStore: string;
}
